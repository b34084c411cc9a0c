"""Walkers of images, one for each format."""
