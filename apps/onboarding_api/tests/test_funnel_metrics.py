"""The funnel in Prometheus, and the dashboard that shows it."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from apps.onboarding_api.services import funnel_analytics, metrics
from apps.onboarding_api.tests.factories import ClientFactory
from apps.onboarding_api.tests.running_stack import ROOT
from apps.onboarding_api.tests.test_funnel_rollups import open_session

pytestmark = pytest.mark.django_db
DASHBOARD = ROOT / "config/grafana/dashboards/onboarding_funnel.json"


def test_stages_reached_dropped_and_open_are_told() -> None:
    client, now = ClientFactory(), timezone.now()
    open_session(client, started=now - timedelta(days=9), reached=4)
    open_session(client, started=now - timedelta(days=9), reached=1)
    open_session(client, started=now - timedelta(minutes=5), reached=2)
    funnel_analytics.rebuild()
    told = metrics.exposition().decode()
    assert 'onboarding_funnel_reached_total{stage="recommendations_generated"} 2.0' in told
    assert 'onboarding_funnel_dropped_total{stage="engaged"} 1.0' in told
    assert 'onboarding_funnel_open{stage="recommendations_generated"} 1.0' in told
    assert "onboarding_funnel_waiting 0.0" in told
    assert "onboarding_funnel_folded_age_seconds" in told


def test_nothing_is_told_where_nothing_is_counted(settings: Any) -> None:
    settings.ENABLE_FUNNEL_ANALYTICS = False
    assert "onboarding_funnel" not in metrics.exposition().decode()


def test_the_dashboard_asks_for_metrics_that_there_are() -> None:
    funnel_analytics.rebuild()
    told = set(re.findall(r"^# TYPE (\w+)", metrics.exposition().decode(), re.M))
    panels = json.loads(DASHBOARD.read_text())["panels"]
    asked = {
        name
        for panel in panels
        for one in panel["targets"]
        for name in re.findall(r"onboarding_\w+", one["expr"])
    }
    assert len({panel["id"] for panel in panels}) == len(panels)
    assert asked <= told
