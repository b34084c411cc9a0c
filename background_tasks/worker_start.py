"""What a worker loads before it forks, so that its children share the memory."""

from __future__ import annotations

from typing import Any

from celery.signals import worker_init

from apps.onboarding_api.services.pii_integration.service import use_presidio


@worker_init.connect
def load_second_scan(**_: Any) -> None:
    """Workers check redacted text with Presidio as well; web processes never load it."""
    use_presidio()
