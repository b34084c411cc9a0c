"""The figures of a week beside those of the week before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q

from apps.onboarding.models import Client, FunnelFact, FunnelRecommendation
from apps.onboarding_api.services import funnel_optimizer
from apps.onboarding_api.services.funnel_analytics import definitions, estimates
from apps.onboarding_api.services.funnel_analytics.estimates import Estimates, Rate
from apps.onboarding_api.services.funnel_analytics.windows import Window
from apps.onboarding_api.services.funnel_optimizer import OptimizationReport
from apps.onboarding_api.services.funnel_reports import weeks
from apps.onboarding_api.services.statistics import decomposition
from apps.onboarding_api.services.statistics.decomposition import Change, Group

TREND_WEEKS = 8
DIMENSIONS = ("language", "device")
_ADVICE_WEEKS = 4
_MOST_PAST = 5


@dataclass(frozen=True)
class Figures:
    client: Client
    week: date
    limit_hours: int
    now: Estimates
    before: Estimates
    trend: tuple[tuple[date, Rate], ...]
    """By week, the oldest first: completed within the limit, of the sessions that have had that long."""
    changes: Mapping[str, Change]
    """By dimension: why that share changed; none where either week has nobody."""
    advice: OptimizationReport
    past: tuple[FunnelRecommendation, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.now.totals.reached[0] or self.before.totals.reached[0])


def figures_of(client: Client, week: date, *, now: datetime) -> Figures:
    zone, earlier = client.zone, weeks.before(week)
    window = weeks.window_of(week, zone)
    advised = Window(weeks.window_of(week - timedelta(weeks=_ADVICE_WEEKS - 1), zone).start, window.end)
    trend = [week - timedelta(weeks=n) for n in reversed(range(TREND_WEEKS))]
    made = FunnelRecommendation.objects.filter(client=client, status=FunnelRecommendation.Status.DONE)
    return Figures(
        client=client,
        week=week,
        limit_hours=round(definitions.limit().total_seconds() / 3600),
        now=estimates.estimate(client.pk, window, now=now),
        before=estimates.estimate(client.pk, weeks.window_of(earlier, zone), now=now),
        trend=tuple((monday, _within_limit(client, monday, now=now)) for monday in trend),
        changes=_changes(client, earlier, week, now=now),
        advice=funnel_optimizer.analyse((client.pk,), advised, zone=zone, now=now),
        past=tuple(made.order_by("-decided_at")[:_MOST_PAST]),
    )


def _within_limit(client: Client, week: date, *, now: datetime) -> Rate:
    groups = _groups(client, week, "language", now=now).values()
    return estimates.plain(sum(group.successes for group in groups), sum(group.n for group in groups))


def _changes(client: Client, earlier: date, week: date, *, now: datetime) -> dict[str, Change]:
    found = {}
    for dimension in DIMENSIONS:
        then, since = (_groups(client, monday, dimension, now=now) for monday in (earlier, week))
        if then and since:
            found[dimension] = decomposition.decompose(then, since)
    return found


def _groups(client: Client, week: date, dimension: str, *, now: datetime) -> dict[str, Group]:
    """Completed within the limit of silence, of those that started at least so long ago.

    Sessions of Sunday are still open on Monday: both weeks are looked at as they stood after the same time, or the
    newer one would always seem the worse.
    """
    limit = definitions.limit()
    window = weeks.window_of(week, client.zone)
    rows = (
        FunnelFact.objects.filter(
            client_id=client.pk, started_at__gte=window.start, started_at__lt=window.end
        )
        .filter(started_at__lte=now - limit)
        .order_by()
        .values_list(dimension)
        .annotate(
            n=Count("pk"), done=Count("pk", filter=Q(completed_ms__lte=limit / definitions.MILLISECOND))
        )
    )
    groups: dict[str, Group] = {}
    for value, n, done in rows:
        name = value.rpartition(", ")[2] if dimension == "device" else value
        known = groups.get(name, Group(0, 0))
        groups[name] = Group(known.successes + done, known.n + n)
    return groups
