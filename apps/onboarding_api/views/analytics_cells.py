"""The addresses of the sessions behind each figure: every cell says where the list of its sessions is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from apps.onboarding_api.services.funnel_analytics import opening
from apps.onboarding_api.services.funnel_analytics.asking import Question
from apps.onboarding_api.services.funnel_analytics.definitions import STAGES
from apps.onboarding_api.services.funnel_analytics.windows import Window

Told = dict[str, Any]
_KEPT = ("client_id", "cohort")
_LAST_INSTANT = timedelta(microseconds=1)


class Addresses:
    """Of the sessions of one question; what was asked for goes into each."""

    def __init__(self, question: Question, asked: Mapping[str, Any]) -> None:
        """`asked` are the parameters as they came: a client, and a cohort as text, are asked for again."""
        window, zone = question.window, question.zone
        self._base = reverse("analytics-sessions")
        self._is_of_one_client = "client_id" in asked
        self._audience = urlencode(
            {"time_zone": zone.key, **{name: asked[name] for name in _KEPT if name in asked}}
        )
        self._days = urlencode(
            {
                "start_date": window.start.astimezone(zone).date(),
                "end_date": (window.end - _LAST_INSTANT).astimezone(zone).date(),
            }
        )

    def of(self, **cell: Any) -> str:
        """Of the question's days."""
        return f"{self._base}?{self._audience}&{self._days}{_written(tuple(cell.items()))}"

    def of_days(self, first: str, last: str) -> str:
        return f"{self._base}?{self._audience}&start_date={first}&end_date={last}"

    def of_cohort(self, **values: str) -> str:
        """By dimension: a client is asked for by its id."""
        given = {"client_id" if name == "client" else name: value for name, value in values.items()}
        if self._is_of_one_client:  # there are no others, and a parameter is sent once
            given.pop("client_id", None)
        return self.of(**given)


@lru_cache(maxsize=5_000)
def _written(cell: tuple[tuple[str, Any], ...]) -> str:
    """A page has hundreds of the same few dozen cells."""
    return f"&{urlencode(cell)}" if cell else ""


def open_funnel(told: Told, where: Addresses) -> Told:
    """Of a stage who dropped after it, is open in it or went on; of a day or week, and of a cohort, all of them."""
    last = len(STAGES) - 1
    for index, stage in enumerate(told["stages"]):
        outcomes = opening.OUTCOMES if index < last else ("converted",)
        stage["sessions"] = {outcome: where.of(stage=stage["stage"], outcome=outcome) for outcome in outcomes}
    for reached in told["conversion_funnel"]:
        reached["address"] = where.of(stage=reached["stage"])
    for point in told["top_drop_off_points"]:
        point["address"] = where.of(stage=point["stage"], outcome="dropped")
    for day in told["trend"]["days"]:
        day["address"] = where.of_days(day["day"], day["day"])
    for week in told["trend"]["weeks"]:
        week["address"] = where.of_days(week["from"], week["to"])
    for dimension, those in told["cohorts"].items():
        for cohort in those:
            cohort["address"] = where.of_cohort(**{dimension: cohort["value"]})
    if "drop_off_heatmap" in told:
        open_heatmap(told["drop_off_heatmap"], where)
    return told


def open_heatmap(told: Told, where: Addresses) -> Told:
    """Who left at that hour after that stage, on the days of the map."""
    for row in told["heatmap"]:
        row["addresses"] = {
            stage: where.of(stage=stage, outcome="dropped", left_hour=row["hour"])
            for stage in row["drop_offs"]
        }
    return told


def open_comparison(told: Told, question: Question, asked: Mapping[str, Any]) -> Told:
    """Of the days that have settled: only their sessions are compared."""
    if told["settled_until"] is None:
        return told
    settled = Window(question.window.start, datetime.fromisoformat(told["settled_until"]))
    where = Addresses(question.within(settled), asked)
    for cohort in told["cohorts"]:
        cohort["address"] = where.of_cohort(**{told["by"]: cohort["value"]})
    return told


def open_slice(told: Told, where: Addresses) -> Told:
    for cell in told["cells"]:
        cell["address"] = where.of_cohort(**{dimension: cell[dimension] for dimension in told["by"]})
    return told
