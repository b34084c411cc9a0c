"""`manage.py run_ledger`: the keeper of the ledger, one or several per installation."""

from __future__ import annotations

import signal
import threading
from functools import partial
from typing import Any

from celery import current_app
from django.core.management.base import BaseCommand

from apps.task_ledger import keeping, pulse


class Command(BaseCommand):
    help = (
        "Publishes committed tasks that have no message yet, takes back tasks of dead workers, proves that workers "
        "execute, sends dead letters back in bulk, and watches for what people should be told."
    )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 -- Django's signature
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        current_app.loader.import_default_modules()  # tasks must be known, so that dead ones are put in order
        keeping.once(partial(pulse.send_due, at_once=True))  # readiness after a start waits for no interval
        keeping.keep(stop)
