"""Prometheus metrics, counted from the rows: every process tells the same numbers, and a restart forgets none.

Those of the breakers come from Redis. Where it was emptied their counters start again from 0, which Prometheus takes
for a restart; where it is away they are absent, and the states are those that this process goes by.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

import redis
from django.db.models import Count
from django.utils import timezone
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST as CONTENT_TYPE

from apps.onboarding.models import AlertDelivery, AlertIncident, ConversationSession
from apps.onboarding_api.services import task_metrics
from apps.onboarding_api.services.antivirus import measured as scans_measured
from apps.onboarding_api.services.circuit_breaker import get_circuit_breaker, services_shown
from apps.onboarding_api.services.funnel_analytics import measured as funnel_measured
from apps.onboarding_api.services.pii_integration import second_scan
from apps.onboarding_api.services.security import measured
from apps.onboarding_api.services.upload_throttling import measured as quotas_measured

__all__ = ["CONTENT_TYPE", "exposition"]


class RowCollector:
    """Reads at scrape time; label values come from closed sets only."""

    def collect(self) -> Iterable[Metric]:
        yield _sessions()
        yield from task_metrics.collect()
        yield from _breakers()
        yield from _alerts()
        yield from _second_scan()
        yield from measured.collect()
        yield from quotas_measured.collect()
        yield from scans_measured.collect()
        yield from funnel_measured.collect()


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


_BREAKER_STATES = {"closed": 0, "half_open": 1, "open": 2}


def _breakers() -> Iterable[Metric]:
    states = GaugeMetricFamily(
        "onboarding_breaker_state", "Breakers: 0 closed, 1 half open, 2 open.", labels=["service"]
    )
    changes = CounterMetricFamily(
        "onboarding_breaker_transitions", "Changes of breakers, by all processes.", labels=["service", "to"]
    )
    for service in services_shown():
        breaker = get_circuit_breaker(service)
        states.add_metric([service], _BREAKER_STATES[breaker.get_status()["state"]])
        counted = breaker.transitions()
        for state in _BREAKER_STATES if counted is not None else ():
            changes.add_metric([service, state], counted.get(state, 0) if counted else 0)
    yield states
    yield changes


def _second_scan() -> Iterable[Metric]:
    """Absent where Redis is away."""
    with suppress(redis.RedisError):
        yield GaugeMetricFamily(
            "onboarding_second_scan_away",
            "Workers that cannot check redacted texts with Presidio: nothing of theirs is safe for a model.",
            value=len(second_scan.away()),
        )


def _alerts() -> Iterable[Metric]:
    incidents = GaugeMetricFamily(
        "onboarding_alert_incidents_open", "Incidents that are not over.", labels=["rule", "severity"]
    )
    opened = AlertIncident.objects.filter(resolved_at__isnull=True).order_by()
    for rule, severity, n in opened.values_list("rule", "severity").annotate(n=Count("pk")):
        incidents.add_metric([rule, severity], n)
    yield incidents
    pending = AlertDelivery.objects.filter(state=AlertDelivery.State.PENDING, not_before__lte=timezone.now())
    yield GaugeMetricFamily(
        "onboarding_alert_deliveries_pending",
        "Tellings that are due and were not taken.",
        value=pending.count(),
    )
