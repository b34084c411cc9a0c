"""Patrol: checkpoints on each floor and at what is at risk, and how often they are walked.

Two minutes for each checkpoint (walk and scan) is a house rule of thumb; the checker holds its own copy.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.text import slugify

from apps.onboarding_api.services.llm.rules.rule import Brief, Part, rule
from apps.onboarding_api.services.llm.rules.site_kinds import HIGH_RISKS, kind_of

MINUTES_PER_CHECKPOINT = 2
HIGH_RISK_MINUTES = 60
MAX_CHECKPOINTS = 500
BOUNDARY = "Boundary wall and fence"
LOADING_DOCKS = "Loading docks"
RISK_PLACES = {
    "theft": "Stores and loading bay",
    "fire": "Fire panel and pump room",
    "vandalism": "Outer facade",
    "unauthorised_entry": BOUNDARY,
    "crowd": "Public waiting area",
    "workplace_violence": "Staff areas",
    "hazardous_materials": "Hazardous goods store",
    "flooding": "Basement and drains",
    "vehicle_accidents": "Vehicle lanes and parking",
    "power_failure": "Electrical room and generator",
}


@rule(
    id="patrol.checkpoints",
    version=1,
    rests_on=("floors", "risks", "site_type", "patrol_interval", "loading_docks"),
    en="A round of {count} checkpoints every {minutes} minutes: the staircase of {floors} floor(s) and the "
    "places at risk; {because}.",
    hi="हर {minutes} मिनट में {count} जाँच-बिंदुओं की गश्त: {floors} मंज़िलों की सीढ़ियाँ और जोखिम वाली जगहें।",
)
def place_checkpoints(brief: Brief) -> Iterator[Part]:
    minutes, because = _interval(brief)
    walkers = (
        sum(post["guards_per_shift"] for post in brief.draft.items("posts") if post["kind"] == "patrol") or 1
    )
    capacity = min(max(minutes * walkers // MINUTES_PER_CHECKPOINT, 1), MAX_CHECKPOINTS)
    risky = list(_risk_points(brief))[:capacity]
    floors = _thin(list(_floor_points(brief)), room=capacity - len(risky))
    points = [*risky, *floors]
    if points:
        items = tuple(
            {**point, "interval_minutes": minutes, "sequence": at} for at, point in enumerate(points, 1)
        )
        words = {"count": len(items), "minutes": minutes, "floors": len(floors), "because": because}
        yield Part(section="checkpoints", items=items, words=words)


def _interval(brief: Brief) -> tuple[int, str]:
    given = brief.answers.minutes("patrol_interval")
    if given:
        return min(given, 10_080), "the interval is the answered one"
    usual = kind_of(brief.answers.text("site_type")).patrol_minutes
    if HIGH_RISKS.intersection(brief.answers.words("risks")):
        return min(usual, HIGH_RISK_MINUTES), "the named risks ask for an hourly round"
    return usual, "the interval is the usual one for this type of site"


def _risk_points(brief: Brief) -> Iterator[dict[str, Any]]:
    """One checkpoint for each place at risk; two risks of one place share it."""
    names = {
        RISK_PLACES.get(risk, f"Risk point: {risk.replace('_', ' ')}")
        for risk in brief.answers.words("risks")
    }
    if kind_of(brief.answers.text("site_type")).grounds:
        names.add(BOUNDARY)
    if (brief.answers.number("loading_docks") or 0) > 0:
        names.add(LOADING_DOCKS)
    for number, name in enumerate(sorted(names), 1):
        yield {"code": slugify(name)[:55] or f"risk-{number}", "name": name[:200], "floor": ""}


def _floor_points(brief: Brief) -> Iterator[dict[str, Any]]:
    for floor in range(min(brief.answers.number("floors") or 1, MAX_CHECKPOINTS)):
        label = "G" if floor == 0 else str(floor)
        name = (
            "Ground floor: lobby and staircase" if floor == 0 else f"Floor {floor}: lift lobby and staircase"
        )
        yield {"code": f"floor-{label.lower()}", "name": name, "floor": label}


def _thin(points: list[dict[str, Any]], *, room: int) -> list[dict[str, Any]]:
    """Evenly spread points where there is no time for all of them."""
    if len(points) <= room:
        return points
    return [points[number * len(points) // room] for number in range(room)] if room > 0 else []
