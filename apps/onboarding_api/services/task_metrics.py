"""Metrics of the ledger: states, ages, dead letters, and whether every committed task is accounted for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db.models import Count, Max, Min
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily, Metric

from apps.task_ledger import conservation
from apps.task_ledger.dead_letters import index, listing
from apps.task_ledger.models import TaskRecord

State = TaskRecord.State


def collect() -> Iterable[Metric]:
    """Counted from the rows at scrape time; label values are names of tasks, queues and states."""
    yield _by_state()
    yield _oldest_queued()
    yield _last_executed()
    yield from _dead_letters()
    yield from _conservation()


def _by_state() -> Metric:
    family = GaugeMetricFamily("onboarding_tasks", "Ledger rows by task and state.", labels=["task", "state"])
    for name, state, n in TaskRecord.objects.values_list("name", "state").annotate(n=Count("pk")).order_by():
        family.add_metric([name, state], n)
    return family


def _oldest_queued() -> Metric:
    published = TaskRecord.objects.filter(state=State.QUEUED, published_at__isnull=False)
    oldest = published.aggregate(at=Min("created_at"))["at"]
    return GaugeMetricFamily(
        "onboarding_oldest_queued_task_seconds", "Age of the oldest task not started.", value=_age(oldest)
    )


def _last_executed() -> Metric:
    family = GaugeMetricFamily(
        "onboarding_queue_last_executed_seconds",
        "Since a worker last finished a task of the queue, pulses included.",
        labels=["queue"],
    )
    done = TaskRecord.objects.filter(state=State.DONE)
    for queue in settings.TASK_QUEUES_EXPECTED:
        latest = done.filter(queue=queue).aggregate(at=Max("finished_at"))["at"]
        if latest is not None:
            family.add_metric([queue], _age(latest))
    return family


def _dead_letters() -> Iterable[Metric]:
    found = listing.totals()
    by_task = GaugeMetricFamily(
        "onboarding_dead_letters", "Tasks that failed for good and wait to be mended.", labels=["task"]
    )
    for name, n in found.by_task.items():
        by_task.add_metric([name], n)
    yield by_task
    yield GaugeMetricFamily(
        "onboarding_dead_letter_oldest_seconds",
        "Age of the oldest dead letter; 0 where there is none.",
        value=_age(found.oldest_dead_at),
    )
    yield GaugeMetricFamily(
        "onboarding_dead_letter_capacity_share",
        "Dead letters as a share of the size of the index.",
        value=listing.index_fill() / settings.DEAD_LETTERS.index_size,
    )
    held = index.size()
    if held is not None:
        yield GaugeMetricFamily(
            "onboarding_dead_letter_index_size", "Entries of the Redis index.", value=held
        )


def _conservation() -> Iterable[Metric]:
    balance = conservation.recent_balance()
    yield GaugeMetricFamily("onboarding_ledger_committed", "Tasks ever committed.", value=balance.committed)
    yield GaugeMetricFamily(
        "onboarding_ledger_missing",
        "Committed tasks that are in no state and were not forgotten in their time: always 0.",
        value=balance.missing,
    )
    yield GaugeMetricFamily(
        "onboarding_ledger_overdue",
        "Tasks that relay and reaper should have seen long ago.",
        value=balance.overdue,
    )


def _age(since: datetime | None) -> float:
    return (timezone.now() - since).total_seconds() if since else 0.0
