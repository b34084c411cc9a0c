"""`manage.py run_ledger`: the keeper of the ledger (relay and reaper), one or several per installation."""

from __future__ import annotations

import logging
import signal
import threading
import time
from functools import partial
from typing import Any

from celery import current_app
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import Error, connection
from kombu.exceptions import OperationalError
from redis import RedisError

from apps.task_ledger import pulse, reaper, relay

logger = logging.getLogger("celery.task")


class Command(BaseCommand):
    help = "Publishes committed tasks that have no message yet, and takes back tasks of dead workers."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 -- Django's signature
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        current_app.loader.import_default_modules()  # tasks must be known, so that dead ones are put in order
        pace = settings.TASK_LEDGER
        next_reap = 0.0
        _keep(partial(pulse.send_due, at_once=True))  # readiness after a start waits for no interval
        while not stop.is_set():
            _keep(relay.publish_due)
            if time.monotonic() >= next_reap:
                _keep(reaper.take_back)
                _keep(pulse.send_due)
                next_reap = time.monotonic() + pace.reaper_interval_seconds
            stop.wait(pace.relay_interval_seconds)


def _keep(work: Any) -> None:
    """One round. The database or the broker being away ends the round, never the keeper."""
    try:
        work()
    except Error as error:
        logger.warning("ledger round failed: %s", type(error).__name__)
        connection.close()
    except (OperationalError, RedisError, OSError) as error:
        logger.warning("ledger round failed, broker away: %s", type(error).__name__)
