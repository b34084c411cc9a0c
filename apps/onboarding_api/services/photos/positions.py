"""Whether a photo was taken at the site, just now: by position, accuracy and time, against the rules of this place."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from apps.onboarding.models import ConversationSession, Upload

Verdict = Upload.PositionVerdict
EARTH_RADIUS_METRES = 6_371_008.8
"""The mean radius of WGS 84, (2a + b) / 3."""
_ONLY_WHERE_REQUIRED = frozenset({Verdict.MISSING, Verdict.TIME_UNKNOWN})
Place = tuple[float, float]
"""Degrees, north and east positive."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """`verdict` is the first rule that is broken, `problems` are all; without a site's place there is no distance."""

    verdict: Verdict
    problems: tuple[Verdict, ...]
    distance_metres: float | None

    @property
    def refused(self) -> bool:
        """Whether the strict rules refuse the photo. What is only missing weighs where a position is required."""
        rules = settings.PHOTOS
        weighing = set(self.problems) - (frozenset() if rules.position_required else _ONLY_WHERE_REQUIRED)
        return bool(rules.position_strict and weighing)

    def to_json(self) -> dict[str, Any]:
        """What is shown: codes and whole metres, no coordinates."""
        metres = None if self.distance_metres is None else round(self.distance_metres)
        return {"verdict": self.verdict, "problems": list(self.problems), "distance_metres": metres}


def judge(
    *,
    place: Place | None,
    damaged: bool,
    accuracy: float | None,
    captured_at: datetime | None,
    arrived_at: datetime,
    site: Place | None,
) -> Judgement:
    """`damaged`: coordinates are there, but none that can be. Times count up to the photo's arrival, not until now."""
    rules = settings.PHOTOS
    problems: list[Verdict] = []
    away = None
    if place is None and not damaged:
        problems.append(Verdict.MISSING)
    elif place is None or place == (0, 0):
        # Broken receivers write zeros, which lie in the sea off Ghana.
        problems.append(Verdict.UNUSABLE)
    else:
        if accuracy is not None and 0 < rules.max_position_error_metres < accuracy:
            problems.append(Verdict.INACCURATE)
        away = None if site is None else distance_metres(place, site)
        if away is not None and 0 < rules.max_site_distance_metres < away - (accuracy or 0):
            problems.append(Verdict.OUTSIDE_SITE)
    problems += _time_problems(captured_at, arrived_at)
    return Judgement(
        verdict=next((one for one in Verdict if one in problems), Verdict.ACCEPTED),
        problems=tuple(problems),
        distance_metres=away,
    )


def site_of(session: ConversationSession) -> Place | None:
    """Where the site of this session is known to be: by the client's one site of the name that was answered.

    None for a site that is being set up for the first time: its place is only learnt from these photos.
    """
    name = session.collected_data.get("site_name")
    if not isinstance(name, str) or not name:
        return None
    named = session.client.sites.filter(name__iexact=name, latitude__isnull=False, longitude__isnull=False)
    places = [
        (north, east)
        for north, east in named.values_list("latitude", "longitude")[:2]
        if north is not None and east is not None
    ]
    return places[0] if len(places) == 1 else None


def distance_metres(one: Place, other: Place) -> float:
    """Along the great circle, by the haversine formula (Sinnott 1984); within 0.6 % of the ellipsoid."""
    north, other_north = math.radians(one[0]), math.radians(other[0])
    east = math.radians(other[1] - one[1])
    half = (
        math.sin((other_north - north) / 2) ** 2
        + math.cos(north) * math.cos(other_north) * math.sin(east / 2) ** 2
    )
    return 2 * EARTH_RADIUS_METRES * math.asin(min(1.0, math.sqrt(half)))


def _time_problems(captured_at: datetime | None, arrived_at: datetime) -> list[Verdict]:
    rules = settings.PHOTOS
    if captured_at is None:
        return [Verdict.TIME_UNKNOWN] if rules.max_age_hours else []
    if captured_at > arrived_at + timedelta(minutes=rules.future_tolerance_minutes):
        return [Verdict.IN_FUTURE]
    too_old = rules.max_age_hours and arrived_at - captured_at > timedelta(hours=rules.max_age_hours)
    return [Verdict.TOO_OLD] if too_old else []
