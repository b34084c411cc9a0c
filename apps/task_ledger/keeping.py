"""The keeper's duties: each is called again and again in a thread of its own, so that a slow one holds up no other."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

import redis
from django.conf import settings
from django.db import Error, connection
from django.utils.module_loading import import_string

from apps.task_ledger import conservation, pulse, reaper, relay
from apps.task_ledger.dead_letters import bulk, upkeep
from apps.task_ledger.publisher import PublishFailed

logger = logging.getLogger("celery.task")
_UPKEEP_SECONDS = 30.0
_FOLD_SECONDS = 300.0


@dataclass(frozen=True)
class Duty:
    work: Callable[[], object]
    every_seconds: float


def duties() -> tuple[Duty, ...]:
    """The ledger's own, and those that the settings name."""
    pace = settings.TASK_LEDGER
    return (
        Duty(relay.publish_all_due, pace.relay_interval_seconds),
        Duty(reaper.take_back, pace.reaper_interval_seconds),
        Duty(pulse.send_due, pace.reaper_interval_seconds),
        Duty(bulk.advance, 1.0),
        Duty(upkeep.keep_up, _UPKEEP_SECONDS),
        Duty(conservation.fold, _FOLD_SECONDS),
        *(Duty(import_string(path), seconds) for path, seconds in settings.TASK_KEEPER_DUTIES),
    )


def keep(stop: threading.Event) -> None:
    """Do all duties until `stop` is set."""
    threads = [
        threading.Thread(target=_serve, args=(duty, stop), name=duty.work.__module__, daemon=True)
        for duty in duties()
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _serve(duty: Duty, stop: threading.Event) -> None:
    while not stop.is_set():
        once(duty.work)
        stop.wait(duty.every_seconds)
    connection.close()


def once(work: Callable[[], object]) -> None:
    """One round. The database or the broker being away ends the round, never the duty; nor does a fault of its own."""
    name = getattr(work, "__module__", "keeper")
    try:
        work()
    except Error as error:
        logger.warning("%s: the database is away (%s)", name, type(error).__name__)
        connection.close()
    except (PublishFailed, redis.RedisError) as error:
        logger.warning("%s: Redis is away (%s)", name, error)
    except Exception:
        logger.exception("%s failed", name)
