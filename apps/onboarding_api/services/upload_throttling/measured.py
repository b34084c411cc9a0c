"""Decisions about uploads as a metric, counted in Redis by the script that makes them; absent while it is away."""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client.core import CounterMetricFamily, Metric

from apps.onboarding_api.services.upload_throttling.shared import get_shared


def collect() -> Iterable[Metric]:
    """`policy` is the first violated one, empty for what was allowed: a closed set."""
    decisions = CounterMetricFamily(
        "onboarding_upload_quota_decisions",
        "Uploads admitted and refused by the quotas of sessions, by all processes.",
        labels=["outcome", "policy"],
    )
    for name, n in (get_shared().counts() or {}).items():
        outcome, _, policy = name.partition(":")
        decisions.add_metric([outcome, policy], n)
    yield decisions
