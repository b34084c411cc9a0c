"""One module per language the engine speaks."""
