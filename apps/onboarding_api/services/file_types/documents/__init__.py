"""Walkers of documents, one for each format."""
