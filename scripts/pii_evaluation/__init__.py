"""How well redaction works: texts with known values, values in hard disguises, peers, and the figures over them.

Nothing here is imported by the product. `scripts/bench pii` prints the figures; `python -m scripts.pii_evaluation`
lists what is missed, for whoever works on the engine. docs/redaction.md tells how to use both.
"""
