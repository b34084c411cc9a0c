"""Reading request headers that carry a client's wishes."""

from __future__ import annotations

import re

from asgiref.sync import SyncToAsync
from django.conf import settings
from django.http import HttpRequest

_WAIT = re.compile(r"(?:^|[,;\s])wait\s*=\s*(\d{1,4})")


def wait_seconds(request: HttpRequest) -> float:
    """`Prefer: wait=N` (RFC 7240), bounded by the settings; the default without it."""
    found = _WAIT.search(request.headers.get("Prefer", ""))
    if found is None:
        return settings.ONBOARDING.default_wait_seconds
    return min(float(found.group(1)), settings.ONBOARDING.max_wait_seconds)


def release_thread() -> None:
    """End the thread that asgiref keeps for this request's synchronous parts; the next such part makes a new one.

    A request that waits would otherwise keep an idle thread, and what that thread holds, for as long as it waits.
    """
    context = SyncToAsync.thread_sensitive_context.get(None)
    executor = SyncToAsync.context_to_thread_executor.pop(context, None) if context is not None else None
    if executor is not None:
        executor.shutdown(wait=False)
