"""Which of the things that happened to people go with leaving: named only where chance does not explain it.

Every comparison of a report is one family, corrected after Benjamini and Hochberg at `DISCOVERY_RATE`: where nothing
differs, at most one report in a hundred names anything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from apps.onboarding_api.services.funnel_optimizer import strata
from apps.onboarding_api.services.funnel_optimizer.evidence import SEGMENTS, SIGNALS, Ends, Visits
from apps.onboarding_api.services.funnel_optimizer.strata import Excess, Stratum
from apps.onboarding_api.services.statistics import multiplicity

DISCOVERY_RATE = 0.01
LEAST = 10
"""On each side; fewer are not compared."""
_AT_A_QUESTION = ("repeated_question", "asked_to_explain")
"""Signals that belong to one question; the others are faults of the platform and are counted over all places."""
_OVER_REPRESENTED = 1.5
_LEFT_TOO_OFTEN = 2.0
_STILL_LIKELY = 0.05

Test = Callable[[Visits], bool]


@dataclass(frozen=True)
class Where:
    """Who meets the cause more often than others: shares of the visits at the same places."""

    dimension: str
    value: str
    share: float
    share_elsewhere: float


@dataclass(frozen=True)
class Found:
    """At a stage. `place` is empty where it is not of one question; `segment` is who they are, where it is that."""

    stage: int
    cause: str
    place: str
    excess: Excess
    p: float
    """Corrected for all comparisons of the report."""
    segment: tuple[str, str] | None = None
    where: tuple[Where, ...] = ()
    effect: float = 0.0
    """Events more for each exposed, among people alike where enough of them are."""

    @property
    def key(self) -> str:
        return "|".join([str(self.stage), self.cause, self.place, *(self.segment or ())])


def find(visits: Sequence[Visits], ends: Sequence[Ends]) -> list[Found]:
    """What goes with leaving, corrected; a cause that only shows who somebody is, and a segment that only meets a
    cause more often, are not named beside what explains them."""
    by_stage = {stage: [row for row in visits if row.stage == stage] for stage in range(4)}
    tried = [
        candidate
        for stage, here in by_stage.items()
        for candidate in (*_signals(stage, here), *_places(stage, here), *_skips(stage, here))
    ]
    tried += [
        one for stage in range(4) for one in _segments(stage, [row for row in ends if row.stage == stage])
    ]
    adjusted = multiplicity.benjamini_hochberg([one.excess.p for one in tried])
    sure = [replace(one, p=p) for one, p in zip(tried, adjusted, strict=True) if p <= DISCOVERY_RATE]
    causes = [
        kept for one in sure if one.segment is None and (kept := _among_alike(one, by_stage[one.stage]))
    ]
    causes = _located(causes, by_stage)
    segments = [one for one in sure if one.segment and not _explained(one, causes, by_stage[one.stage])]
    return [*causes, *segments]


def met(found: Found) -> Test:
    """Whether a visit met the cause."""
    if found.cause == "skipped_question":
        return lambda row: row.skipped and row.place == found.place
    if found.cause == "left_unanswered":
        return lambda row: row.place == found.place and not row.signals
    if found.place:
        return lambda row: row.place == found.place and found.cause in row.signals
    return lambda row: found.cause in row.signals


def _signals(stage: int, here: list[Visits]) -> Iterator[Found]:
    rows = _collapsed(here)
    for cause in SIGNALS:
        if cause not in _AT_A_QUESTION:
            yield from _compared(stage, cause, "", rows, _signalled(cause))
            continue
        for place in sorted({row.place for row in rows if cause in row.signals}):
            at = [row for row in rows if row.place == place]
            yield from _compared(stage, cause, place, at, _signalled(cause))


def _places(stage: int, here: list[Visits]) -> Iterator[Found]:
    """Questions that people leave without any trouble having shown: compared with the other questions of the stage.

    No two questions are left equally often; one that is named is left at least twice as often as the others.
    """
    calm = _calm(_collapsed(here))
    for place in sorted({row.place for row in calm}):
        for found in _compared(
            stage,
            "left_unanswered",
            place,
            calm,
            _at(place),
            within=lambda _: "",
        ):
            if found.excess.rate < _LEFT_TOO_OFTEN * found.excess.expected_rate:
                found = replace(found, excess=replace(found.excess, p=1.0))  # tried, and no cause
            yield found


def _signalled(cause: str) -> Test:
    return lambda row: cause in row.signals


def _at(place: str) -> Test:
    return lambda row: row.place == place


def _of(dimension: str, value: str) -> Callable[[Any], bool]:
    def is_one(row: Any) -> bool:
        found: str = row.segment(dimension)
        return found == value

    return is_one


def _calm(here: Iterable[Visits]) -> list[Visits]:
    """Visits to questions at which nothing went wrong."""
    return [row for row in here if not row.signals and not row.place.startswith("(")]


def _skips(stage: int, here: list[Visits]) -> Iterator[Found]:
    """Of those who went on from a question: do those who skipped it leave the stage later?"""
    rows = [row for row in _collapsed(here) if not row.has_left]
    for place in sorted({row.place for row in rows if row.skipped}):
        at = [row for row in rows if row.place == place]
        yield from _compared(
            stage, "skipped_question", place, at, lambda row: row.skipped, event=lambda row: row.leaves_later
        )


def _segments(stage: int, here: list[Ends]) -> Iterator[Found]:
    for dimension in SEGMENTS:
        values = sorted({row.segment(dimension) for row in here})
        for value in values if len(values) > 1 else ():
            yield from _compared(
                stage, dimension, "", here, _of(dimension, value),
                within=lambda _: "", segment=(dimension, value),
            )  # fmt: skip


def _has_left(row: Any) -> bool:
    left: bool = row.has_left
    return left


def _place_of(row: Any) -> Hashable:
    place: str = row.place
    return place


def _compared(
    stage: int,
    cause: str,
    place: str,
    rows: Iterable[Any],
    exposed: Callable[[Any], bool],
    *,
    event: Callable[[Any], bool] = _has_left,
    within: Callable[[Any], Hashable] = _place_of,
    segment: tuple[str, str] | None = None,
) -> Iterator[Found]:
    """One comparison, where there are enough on both sides; excess the other way is no cause."""
    excess = strata.compare(counted(rows, exposed, event=event, within=within))
    if excess is not None and excess.n >= LEAST and excess.other_n >= LEAST:
        yield Found(stage, cause, place, excess, excess.p, segment, effect=excess.difference)


def counted(
    rows: Iterable[Any],
    exposed: Callable[[Any], bool],
    *,
    event: Callable[[Any], bool] = _has_left,
    within: Callable[[Any], Hashable] = _place_of,
) -> list[Stratum]:
    cells: dict[Hashable, list[int]] = {}
    for row in rows:
        cell = cells.setdefault(within(row), [0, 0, 0, 0])
        side = 0 if exposed(row) else 2
        cell[side] += row.n if event(row) else 0
        cell[side + 1] += row.n
    return [Stratum(*cell) for cell in cells.values()]


def _collapsed(rows: Iterable[Visits]) -> list[Visits]:
    """Without who they were: far fewer rows."""
    sums: Counter[Visits] = Counter()
    for row in rows:
        sums[replace(row, language="", device="", part_of_day="", n=0)] += row.n
    return [replace(row, n=n) for row, n in sums.items()]


def _event_of(found: Found) -> Test:
    return (lambda row: row.leaves_later) if found.cause == "skipped_question" else _has_left


def _at_risk(found: Found, here: list[Visits]) -> list[Visits]:
    """The visits that a cause was compared over."""
    if found.cause == "left_unanswered":
        return _calm(here)
    if found.cause == "skipped_question":
        return [row for row in here if row.place == found.place and not row.has_left]
    return [row for row in here if row.place == found.place] if found.place else here


def _among_alike(found: Found, here: list[Visits]) -> Found | None:
    """None where those who met it left no more often than others of the same language, device and time of day."""
    within: Callable[[Visits], Hashable]
    if found.cause == "left_unanswered":
        within = lambda row: (row.language, row.device, row.part_of_day)  # noqa: E731 -- one of two, side by side
    else:
        within = lambda row: (row.place, row.language, row.device, row.part_of_day)  # noqa: E731 -- see above
    alike = strata.compare(counted(_at_risk(found, here), met(found), event=_event_of(found), within=within))
    if alike is None or 2 * alike.n < found.excess.n:
        return found  # hardly anybody to compare with: who they are and what they met cannot be told apart
    if alike.p > _STILL_LIKELY and 2 * alike.difference < found.excess.difference:
        return None
    return replace(found, effect=alike.difference)


def _located(causes: list[Found], by_stage: dict[int, list[Visits]]) -> list[Found]:
    """Each with those who meet it more often than others; all these comparisons are one family as well."""
    tried: list[tuple[Found, Where, float]] = []
    for found in causes:
        rows = _at_risk(found, by_stage[found.stage])
        event: Test
        if found.cause == "left_unanswered":
            rows, event = [row for row in rows if row.place == found.place], _has_left
        else:
            event = met(found)
        for dimension in SEGMENTS:
            values = {row.segment(dimension) for row in rows}
            for value in sorted(values) if len(values) > 1 else ():
                excess = strata.compare(counted(rows, _of(dimension, value), event=event))
                if excess is not None and min(excess.n, excess.other_n) >= LEAST:
                    where = Where(dimension, value, excess.rate, excess.expected_rate)
                    tried.append((found, where, excess.p))
    adjusted = multiplicity.benjamini_hochberg([p for *_, p in tried])
    found_at = [
        (found.key, where)
        for (found, where, _), p in zip(tried, adjusted, strict=True)
        if p <= DISCOVERY_RATE and where.share >= _OVER_REPRESENTED * where.share_elsewhere
    ]
    return [replace(one, where=tuple(where for key, where in found_at if key == one.key)) for one in causes]


def _explained(segment: Found, causes: list[Found], here: list[Visits]) -> bool:
    """Whether the segment leaves no more often than others once what it meets more often is set aside."""
    assert segment.segment is not None
    dimension, value = segment.segment
    theirs = [
        one
        for one in causes
        if one.stage == segment.stage
        and any((where.dimension, where.value) == segment.segment for where in one.where)
    ]
    if not theirs:
        return False
    tests = [met(one) for one in theirs]

    of_segment = _of(dimension, value)
    whole = strata.compare(counted(here, of_segment))
    rest = strata.compare(counted([row for row in here if not any(test(row) for test in tests)], of_segment))
    if whole is None or rest is None:
        return whole is not None
    return rest.p > _STILL_LIKELY or 2 * rest.difference < whole.difference
