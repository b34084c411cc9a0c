"""Walkers of recordings, one for each container."""
