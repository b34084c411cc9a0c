"""One module per country whose numbers and plates the engine knows."""
