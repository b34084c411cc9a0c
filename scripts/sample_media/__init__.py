"""Builds the sample media of the tests and the demo: synthesised voices, drawn photos, written documents."""
