"""Telling of a change: one log line by the process that brought it about, and the calls that wait for a closing."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from apps.onboarding_api.services.circuit_breaker.states import Snapshot, State

logger = logging.getLogger("celery.task")

OnClose = Callable[[str], object]
_on_close: list[OnClose] = []


def on_close(callback: OnClose) -> OnClose:
    """Have `callback(service)` called when a breaker closes, in the process whose success closed it and on the thread
    of that call. Registering twice is registering once. What it raises is logged and kept from the caller, whose
    call went well; so it must be a short cut to something that happens anyway."""
    if callback not in _on_close:
        _on_close.append(callback)
    return callback


def forget_on_close(callback: OnClose) -> None:
    _on_close.remove(callback)


def announce(service: str, *, change: State, snapshot: Snapshot, config: Any, is_shared: bool) -> None:
    where = "for all processes" if is_shared else "in this process, Redis is away"
    if change == "open":
        logger.warning(
            "breaker %s open %s after %d failures (%s); a probe in %.0f s",
            service, where, snapshot.failures, snapshot.last_error_class, config.reset_timeout_seconds,
        )  # fmt: skip
        return
    logger.info("breaker %s %s %s", service, change, where)
    if change == "closed":
        _tell(service)


def _tell(service: str) -> None:
    for callback in tuple(_on_close):
        try:
            callback(service)
        except Exception as error:  # noqa: BLE001 -- callbacks are anyone's; the call that closed the breaker went well
            logger.warning("breaker %s: a callback of its closing failed (%s)", service, type(error).__name__)
