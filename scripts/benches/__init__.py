"""scripts/bench: what the product costs, beside a peer or a floor measured in the same run.

`subjects/` holds one file per bench; each declares `BENCH`, and that is all there is to adding one.
"""
