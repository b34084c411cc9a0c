"""Counting without reading everything again: what can change no more is added up once, and kept.

A unit's guardrails of the first hours are settled once those have passed, its metrics once its window has, and some
minutes more for transactions that were under way. Only units that are not settled are read at a look. Sums of what has
settled are kept by stretches of six hours of the exposure, so that where a unit is deleted the database empties its
stretch alone, and the next look counts that one anew. All sums of the last look are kept with the experiment, so that
a page reads one row as long as they are fresh. They lie under the id of the experiment: whoever may not see that gets
nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from django.db import transaction
from django.db.models import Min, QuerySet
from django.utils import timezone

from apps.onboarding.models import Experiment, ExperimentTally, ExperimentTallyPart
from apps.onboarding_api.services.experiments import summing
from apps.onboarding_api.services.experiments.summing import Sums

EVERY = timedelta(minutes=1)
"""The keeper looks so often at what runs."""
FRESH = timedelta(seconds=90)
"""For so long a look is new enough for a page: of what runs there always is one, whenever the keeper comes round."""
LATE = timedelta(minutes=10)
"""No transaction that sets an exposure, a stage or an event is under way for longer."""
_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


PART = timedelta(hours=6)
"""As the trigger has it (migration `experiment_tally_parts`)."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class _Settled:
    """Sums over units exposed up to `until`, by the beginnings of their parts."""

    until: datetime
    parts: Mapping[datetime, Sums]

    @property
    def sums(self) -> Sums:
        found = Sums()
        for part in self.parts.values():
            found.update(part)
        return found


_NOTHING = _Settled(_BEGINNING, {})


class Count(Protocol):
    """`summing.early` or `summing.whole`."""

    def __call__(self, experiment: Experiment, *, after: datetime, until: datetime) -> Sums: ...


def look(experiment: Experiment, *, now: datetime) -> Sums:
    """All sums as of `now`, by what is settled and what is not. Writes nothing."""
    return _counted(experiment, *_settled(experiment), now=now)


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
    return _counted(experiment, *_settled(experiment), now=now), now


def keep(experiment: Experiment, *, now: datetime) -> Sums:
    """Add up what has settled since the last time, look, and keep both. The experiment must be locked."""
    _parts(experiment).filter(
        experiment__tally__isnull=True
    ).delete()  # it was thrown away, its parts were not
    early, whole = _settled(experiment)
    before = {True: early.parts, False: whole.parts}
    early = _grown(experiment, early, summing.early, now - timedelta(hours=experiment.guard_hours) - LATE)
    whole = _grown(experiment, whole, summing.whole, now - timedelta(hours=experiment.window_hours) - LATE)
    counted = _counted(experiment, early, whole, now=now)
    stale = set(_parts(experiment).filter(is_stale=True).values_list("is_early", "begins"))
    ExperimentTallyPart.objects.bulk_create(
        [
            ExperimentTallyPart(experiment=experiment, is_early=is_early, begins=begins, sums=sums)
            for is_early, settled in ((True, early), (False, whole))
            for begins, sums in settled.parts.items()
            if (is_early, begins) in stale or before[is_early].get(begins) != sums
        ],
        update_conflicts=True,
        unique_fields=["experiment", "is_early", "begins"],
        update_fields=["sums", "is_stale"],
    )
    ExperimentTally.objects.update_or_create(
        experiment=experiment,
        defaults={
            "early_until": early.until,
            "whole_until": whole.until,
            "counted_at": now,
            "counted": counted,
        },
    )
    return counted


def _parts(experiment: Experiment) -> QuerySet[ExperimentTallyPart]:
    return ExperimentTallyPart.objects.filter(experiment=experiment)


def _settled(experiment: Experiment) -> tuple[_Settled, _Settled]:
    """What is settled early, and as a whole; a stale part is counted anew.

    The parts and how far they reach are read in one statement: while this is looked at somebody may add to them.
    """
    rows = _parts(experiment).filter(experiment__tally__isnull=False)
    until = {True: _BEGINNING, False: _BEGINNING}
    parts: dict[bool, dict[datetime, Sums]] = {True: {}, False: {}}
    for is_early, begins, sums, is_stale, early_until, whole_until in rows.values_list(
        *("is_early", "begins", "sums", "is_stale"),
        *("experiment__tally__early_until", "experiment__tally__whole_until"),
    ):
        until = {True: early_until, False: whole_until}
        if is_stale:
            count = summing.early if is_early else summing.whole
            sums = count(experiment, after=begins, until=min(begins + PART, until[is_early]))
        parts[is_early][begins] = Sums(sums)
    return _Settled(until[True], parts[True]), _Settled(until[False], parts[False])


def _grown(experiment: Experiment, settled: _Settled, count: Count, until: datetime) -> _Settled:
    """The same up to a later moment."""
    if until <= settled.until:
        return settled
    parts = dict(settled.parts)
    for begins, after, end in _stretches(experiment, settled.until, until):
        parts[begins] = parts.get(begins, Sums()) + count(experiment, after=after, until=end)
    return _Settled(until, parts)


def _stretches(
    experiment: Experiment, after: datetime, until: datetime
) -> Iterator[tuple[datetime, datetime, datetime]]:
    """(beginning of the part, after when, until when), of the parts in which anybody was exposed."""
    exposed = experiment.units.filter(exposed_at__gt=after, exposed_at__lte=until)
    while (first := exposed.filter(exposed_at__gt=after).aggregate(at=Min("exposed_at"))["at"]) is not None:
        begins = (
            _EPOCH + -(-(first - _EPOCH) // PART) * PART - PART
        )  # just on the edge belongs to the one before
        end = min(begins + PART, until)
        yield begins, max(begins, after), end
        after = end


def _counted(experiment: Experiment, early: _Settled, whole: _Settled, *, now: datetime) -> Sums:
    guarded = now - timedelta(hours=experiment.guard_hours)
    passed = now - timedelta(hours=experiment.window_hours)
    if early.until > guarded:  # asked about a time before it was settled
        early = _NOTHING
    if whole.until > passed:
        whole = _NOTHING
    found = Sums()
    found.update(early.sums)
    found.update(whole.sums)
    found.update(summing.early(experiment, after=early.until, until=guarded))
    found.update(summing.whole(experiment, after=whole.until, until=passed))
    found.update(summing.waiting(experiment, after=passed, until=now))
    return found
