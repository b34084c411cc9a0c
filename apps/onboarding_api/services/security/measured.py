"""Decisions as metrics.

Exact ones are counted in Redis by the script that makes them, so every process tells the same numbers; while Redis is
away they are absent. Those made without Redis are counted in the table of the host, so every host tells its own.
"""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from apps.onboarding_api.services.security.registry import get_rate_limiter

_BREAKER = {"closed": 0, "half_open": 1, "open": 2}


def collect() -> Iterable[Metric]:
    """`policy` is the first violated one, empty for what was allowed; a closed set: the names of the settings."""
    limiter = get_rate_limiter()
    decisions = CounterMetricFamily(
        "onboarding_rate_limit_decisions",
        "Decisions of the rate limiter. Mode redis: of all processes; others: of this host.",
        labels=["mode", "outcome", "policy"],
    )
    for name, n in (limiter.counts() or {}).items():
        outcome, _, policy = name.partition(":")
        decisions.add_metric(["redis", outcome, policy], n)
    for name, n in limiter.table.counts().items():
        mode, _, outcome = name.partition(":")
        decisions.add_metric([mode, outcome, ""], n)
    yield decisions
    yield GaugeMetricFamily(
        "onboarding_rate_limiter_breaker_state",
        "The limiter's breaker in this process: 0 closed, 1 half open, 2 open.",
        value=_BREAKER[limiter.breaker.state],
    )
