"""Alerts: what is wrong with the tasks, told once to those who can mend it, by PostgreSQL alone.

Neither Redis nor a worker is needed: the keeper calls `watch`, the rows are the outbox.
"""

from apps.onboarding_api.services.dlq_alerting.incidents import (
    acknowledge,
    evaluate,
    forget_resolved,
    open_incidents,
)
from apps.onboarding_api.services.dlq_alerting.outbox import deliver
from apps.onboarding_api.services.dlq_alerting.trying import test_channels
from apps.onboarding_api.services.dlq_alerting.watching import watch

__all__ = [
    "acknowledge",
    "deliver",
    "evaluate",
    "forget_resolved",
    "open_incidents",
    "test_channels",
    "watch",
]
