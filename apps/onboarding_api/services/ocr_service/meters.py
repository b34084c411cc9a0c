"""What a meter shows: found, read twice more on its own, and held against what is plausible.

A confident recogniser is wrong often enough (a wrong drum reading scored 0.95), so a reading counts only when the
passes agree, the number of digits is the meter's, and the value fits the one before. Everything else is asked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from apps.onboarding_api.services.ocr_service import windows
from apps.onboarding_api.services.ocr_service.port import OcrProvider, TextLine

if TYPE_CHECKING:
    import numpy as np

MIN_CONFIDENCE = 0.8
MAX_STEP_SHARE = Decimal("0.1")
"""Of the register's whole range: more between two readings is a misread digit sooner than use."""

Status = Literal["read", "needs_confirmation", "unreadable"]
_UNITS = (
    ("kWh", r"k\s?wh"),
    ("kVAh", r"k\s?vah"),
    ("m3", r"m\s?(?:3|³)"),
    ("L", r"l|ltr|lit(?:er|re)s?"),
)


@dataclass(frozen=True, slots=True)
class MeterReading:
    """`value` holds the digits as shown, leading zeros and a decimal point kept. `reasons` say why a person must look:

    "unclear" (nothing legible), "passes_disagree", "low_confidence", "several_numbers", "digit_count",
    "digit_count_unknown" (neither the number of digits nor the last reading is known), "below_previous",
    "step_too_large".
    """

    status: Status
    value: str | None
    unit: str | None
    confidence: float
    candidates: tuple[str, ...]
    reasons: tuple[str, ...]


def read_meter(
    image: np.ndarray,
    lines: Sequence[TextLine],
    provider: OcrProvider,
    *,
    previous: str | None = None,
    expected_digits: int | None = None,
) -> MeterReading:
    """The reading on the photo, of which `lines` are all pieces of text.

    `previous` is the last confirmed value as shown ("004498"); `expected_digits` counts the whole part.
    """
    expected = expected_digits or (len(_whole(previous)) if previous else None)
    lines = windows.reread(image, lines, provider)
    shown = windows.displays(lines)
    if not shown or (expected and len(_whole(shown[0].digits)) != expected):
        whole = windows.completed(image, lines, provider, expected=expected)
        shown = [whole] if whole else shown
    if not shown:
        return MeterReading("unreadable", None, _unit(lines), 0.0, (), ("unclear",))
    display = shown[0]
    passes = [(display.digits, display.confidence)]
    for crop in windows.crops(image, display):
        text, confidence = provider.read_line(crop)
        passes.append((windows.digits_of(text) or "", confidence))
    value = _most_agreed([digits for digits, _confidence in passes if digits])
    agreeing = [confidence for digits, confidence in passes if digits == value]
    reasons = [
        *(["passes_disagree"] if len(agreeing) < len(passes) else []),
        *(["low_confidence"] if max(agreeing) < MIN_CONFIDENCE else []),
        *(["several_numbers"] if len(shown) > 1 else []),
        *_count_reasons(value, expected),
        *(_step_reasons(value, previous) if previous else []),
    ]
    others = [digits for digits, _confidence in passes] + [other.digits for other in shown[1:]]
    return MeterReading(
        status="needs_confirmation" if reasons else "read",
        value=value,
        unit=_unit(lines),
        confidence=round(sum(agreeing) / len(passes), 3),
        candidates=tuple(dict.fromkeys([value, *(digits for digits in others if digits)])),
        reasons=tuple(reasons),
    )


def _most_agreed(readings: Sequence[str]) -> str:
    return max(readings, key=readings.count)


def _whole(value: str) -> str:
    return value.split(".")[0]


def _count_reasons(value: str, expected: int | None) -> list[str]:
    if expected is None:
        return ["digit_count_unknown"]
    return [] if len(_whole(value)) == expected else ["digit_count"]


def _step_reasons(value: str, previous: str) -> list[str]:
    step = Decimal(value) - Decimal(previous)
    if step < 0:
        return ["below_previous"]
    return ["step_too_large"] if step > MAX_STEP_SHARE * 10 ** len(_whole(value)) else []


def _unit(lines: Sequence[TextLine]) -> str | None:
    """The unit that stands alone or right after the digits, else one inside another text ("3200 imp/kWh")."""
    for pattern in (r"[\d\s.,]*(?:{})", r".*\b(?:{})\b.*"):
        for line in lines:
            for unit, spelling in _UNITS:
                # A lone letter inside a sentence is no unit.
                if unit == "L" and pattern.startswith("."):
                    continue
                if re.fullmatch(pattern.format(spelling), line.text.strip(), re.IGNORECASE):
                    return unit
    return None
