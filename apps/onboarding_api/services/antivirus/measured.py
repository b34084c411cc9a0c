"""The scanner's state and what it found, as metrics."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Count
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily, Metric

from apps.onboarding.models import InfectedFile, Upload
from apps.onboarding_api.services.antivirus import scanning, self_test

LATELY = timedelta(hours=24)


def infected_lately() -> int:
    return InfectedFile.objects.filter(found_at__gt=timezone.now() - LATELY).count()


def collect() -> Iterable[Metric]:
    """Absent: whether the scanner works, where none is used."""
    if scanning.is_on():
        yield GaugeMetricFamily(
            "onboarding_scanner_works",
            "1 where the virus scanner finds the test file.",
            value=float(self_test.look() == "ok"),
        )
    yield GaugeMetricFamily(
        "onboarding_infected_files_24h", "Infected files of the last 24 hours.", value=infected_lately()
    )
    scans = GaugeMetricFamily(
        "onboarding_uploads_by_scan", "Uploads by what the scanner said.", labels=["scan"]
    )
    counts = dict(Upload.objects.values_list("scan").annotate(n=Count("pk")).order_by())
    for state in Upload.Scan.values:
        scans.add_metric([state], counts.get(state, 0))
    yield scans
