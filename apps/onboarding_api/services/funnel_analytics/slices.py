"""The funnel by any two cohorts at once, from the sums that keep all dimensions together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from apps.onboarding_api.services.funnel_analytics import cohorts, local_time, reading, rolling, storing
from apps.onboarding_api.services.funnel_analytics.asking import Question
from apps.onboarding_api.services.funnel_analytics.contributions import COUNTED
from apps.onboarding_api.services.funnel_analytics.definitions import STAGES
from apps.onboarding_api.services.funnel_analytics.reading import NOTHING, Totals

MOST_CELLS = 500
_SUMS = ", ".join(f"sum({name})::bigint AS {name}" for name in COUNTED)
_AGAIN = ", ".join(f"sum({name})::bigint" for name in COUNTED)


@dataclass(frozen=True)
class Cell:
    """`settled`: of those whose window has passed, how many started, were completed, and are open all the same."""

    totals: Totals
    settled: tuple[int, int, int]


_EMPTY = Cell(NOTHING, (0, 0, 0))


def cut(question: Question, by: tuple[str, str]) -> dict[str, Any]:
    """One cell for each pair of values that anybody has, the largest first.

    Counts are of all sessions of the question; rates of those whose window has passed (`cohorts.settled`). Somebody
    in several experiments stands in a cell of each.
    """
    with reading.one_moment():
        window = cohorts.settled(question.window, question)
        cells = _cells(question, by, settled_until=window.end if window else question.window.start)
        names = [cohorts.labels(dimension, {pair[at] for pair in cells}) for at, dimension in enumerate(by)]
    shown = sorted(cells.items(), key=lambda cell: (-cell[1].totals.reached[0], cell[0]))
    return {
        "timestamp": question.now.isoformat(),
        "by": list(by),
        "start": question.window.start.isoformat(),
        "end": question.window.end.isoformat(),
        "settled_until": window.end.isoformat() if window else None,
        "cells": [
            {
                **{dimension: pair[at] for at, dimension in enumerate(by)},
                "labels": [names[at].get(pair[at], pair[at]) for at in range(2)],
                "sessions": cell.totals.reached[0],
                "reached": {stage.value: cell.totals.reached[index] for index, stage in enumerate(STAGES)},
                "dropped": {
                    stage.value: cell.totals.dropped[index] for index, stage in enumerate(STAGES[:4])
                },
                "open": cell.totals.open,
                "rate": cohorts.told(*cell.settled),
            }
            for pair, cell in shown[:MOST_CELLS]
        ],
        "left_out": max(0, len(shown) - MOST_CELLS),
    }


def _cells(
    question: Question, by: tuple[str, str], *, settled_until: datetime
) -> dict[tuple[str, str], Cell]:
    kept, given = _kept(question)
    first, second = (_expression(dimension, question) for dimension in by)
    sums = f"SELECT {first} AS a, {second} AS b, slot < %s AS settled, {_SUMS} FROM {kept} f GROUP BY 1, 2, 3"  # noqa: S608
    if (
        "variant" in by
    ):  # added up first by all of a session's arms together: those are few, the rows are many
        arms = "ab"[by.index("variant")]
        cells = ", ".join("arm" if name == arms else name for name in "ab")
        sums = f"""SELECT {cells}, settled, {_AGAIN} FROM ({sums}) s CROSS JOIN LATERAL unnest({arms}) x(arm)
                    GROUP BY 1, 2, 3"""  # noqa: S608 -- names of our own
    with connection.cursor() as cursor:
        cursor.execute(sums, [local_time.slot_at(settled_until), *given])
        rows = cursor.fetchall()
    found: dict[tuple[str, str], Cell] = {}
    for a, b, is_settled, *counts in rows:
        key = _value(by[0], a), _value(by[1], b)
        totals = Totals(tuple(counts[:5]), tuple(counts[5:9]), (0,) * 4)
        before = found.get(key, _EMPTY)
        settled = (totals.reached[0], totals.reached[4], totals.open) if is_settled else before.settled
        found[key] = Cell(before.totals + totals, settled)
    return found


def _kept(question: Question) -> tuple[str, list[Any]]:
    """Sessions by all that is known at their start: from the sums; of a window that cuts a quarter, from the facts."""
    window = question.window
    if reading.is_of_slots(window):
        where, given = cohorts.cells_of(question)
        return f"(SELECT * FROM {storing.CELLS} WHERE {where})", given  # noqa: S608 -- names of our own
    where, given = cohorts.facts_of(question)
    return (
        f"""(SELECT client_id, {rolling.SLOT} AS slot, language, device, flow, variants, {rolling.SUMS}
               FROM {storing.FACTS} WHERE {where} GROUP BY 1, 2, 3, 4, 5, 6)""",  # noqa: S608 -- names of our own
        given,
    )


def _expression(dimension: str, question: Question) -> str:
    if dimension in cohorts.OF_CLOCK:
        return cohorts.clock_sql(dimension, "slot", question)
    return {"client": "client_id", "variant": "variants"}.get(dimension, dimension)


def _value(dimension: str, found: Any) -> str:
    return cohorts.clock_value(dimension, found) if dimension in cohorts.OF_CLOCK else str(found)
