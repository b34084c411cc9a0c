"""Writing down what was asked of providers for a session: how long it took, how many tokens, what that cost.

Nothing of what was said is kept. A call for no session (a report's wording) is not written down. The note is no part of
the work: where it cannot be written the call's answer or error goes out all the same.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.db import Error as FaultOfTheDatabase
from django.db import connection, transaction
from django.utils import timezone

from apps.onboarding.models import ProviderCall
from apps.task_ledger import execution
from apps.task_ledger.models import TaskRecord

T = TypeVar("T")
logger = logging.getLogger("celery.task")
Outcome = ProviderCall.Outcome
MOST_TOKENS = 2**31 - 1
_MODEL = re.compile(r"[\w.:/@+-]{1,80}", re.ASCII)
_session: ContextVar[UUID | None] = ContextVar("session that providers are asked for", default=None)


@dataclass(frozen=True, slots=True)
class Usage:
    """What a provider says that one call used. Its answer carries it as `usage`."""

    input_tokens: int
    output_tokens: int
    model: str = ""


@contextmanager
def about(session_id: UUID) -> Iterator[None]:
    """Calls inside are for that session. Within a task its own session is known without."""
    before = _session.set(session_id)
    try:
        yield
    finally:
        _session.reset(before)


def session_asked_for() -> UUID | None:
    """The session that providers are asked for now; of a task, where it says none, the one it works for."""
    if (said := _session.get()) is not None or (running := execution.current()) is None:
        return said
    work = TaskRecord.objects.filter(pk=running.task_id).values_list("subject_id", flat=True)
    return work.first()


def noted(service: str, provider: Any, deed: str, ask: Callable[[], T]) -> T:
    """What `ask` gives or raises; what it took is written down."""
    began = time.monotonic()
    try:
        answer = ask()
    except Exception as error:
        _note(service, provider, deed, seconds=time.monotonic() - began, fault=type(error).__name__)
        raise
    _note(service, provider, deed, seconds=time.monotonic() - began, usage=_usage_of(answer))
    return answer


def cost_micros(usage: Usage) -> int | None:
    """Millionths of the currency, rounded; None where no price is stated."""
    prices = settings.LLM_PRICES
    if not prices.are_stated:
        return None
    # A price for 1,000 tokens is a thousand times as many millionths for each of them.
    return round(
        1000 * (usage.input_tokens * prices.input_per_1000 + usage.output_tokens * prices.output_per_1000)
    )


def _usage_of(answer: object) -> Usage | None:
    """None too for what an adapter says that can be no usage: it is its word, not ours."""
    usage = getattr(answer, "usage", None)
    if not isinstance(usage, Usage):
        return None
    counts = (usage.input_tokens, usage.output_tokens)
    return usage if all(type(n) is int and 0 <= n <= MOST_TOKENS for n in counts) else None


def _note(
    service: str, provider: Any, deed: str, *, seconds: float, usage: Usage | None = None, fault: str = ""
) -> None:
    running, session_id = execution.current(), _session.get()
    if running is None and session_id is None:
        return
    given = {
        "session": session_id,
        "task": running.task_id if running else None,
        "service": service,
        "provider": str(getattr(provider, "name", type(provider).__name__))[:80],
        "deed": deed[:40],
        "model": usage.model if usage and _MODEL.fullmatch(usage.model) else "",
        "outcome": (Outcome.FAILED if fault else Outcome.ANSWERED).value,
        "fault": fault[:80],
        "seconds": seconds,
        "input": usage.input_tokens if usage else None,
        "output": usage.output_tokens if usage else None,
        "cost": cost_micros(usage) if usage and service == "llm" else None,
        "at": timezone.now(),
    }
    try:
        if connection.in_atomic_block:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(_WRITE, given)
        else:
            with connection.cursor() as cursor:
                cursor.execute(_WRITE_ALONE, given)
    except FaultOfTheDatabase:
        logger.warning("a call of %s could not be written down", service, exc_info=True)


_WRITE = """
    INSERT INTO onboarding_providercall
           (session_id, task_id, service, provider, deed, model, outcome, fault, seconds, input_tokens, output_tokens,
            cost_micros, at)
    SELECT s.session_id, %(task)s, %(service)s, %(provider)s, %(deed)s, %(model)s, %(outcome)s, %(fault)s, %(seconds)s,
           %(input)s, %(output)s, %(cost)s, %(at)s
      FROM onboarding_conversationsession s
     WHERE s.session_id = coalesce(
           %(session)s::uuid, (SELECT t.subject_id FROM task_ledger_taskrecord t WHERE t.id = %(task)s::uuid))
"""
"""Where the session is gone there is nothing to write it to."""
_WRITE_ALONE = "WITH soon AS (SELECT set_config('synchronous_commit', 'off', true))" + _WRITE.replace(
    "onboarding_conversationsession s\n", "onboarding_conversationsession s, soon\n"
)
"""The same, in one round trip, and without waiting for the disk: alone, it need not outlive a crash of the server."""
