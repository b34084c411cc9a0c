"""Detectors, each in a process of its own, so that load time and memory are theirs alone. All speak the same lines."""
