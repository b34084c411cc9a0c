"""What a worker loads before it forks, so that its children share the memory."""

from __future__ import annotations

import logging
from typing import Any

from celery.signals import worker_init

from apps.onboarding_api.services.pii_integration import second_scan, service

_log = logging.getLogger("security")
READS_RECORDINGS_AND_PHOTOS = "media"


@worker_init.connect
def load_second_scan(sender: Any, **_: Any) -> None:
    """Workers that redact what they hear and read check it with Presidio as well.

    Text of people is redacted at the door, in web processes, which never load it; so the nodes of the other queues
    need not either. Where it cannot be loaded, nothing that this worker redacts is safe for a model: Celery only logs
    what a receiver raises, and would go on with a worker that checks less than it promises.
    """
    if READS_RECORDINGS_AND_PHOTOS not in sender.app.amqp.queues.consume_from:
        return
    worker = str(sender.hostname)
    try:
        service.use_presidio()
    except Exception as error:  # noqa: BLE001 -- whatever keeps Presidio away, the texts must not pass unchecked
        _log.critical("Presidio cannot be loaded; no text of this worker is safe for a model", exc_info=True)
        service.do_without_presidio(second_scan.refusing(worker=worker, error=error))
    else:
        second_scan.tell_loaded(worker)
