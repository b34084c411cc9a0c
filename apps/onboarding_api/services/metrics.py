"""Prometheus metrics, counted from the rows: every process tells the same numbers, and a restart forgets none."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, Min
from django.utils import timezone
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST as CONTENT_TYPE

from apps.onboarding.models import ConversationSession
from apps.task_ledger.models import TaskRecord

__all__ = ["CONTENT_TYPE", "exposition"]


class RowCollector:
    """Reads at scrape time; label values come from closed sets only."""

    def collect(self) -> Iterable[Metric]:
        yield _sessions()
        yield _tasks()
        yield _oldest_queued()


def exposition() -> bytes:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(RowCollector())
    return generate_latest(registry)


def _sessions() -> Metric:
    family = GaugeMetricFamily("onboarding_sessions", "Sessions by state.", labels=["state"])
    counts = dict(ConversationSession.objects.values_list("current_state").annotate(n=Count("pk")).order_by())
    for state in ConversationSession.StateChoices.values:
        family.add_metric([state], counts.get(state, 0))
    return family


def _tasks() -> Metric:
    family = GaugeMetricFamily("onboarding_tasks", "Ledger rows by task and state.", labels=["task", "state"])
    for name, state, n in TaskRecord.objects.values_list("name", "state").annotate(n=Count("pk")).order_by():
        family.add_metric([name, state], n)
    return family


def _oldest_queued() -> Metric:
    published = TaskRecord.objects.filter(state=TaskRecord.State.QUEUED, published_at__isnull=False)
    oldest = published.aggregate(at=Min("created_at"))["at"]
    age = (timezone.now() - oldest).total_seconds() if oldest else 0.0
    return GaugeMetricFamily(
        "onboarding_oldest_queued_task_seconds", "Age of the oldest task not started.", value=age
    )
