"""How cohorts differ, and why the whole changed: because others came, or because the same did otherwise.

Compared are sessions whose window has passed (`cohorts.settled`), so that a cohort of newcomers does not look worse
for being new. Each cohort is compared with all others together, by the pooled z test; p-values are adjusted over the
cohorts of one answer (Benjamini and Hochberg). Cohorts of too few sessions are shown and not tested.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings

from apps.onboarding_api.services.funnel_analytics import cohorts, periods, reading, windows
from apps.onboarding_api.services.funnel_analytics.asking import ALL, Question
from apps.onboarding_api.services.funnel_analytics.definitions import STAGES
from apps.onboarding_api.services.funnel_analytics.estimates import rounded
from apps.onboarding_api.services.funnel_analytics.moment import Statement
from apps.onboarding_api.services.funnel_analytics.periods import Size
from apps.onboarding_api.services.funnel_analytics.reading import NOTHING, Totals
from apps.onboarding_api.services.statistics import decomposition, intervals, multiplicity
from apps.onboarding_api.services.statistics.decomposition import Change, Group

MOST_COHORTS = 200
SIGNIFICANT = 0.05


@dataclass(frozen=True)
class Cell:
    """One cohort beside the rest."""

    value: str
    totals: Totals
    rest: Totals
    p: float | None


def compare(question: Question, by: str, *, stage: int | None = None) -> dict[str, Any]:
    """Rates of going on from a stage (None: from the start to completion) by cohort, of the question's sessions."""
    with reading.one_moment():
        window = cohorts.settled(question.window, question)
        before = windows.before(window or question.window)
        now_by = cohorts.by(question.within(window), by) if window else {}
        then_by = cohorts.by(question.within(before), by)
        names = cohorts.labels(by, now_by)
    cells = _cells(now_by, by=by, stage=stage)
    adjusted = _adjusted(cells)
    then, now = ({value: _group(one, stage) for value, one in found.items()} for found in (then_by, now_by))
    change = None if by == "variant" else _change(then, now)
    parts = {part.segment: part for part in change.parts} if change else {}
    shown = sorted(cells, key=lambda cell: (-cell.totals.reached[0], cell.value))
    return {
        "timestamp": question.now.isoformat(),
        "by": by,
        "stage": "overall" if stage is None else STAGES[stage].value,
        "start": question.window.start.isoformat(),
        "end": question.window.end.isoformat(),
        "settled_until": window.end.isoformat() if window else None,
        "previous": {"start": before.start.isoformat(), "end": before.end.isoformat()},
        "overall": cohorts.bounded(sum(now_by.values(), NOTHING), stage).to_json()
        if by != "variant"
        else None,
        "cohorts": [
            {
                **_row(cell, adjusted.get(cell.value), stage),
                "label": names.get(cell.value, cell.value),
                "previous": cohorts.bounded(then_by.get(cell.value, NOTHING), stage).to_json(),
                "mix": rounded(float(parts[cell.value].mix)) if cell.value in parts else None,
                "rate_effect": rounded(float(parts[cell.value].rate)) if cell.value in parts else None,
            }
            for cell in shown[:MOST_COHORTS]
        ],
        "left_out": max(0, len(shown) - MOST_COHORTS),
        "change": _told(change),
    }


def changes(question: Question, dimensions: Iterable[str]) -> dict[str, dict[str, Any] | None]:
    """The `change` of `compare` from the start to completion, for several dimensions out of the same few rows."""
    with reading.one_moment():
        window = cohorts.settled(question.window, question)
        if window is None:
            return dict.fromkeys(dimensions)
        before = question.within(windows.before(window))
        now_by = periods.by_cohort(question, window.end)
        then_by = periods.by_cohort(before, before.window.end)
    return {name: _told(_change(_groups(then_by, name), _groups(now_by, name))) for name in dimensions}


def statements(question: Question) -> Iterator[Statement]:
    """What `changes` asks, for `moment.ahead`."""
    window = cohorts.settled(question.window, question)
    if window is not None:
        before = replace(question, window=windows.before(window), cohort=ALL)
        yield periods.cohorts_statement(before, before.window.end)


def _groups(sizes: Mapping[tuple[str, str], Size], dimension: str) -> dict[str, Group]:
    """By value, of the sessions whose window has passed."""
    settled = {value: size.settled for (name, value), size in sizes.items() if name == dimension}
    return {value: Group(completed, started) for value, (started, completed, _) in settled.items() if started}


def _cells(found: dict[str, Totals], *, by: str, stage: int | None) -> list[Cell]:
    whole: dict[str, Totals] = {}
    for value, totals in found.items():
        family = _family(value, by)
        whole[family] = whole.get(family, NOTHING) + totals
    cells = []
    for value, totals in found.items():
        rest = _less(whole[_family(value, by)], totals)
        # Arms are judged by their experiment, whose test may be looked at every day; this one may not.
        p = None if by == "variant" else _p(_group(totals, stage), _group(rest, stage))
        cells.append(Cell(value, totals, rest, p))
    return cells


def _family(value: str, by: str) -> str:
    """What a cohort is compared within: an arm with the other arms of its experiment."""
    return value.rpartition(":")[0] if by == "variant" else ""


def _row(cell: Cell, adjusted: float | None, stage: int | None) -> dict[str, Any]:
    mine, rest = _group(cell.totals, stage), _group(cell.rest, stage)
    difference = interval = None
    if mine.n and rest.n:
        difference = mine.successes / mine.n - rest.successes / rest.n
        interval = intervals.newcombe_difference(*mine, *rest)
    return {
        "value": cell.value,
        "sessions": cell.totals.reached[0],
        "open": cell.totals.open,
        "rate": cohorts.bounded(cell.totals, stage).to_json(),
        "rest": cohorts.bounded(cell.rest, stage).to_json(),
        "difference": rounded(difference),
        "difference_interval": [rounded(interval.low), rounded(interval.high)] if interval else None,
        "p": cell.p,
        "p_adjusted": adjusted,
        "is_significant": adjusted is not None and adjusted <= SIGNIFICANT,
    }


def _group(totals: Totals, stage: int | None) -> Group:
    """So far: see `cohorts.bounded`."""
    n, went_on, _ = cohorts.parts(totals, stage)
    return Group(went_on, n)


def _p(mine: Group, rest: Group) -> float | None:
    if min(mine.n, rest.n) < settings.FUNNEL.enough_sessions:
        return None
    return intervals.two_proportion_z(*mine, *rest).p


def _adjusted(cells: list[Cell]) -> dict[str, float]:
    tested = [(cell.value, cell.p) for cell in cells if cell.p is not None]
    values = multiplicity.benjamini_hochberg([p for _, p in tested])
    return {value: p for (value, _), p in zip(tested, values, strict=True)}


def _change(before: dict[str, Group], after: dict[str, Group]) -> Change | None:
    """None where either period has nobody."""
    if not any(group.n for group in before.values()) or not any(group.n for group in after.values()):
        return None
    return decomposition.decompose(before, after)


def _told(change: Change | None) -> dict[str, Any] | None:
    if change is None:
        return None
    return {
        "before": rounded(float(change.before)),
        "after": rounded(float(change.after)),
        "total": rounded(float(change.total)),
        "mix": rounded(float(change.mix)),
        "rate": rounded(float(change.rate)),
        "is_reversal": change.is_reversal,
        "mix_outweighs_rate": change.mix_outweighs_rate,
    }


def _less(whole: Totals, part: Totals) -> Totals:
    return Totals(
        tuple(a - b for a, b in zip(whole.reached, part.reached, strict=True)),
        tuple(a - b for a, b in zip(whole.dropped, part.dropped, strict=True)),
        tuple(a - b for a, b in zip(whole.step_ms, part.step_ms, strict=True)),
    )
