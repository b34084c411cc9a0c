"""Figures of the funnel for Prometheus: over all clients, from sums that are kept already."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.db import connection
from django.utils import timezone
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from apps.onboarding.models import FunnelDirty, FunnelState
from apps.onboarding.models.funnel import EVERYONE
from apps.onboarding_api.services.funnel_analytics import storing
from apps.onboarding_api.services.funnel_analytics.contributions import COUNTS
from apps.onboarding_api.services.funnel_analytics.definitions import STAGES

_FIGURES = COUNTS[:9]


def collect() -> Iterable[Metric]:
    """Counted at scrape time. Where a session is erased a figure falls, which Prometheus takes for a restart."""
    if not settings.ENABLE_FUNNEL_ANALYTICS:
        return
    figures = _sums()
    reached = CounterMetricFamily(
        "onboarding_funnel_reached", "Sessions that reached a stage.", labels=["stage"]
    )
    dropped = CounterMetricFamily(
        "onboarding_funnel_dropped", "Sessions that dropped after a stage.", labels=["stage"]
    )
    still_open = GaugeMetricFamily(
        "onboarding_funnel_open", "Open sessions by furthest stage.", labels=["stage"]
    )
    for index, stage in enumerate(STAGES):
        reached.add_metric([stage.value], figures[index])
        if index < len(STAGES) - 1:
            gone = figures[len(STAGES) + index]
            dropped.add_metric([stage.value], gone)
            still_open.add_metric([stage.value], figures[index] - figures[index + 1] - gone)
    yield from (reached, dropped, still_open)
    yield from _freshness()


def _sums() -> list[int]:
    sums = ", ".join(f"coalesce(sum({name}), 0)::bigint" for name in _FIGURES)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {sums} FROM {storing.DAYS} WHERE scope = %s AND dimension = 'all'",  # noqa: S608 -- names of our own
            [EVERYONE],
        )
        return list(cursor.fetchone() or [0] * len(_FIGURES))


def _freshness() -> Iterable[Metric]:
    folded_at = FunnelState.objects.filter(pk=1).values_list("folded_at", flat=True).first()
    if folded_at is not None:
        age = max(0.0, (timezone.now() - folded_at).total_seconds())
        yield GaugeMetricFamily(
            "onboarding_funnel_folded_age_seconds", "Since figures were brought up to date.", value=age
        )
    waiting = FunnelDirty.objects.count()
    yield GaugeMetricFamily(
        "onboarding_funnel_waiting", "Changes that are not in the figures yet.", value=waiting
    )
