"""The formulas of the funnel and of experiments: pure Python, no Django, no database, no numpy.

Import the module and call through it: `intervals.wilson(...)`, `incidence.cumulative_incidence(...)`. Every function
says its formula, its units, its source and what it refuses; what it refuses is a `ValueError`. docs/analytics.md,
"Formulas", tells when which is used.
"""
