"""Experiments that may be looked at whenever one likes: assignment, checks, intervals, and when to stop."""
