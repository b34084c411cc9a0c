"""Tasks that failed for good: found, grouped by cause, sent back, edited, discarded. The rows are the truth; Redis
holds an index over the newest of them."""
