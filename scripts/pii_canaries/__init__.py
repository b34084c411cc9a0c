"""Planted personal values: pushed through every door of a running product, then looked for everywhere else."""
