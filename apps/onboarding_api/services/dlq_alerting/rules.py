"""What is wrong: each rule says which incidents hold now, from what was read.

Facts are names of registered tasks, queues and services, codes, causes and figures: never a text of an error, an
argument or a name of anybody.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from celery import current_app
from django.conf import settings

from apps.onboarding.models import AlertIncident
from apps.onboarding_api.services.dlq_alerting.reading import AGE, Deaths, Seen

Rule = AlertIncident.Rule
Severity = AlertIncident.Severity
Facts = dict[str, str | int]

CAPACITY_PERCENT = 80
_MOST_CAUSES = 20
"""Incidents of one task and rule; what has further causes shares one more. A storm must not become one of messages."""
OTHER = "other"
_CAUSE = re.compile(r"[a-z0-9_]{1,16}")
_SERVICE = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True)
class Finding:
    rule: str
    severity: str
    key: str = ""
    count: int = 0
    facts: Facts = field(default_factory=dict)
    asks_code: tuple[str, str] | None = None
    """Task and cause whose error code belongs to the facts; looked up only where somebody is going to be told."""


def critical_task_failed(seen: Seen) -> Iterator[Finding]:
    """Dead letters of a critical task, by cause, until the last is sent back or discarded."""
    critical = [one for one in seen.deaths if one.task in settings.CRITICAL_CELERY_TASKS]
    yield from _by_cause(critical, Rule.CRITICAL_TASK_FAILED, Severity.CRITICAL, lambda one: one.count)


def capacity(seen: Seen) -> Iterator[Finding]:
    """The dead letters fill four fifths of what the Redis index takes."""
    count = sum(one.indexed for one in seen.deaths)
    limit = settings.DLQ_MAX_QUEUE_SIZE
    if count * 100 >= limit * CAPACITY_PERCENT:
        yield Finding(Rule.CAPACITY, Severity.WARNING, count=count, facts={"limit": limit})


def old_entries(seen: Seen) -> Iterator[Finding]:
    """Dead for more than a day, and nobody did anything."""
    if count := sum(one.old for one in seen.deaths):
        yield Finding(Rule.OLD_ENTRIES, Severity.WARNING, count=count, facts={"hours": AGE.days * 24})


def expiring(seen: Seen) -> Iterator[Finding]:
    """Within a day they leave the queue and count as expired."""
    if count := sum(one.expiring for one in seen.deaths):
        yield Finding(
            Rule.EXPIRING, Severity.WARNING, count=count, facts={"days": settings.DEAD_LETTERS.retention_days}
        )


def repeated_pattern(seen: Seen) -> Iterator[Finding]:
    """One task dies of one cause again and again. Critical ones are told at the first death already."""
    again = [
        one
        for one in seen.deaths
        if one.last_hour >= settings.ALERTS.repeated_failures
        and one.task not in settings.CRITICAL_CELERY_TASKS
    ]
    yield from _by_cause(again, Rule.REPEATED_PATTERN, Severity.WARNING, lambda one: one.last_hour)


def conservation_broken(seen: Seen) -> Iterator[Finding]:
    """The ledger does not add up, or holds tasks that nobody moves."""
    if seen.missing or seen.overdue:
        yield Finding(
            Rule.CONSERVATION_BROKEN,
            Severity.CRITICAL,
            count=abs(seen.missing) + seen.overdue,
            facts={"missing": seen.missing, "overdue": seen.overdue},
        )


def no_canary(seen: Seen) -> Iterator[Finding]:
    """A queue whose pulse nobody executes."""
    for queue in seen.silent_queues:
        yield Finding(Rule.NO_CANARY, Severity.CRITICAL, key=queue, facts={"queue": queue})


def breaker_open(seen: Seen) -> Iterator[Finding]:
    """Tasks are parked because a service admits none: told by the rows, so that it needs no Redis."""
    for service, count in seen.parked.items():
        shown = service if _SERVICE.fullmatch(service) else OTHER
        yield Finding(Rule.BREAKER_OPEN, Severity.WARNING, key=shown, count=count, facts={"service": shown})


def infected_file(seen: Seen) -> Iterator[Finding]:
    """Somebody sent a virus within the last day. It was refused and put away."""
    if seen.infected:
        yield Finding(Rule.INFECTED_FILE, Severity.WARNING, count=seen.infected)


def scanner_away(seen: Seen) -> Iterator[Finding]:
    """The virus scanner does not find the test file: nothing is taken, or everything unscanned."""
    if seen.scanner != "ok":
        refuses = settings.ANTIVIRUS.mode == "required"
        yield Finding(Rule.SCANNER_AWAY, Severity.CRITICAL if refuses else Severity.WARNING)


RULES: tuple[Callable[[Seen], Iterable[Finding]], ...] = (
    critical_task_failed,
    capacity,
    old_entries,
    repeated_pattern,
    conservation_broken,
    no_canary,
    breaker_open,
    expiring,
    infected_file,
    scanner_away,
)


def findings(seen: Seen) -> dict[tuple[str, str], Finding]:
    """All that holds now, by rule and key."""
    return {(found.rule, found.key): found for rule in RULES for found in rule(seen)}


def _by_cause(
    deaths: list[Deaths], rule: Rule, severity: Severity, count_of: Callable[[Deaths], int]
) -> Iterator[Finding]:
    """One finding for each task and cause, those that died first before others, and one for the rest of a task."""
    ordered = sorted(deaths, key=lambda one: (_task(one.task), one.first_at, one.cause))
    for task, ones in groupby(ordered, key=lambda one: _task(one.task)):
        causes: dict[str, list[Deaths]] = {}
        for one in ones:
            cause = one.cause if _CAUSE.fullmatch(one.cause) else OTHER
            causes.setdefault(cause if len(causes) < _MOST_CAUSES or cause in causes else OTHER, []).append(
                one
            )
        for cause, same in causes.items():
            yield Finding(
                rule,
                severity,
                key=f"{task}:{cause}",
                count=sum(map(count_of, same)),
                facts={"task": task, "cause": cause},
                asks_code=(same[0].task, same[0].cause) if cause != OTHER else None,
            )


def _task(name: str) -> str:
    """A name that this program gave; whatever else came in by another way is not repeated."""
    return name if name in settings.CRITICAL_CELERY_TASKS or name in current_app.tasks else OTHER
