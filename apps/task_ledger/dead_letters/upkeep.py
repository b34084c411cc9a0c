"""What the keeper does about dead letters between people's visits."""

from __future__ import annotations

import logging
from datetime import timedelta

import redis
from django.conf import settings
from django.utils import timezone

from apps.task_ledger.dead_letters import index
from apps.task_ledger.models import TaskRecord

logger = logging.getLogger("celery.dlq")
State = TaskRecord.State


def keep_up() -> None:
    """Expire what is too old, and make the index equal to the rows."""
    expire()
    try:
        if changed := index.reconcile():
            logger.info("index of dead letters: %d entries put right", changed)
    except redis.RedisError as error:
        logger.warning("index of dead letters not compared: %s", type(error).__name__)


def expire() -> int:
    """Dead letters that nobody mended in `retention_days` become EXPIRED. They stay, and can still be redriven."""
    before = timezone.now() - timedelta(days=settings.DEAD_LETTERS.retention_days)
    expired = TaskRecord.objects.filter(state=State.DEAD, finished_at__lt=before).update(state=State.EXPIRED)
    if expired:
        logger.error(
            "%d dead letters expired: nobody mended them in %d days",
            expired,
            settings.DEAD_LETTERS.retention_days,
        )
    return expired
