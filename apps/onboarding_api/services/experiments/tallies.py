"""Counting without reading everything again: what can change no more is added up once, and kept.

A unit's guardrails of the first hours are settled once those have passed, its metrics once its window has, and some
minutes more for transactions that were under way. Only units that are not settled are read at a look. Its sums are kept
with the experiment, so that a page reads one row as long as they are fresh. They lie under the id of the
experiment: whoever may not see that gets nothing. Where a unit is deleted, the database throws all of it away, and the
next look counts anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from apps.onboarding.models import Experiment, ExperimentTally
from apps.onboarding_api.services.experiments import summing
from apps.onboarding_api.services.experiments.summing import Sums

EVERY = timedelta(minutes=1)
"""The keeper looks so often at what runs."""
FRESH = timedelta(seconds=90)
"""For so long a look is new enough for a page: of what runs there always is one, whenever the keeper comes round."""
LATE = timedelta(minutes=10)
"""No transaction that sets an exposure, a stage or an event is under way for longer."""
_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class _Settled:
    """Sums over units exposed up to `until`."""

    until: datetime
    sums: Sums


def look(experiment: Experiment, *, now: datetime) -> Sums:
    """All sums as of `now`, by what is settled and what is not. Writes nothing."""
    kept = ExperimentTally.objects.filter(pk=experiment.pk).first()
    return _counted(experiment, *_settled(kept), now=now)


def latest(experiment: Experiment) -> tuple[Sums, datetime]:
    """The sums of the last look where it is `FRESH`, else of one now; kept, unless others are at it."""
    now = timezone.now()
    kept = ExperimentTally.objects.filter(pk=experiment.pk).first()
    if kept is not None and now - FRESH < kept.counted_at <= now:
        return Sums(kept.counted), kept.counted_at
    with transaction.atomic():
        rows = Experiment.objects.select_for_update(skip_locked=True, of=("self",), no_key=True)
        if rows.filter(pk=experiment.pk).exists():
            return keep(experiment, now=now), now
    return _counted(experiment, *_settled(kept), now=now), now


def keep(experiment: Experiment, *, now: datetime) -> Sums:
    """Add up what has settled since the last time, look, and keep both. The experiment must be locked."""
    early, whole = _settled(ExperimentTally.objects.filter(pk=experiment.pk).first())
    early_until = now - timedelta(hours=experiment.guard_hours) - LATE
    if early_until > early.until:
        more = summing.early(experiment, after=early.until, until=early_until)
        early = _Settled(early_until, early.sums + more)
    whole_until = now - timedelta(hours=experiment.window_hours) - LATE
    if whole_until > whole.until:
        more = summing.whole(experiment, after=whole.until, until=whole_until)
        whole = _Settled(whole_until, whole.sums + more)
    counted = _counted(experiment, early, whole, now=now)
    ExperimentTally.objects.update_or_create(
        experiment=experiment,
        defaults={
            "early_until": early.until,
            "early": early.sums,
            "whole_until": whole.until,
            "whole": whole.sums,
            "counted_at": now,
            "counted": counted,
        },
    )
    return counted


def _settled(kept: ExperimentTally | None) -> tuple[_Settled, _Settled]:
    if kept is None:
        nothing = _Settled(_BEGINNING, Sums())
        return nothing, nothing
    return _Settled(kept.early_until, Sums(kept.early)), _Settled(kept.whole_until, Sums(kept.whole))


def _counted(experiment: Experiment, early: _Settled, whole: _Settled, *, now: datetime) -> Sums:
    guarded = now - timedelta(hours=experiment.guard_hours)
    passed = now - timedelta(hours=experiment.window_hours)
    if early.until > guarded:  # asked about a time before it was settled
        early = _Settled(_BEGINNING, Sums())
    if whole.until > passed:
        whole = _Settled(_BEGINNING, Sums())
    found = Sums()
    found.update(early.sums)
    found.update(whole.sums)
    found.update(summing.early(experiment, after=early.until, until=guarded))
    found.update(summing.whole(experiment, after=whole.until, until=passed))
    found.update(summing.waiting(experiment, after=passed, until=now))
    return found
