"""What a worker loads before it forks, so that its children share the memory."""

from __future__ import annotations

from typing import Any

from celery.signals import worker_init

from apps.onboarding_api.services.pii_integration.service import use_presidio

READS_RECORDINGS_AND_PHOTOS = "media"


@worker_init.connect
def load_second_scan(sender: Any, **_: Any) -> None:
    """Workers that redact what they hear and read check it with Presidio as well.

    Text of people is redacted at the door, in web processes, which never load it; so the nodes of the other queues
    need not either.
    """
    if READS_RECORDINGS_AND_PHOTOS in sender.app.amqp.queues.consume_from:
        use_presidio()
