"""The dead letter queue: tasks that failed for good. PostgreSQL keeps them, Redis holds an index of the newest."""

from __future__ import annotations

from dataclasses import dataclass

from intelliwiz_config.settings import env


@dataclass(frozen=True)
class DeadLetterSettings:
    index_size: int
    """Entries in the Redis index; more stay in the table alone."""
    retention_days: int
    """A dead letter that nobody mended by then is expired."""
    redrives_per_minute: int
    """How fast a bulk sends tasks back, where it was not said."""


MOST_REDRIVES_PER_MINUTE = 12_000
"""A round of the keeper, one a second, sends at most 200."""
DLQ_MAX_QUEUE_SIZE = env.integer("DLQ_MAX_QUEUE_SIZE", 1000, low=1, high=100_000)
DEAD_LETTERS = DeadLetterSettings(
    index_size=DLQ_MAX_QUEUE_SIZE,
    retention_days=env.integer("DLQ_RETENTION_DAYS", 7, low=1, high=365),
    redrives_per_minute=env.integer("DLQ_REDRIVES_PER_MINUTE", 600, low=1, high=MOST_REDRIVES_PER_MINUTE),
)
