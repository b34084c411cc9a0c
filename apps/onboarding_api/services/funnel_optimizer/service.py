"""The report: rates of all sessions, causes from what happened to them, what to change and what it would bring."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone

from apps.onboarding.errors import InvalidInput, NotFound
from apps.onboarding.models import Client
from apps.onboarding.models.funnel import EVERYONE
from apps.onboarding_api.services.funnel_analytics import asking, estimates, observing, reading
from apps.onboarding_api.services.funnel_analytics.definitions import STAGES
from apps.onboarding_api.services.funnel_analytics.estimates import Estimates
from apps.onboarding_api.services.funnel_analytics.windows import Window
from apps.onboarding_api.services.funnel_optimizer import (
    causes,
    evidence,
    periods,
    predictions,
    wording,
    worth,
)
from apps.onboarding_api.services.funnel_optimizer.catalogue import CATALOGUE
from apps.onboarding_api.services.funnel_optimizer.causes import Found
from apps.onboarding_api.services.funnel_optimizer.evidence import Asked, Ends, Visits
from apps.onboarding_api.services.funnel_optimizer.periods import Moment
from apps.onboarding_api.services.funnel_optimizer.report import (
    DropOff,
    Evidence,
    FunnelAdvice,
    OptimizationReport,
    Segment,
)

CRITICAL, HIGH = 0.50, 0.30
"""Drop-off rates above which a stage counts as so bad."""
QUICK_WIN, HIGH_IMPACT = 0.10, 0.20
"""Impact above which a change of low effort is a quick win, and any change one of high impact."""
_WORTH_TELLING = 0.01
"""Impact below which a cause is not named, however sure it is."""
_MOST_PLACES = 5


class FunnelOptimizerService:
    """The optimizer as code calls it."""

    def analyze_and_optimize(
        self, start_date: Moment, end_date: Moment, client_id: UUID | str | None = None
    ) -> OptimizationReport:
        """Sessions that started from `start_date` to `end_date`, both days included; of everybody without a client.

        Days are those of the client's zone; moments (with offset) and ISO text are taken as well. Raises
        `InvalidInput` for dates or ids that cannot be used, `NotFound` for a client that there is not,
        `FunnelAnalyticsOff` where nobody counts.
        """
        asking.require_on()
        if client_id is None:
            zone, scopes = observing.everyones_zone(), None
        else:
            client = _client(client_id)
            zone, scopes = client.zone, (client.pk,)
        return analyse(scopes, periods.window_of(start_date, end_date, zone), zone=zone)


def analyse(
    scopes: tuple[UUID, ...] | None, window: Window, *, zone: ZoneInfo, now: datetime | None = None
) -> OptimizationReport:
    """The report on the sessions of some clients together, or of everybody (`scopes` None). Writes nothing."""
    now = now or timezone.now()
    with reading.one_moment():
        rates = _rates(scopes, window, now=now)
        started = rates.totals.reached[0]
        share = min(1.0, evidence.MOST_SESSIONS / started) if started else 1.0
        asked = Asked(scopes, window, zone, share)
        visits, ends = evidence.visits(asked), evidence.ends(asked)
        found = causes.find(visits, ends)
        days = (min(window.end, now) - window.start).total_seconds() / 86_400
        kept = predictions.ids_of(scopes)
        advice = _ranked(
            [
                _advice(
                    one, asked, visits, ends, per_30_days=30 / days / share if days > 0 else 0.0, kept=kept
                )
                for one in found
            ]
        )
        record = predictions.track_record(scopes)
    worths = [one.estimated_roi for one in advice if one.estimated_roi is not None]
    return OptimizationReport(
        start=window.start,
        end=window.end,
        generated_at=now,
        sessions=started,
        sessions_looked_at=evidence.how_many([row for row in ends if row.stage == 0]),
        comparisons_at=causes.DISCOVERY_RATE,
        drop_offs=_drop_offs(rates, visits, ends, advice),
        recommendations=advice,
        quick_wins=tuple(one for one in advice if one.is_quick_win),
        high_impact_changes=tuple(one for one in advice if one.is_high_impact),
        estimated_roi=max(worths, key=lambda one: one.value_per_30_days.low, default=None),
        track_record=record,
    )


def _client(client_id: UUID | str) -> Client:
    try:
        wanted = client_id if isinstance(client_id, UUID) else UUID(client_id)
    except (ValueError, TypeError, AttributeError) as error:
        raise InvalidInput("client_id must be a UUID") from error
    client = Client.objects.filter(pk=wanted).first()
    if client is None:
        raise NotFound("no such client")
    return client


def _rates(scopes: tuple[UUID, ...] | None, window: Window, *, now: datetime) -> Estimates:
    those = (EVERYONE,) if scopes is None else scopes
    totals = reading.total(those, window, times=True)
    return estimates.of(totals, reading.open_ages(those, window, now=now))


def _advice(
    found: Found,
    asked: Asked,
    visits: Sequence[Visits],
    ends: Sequence[Ends],
    *,
    per_30_days: float,
    kept: dict[str, UUID],
) -> FunnelAdvice:
    advice, words, value = CATALOGUE[found.cause], wording.words_for(found), worth.of(found, visits, ends)
    return FunnelAdvice(
        key=found.key,
        id=kept.get(found.key),
        stage=STAGES[found.stage].value,
        cause=found.cause,
        place=found.place,
        segment=None if found.segment is None else {"dimension": found.segment[0], "value": found.segment[1]},
        where=tuple(Segment(one.dimension, one.value, one.share, one.share_elsewhere) for one in found.where),
        title=words.title,
        text=words.text,
        worded_by=words.by,
        effort=advice.effort,
        evidence=_evidence(found, asked),
        expected_improvement=value.points,
        impact=value.impact,
        is_quick_win=advice.effort == "low" and value.impact.value > QUICK_WIN,
        is_high_impact=value.impact.value > HIGH_IMPACT,
        estimated_roi=worth.roi(
            value, effort=advice.effort, stage=found.stage, ends=ends, per_30_days=per_30_days
        ),
    )


def _evidence(found: Found, asked: Asked) -> Evidence:
    excess = found.excess
    if found.segment is not None:
        sessions = evidence.sessions_of_segment(asked, stage=found.stage, segment=found.segment)
    else:
        sessions = evidence.sessions_that_left(
            asked, stage=found.stage, place=found.place, signal=found.cause
        )
    return Evidence(
        unit="sessions" if found.segment is not None else "visits",
        n=excess.n,
        left=excess.events,
        expected=excess.expected,
        others_n=excess.other_n,
        others_left=excess.other_events,
        p=found.p,
        sessions=tuple(sessions),
    )


def _ranked(advice: list[FunnelAdvice]) -> tuple[FunnelAdvice, ...]:
    """By what is sure of the impact; what is too small to matter is left out."""
    worthy = [one for one in advice if one.impact.value >= _WORTH_TELLING]
    return tuple(sorted(worthy, key=lambda one: (-one.impact.low, one.key)))


def _drop_offs(
    rates: Estimates, visits: Sequence[Visits], ends: Sequence[Ends], advice: Sequence[FunnelAdvice]
) -> tuple[DropOff, ...]:
    """Of each stage that anybody left after, ranked by the lower end of the interval of the rate."""
    stages = sorted(
        (stage for stage in range(4) if rates.totals.dropped[stage]),
        key=lambda stage: -rates.steps[stage].dropped.low,
    )
    return tuple(
        DropOff(
            stage=STAGES[stage].value,
            severity=severity(rates.steps[stage].dropped.value),
            drop_off_rate=rates.steps[stage].dropped.value,
            drop_off=rates.steps[stage].dropped,
            reached=rates.totals.reached[stage],
            dropped=rates.totals.dropped[stage],
            reasons=_reasons(stage, ends),
            last_places=_last_places(stage, visits),
            causes=tuple(one.key for one in advice if one.stage == STAGES[stage].value),
        )
        for stage in stages
    )


def severity(rate: float | None) -> str:
    if rate is None or rate <= HIGH:
        return "ordinary"
    return "critical" if rate > CRITICAL else "high"


def _reasons(stage: int, ends: Sequence[Ends]) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in ends:
        if row.stage == stage and row.has_left:
            found[row.reason] = found.get(row.reason, 0) + row.n
    return dict(sorted(found.items()))


def _last_places(stage: int, visits: Sequence[Visits]) -> tuple[dict[str, object], ...]:
    left: dict[str, list[int]] = {}
    for row in visits:
        if row.stage == stage:
            counts = left.setdefault(row.place, [0, 0])
            counts[0] += row.n if row.has_left else 0
            counts[1] += row.n
    ranked = sorted(left.items(), key=lambda item: (-item[1][0], item[0]))[:_MOST_PLACES]
    return tuple({"place": place, "left": n, "visits": of} for place, (n, of) in ranked if n)
