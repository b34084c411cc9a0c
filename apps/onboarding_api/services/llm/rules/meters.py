"""Meter points, their units, and opening readings that a person confirmed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from apps.onboarding_api.services.llm.port import UploadSummary
from apps.onboarding_api.services.llm.rules.codes import distinct_stem
from apps.onboarding_api.services.llm.rules.rule import Brief, Part, rule

UNITS = {
    "electricity": "kWh",
    "power": "kWh",
    "solar": "kWh",
    "generator": "h",
    "dg": "h",
    "diesel_generator": "h",
    "diesel": "L",
    "fuel": "L",
    "water": "m3",
    "gas": "m3",
    "steam": "kg",
    "heat": "kWh",
    "btu": "kWh",
    "chilled_water": "kWh",
}
"""The unit that a meter of each kind usually counts in (a generator's counts running hours)."""
KIND_OF_UNIT = {"kwh": "electricity", "m3": "water", "l": "diesel"}
MAX_POINTS = 200


@rule(
    id="meters.listed",
    version=1,
    rests_on=("meters", "meter_count"),
    en="{kind}: {count} in {unit}, read once a day, which is a house rule.",
    hi="{kind}: {count_hi} मीटर, इकाई {unit}, दिन में एक बार पढ़े जाते हैं।",
)
def list_meters(brief: Brief) -> Iterator[Part]:
    """One point of each kind. A larger number of meters is shared out only where there is one kind to give it
    to."""
    taken: set[str] = set()
    answered = brief.answers.counted("meters")[:20]
    if len(answered) == 1:
        answered = [(answered[0][0], max(answered[0][1], brief.answers.number("meter_count") or 1))]
    for kind, count in answered:
        code = distinct_stem(kind, fallback="meter", taken=taken)
        room = MAX_POINTS - len(brief.draft.items("meter_points"))
        points = tuple(_point(kind, number, count, code=code) for number in range(1, min(count, room) + 1))
        if points:
            name = kind.replace("_", " ").capitalize()
            words = {
                "kind": name,
                "count": _counted(len(points)),
                "count_hi": len(points),
                "unit": points[0]["unit"],
            }
            yield Part(section="meter_points", items=points, words=words)


def _counted(count: int) -> str:
    return "one meter" if count == 1 else f"{count} meters"


def _point(kind: str, number: int, count: int, *, code: str) -> dict[str, Any]:
    title = f"{kind.replace('_', ' ').strip().capitalize()[:100]} meter"
    return {
        "code": f"{code}-{number}",
        "name": f"{title} {number}" if count > 1 else title,
        "kind": kind[:40],
        "unit": UNITS.get(kind.lower(), "units"),
        "reading_interval_hours": 24,
        "opening_reading": "",
    }


@rule(
    id="meters.opening_reading",
    version=1,
    rests_on=("meters",),
    en="The opening reading {value} {unit} was read from a photo and confirmed by a person.",
    hi="आरंभिक रीडिंग {value} {unit} तस्वीर से पढ़ी गई और एक व्यक्ति ने पुष्टि की।",
)
def open_meters(brief: Brief) -> Iterator[Part]:
    """A confirmed reading goes to the one meter point it fits. Where it fits several, or none, it is not
    guessed."""
    for upload in brief.uploads:
        value = upload.reading.replace(",", "").strip()
        if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,4})?", value):
            continue
        points = [point for point in brief.draft.items("meter_points") if _fits(point, upload)]
        if len(points) == 1 and not points[0]["opening_reading"]:
            yield Part(
                section="meter_points",
                items=({"code": points[0]["code"], "opening_reading": value},),
                words={"value": value, "unit": points[0]["unit"]},
                uploads=(upload.id,),
            )


def _fits(point: dict[str, Any], upload: UploadSummary) -> bool:
    """By the kind that the upload was sent as, else by its unit; a reading with neither fits every point."""
    declared = upload.document_type.lower()
    if declared and declared in UNITS:
        return point["kind"].lower() == declared
    unit = canonical_unit(upload.unit)
    return not unit or point["unit"].lower() == unit


def canonical_unit(unit: str) -> str:
    written = unit.strip().lower().replace("³", "3").replace(" ", "")
    return {"cum": "m3", "cu.m": "m3", "litre": "l", "litres": "l", "ltr": "l", "units": "", "unit": ""}.get(
        written, written
    )
