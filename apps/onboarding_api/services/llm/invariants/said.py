"""The checker's own reading of the answers. Small on purpose, and not shared with the maker."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def count(answers: Mapping[str, Any], slot: str) -> int | None:
    """A count, or the lower end of a range: the least that was said."""
    value = answers.get(slot)
    if isinstance(value, Mapping):
        value = next((value[key] for key in ("low", "value", "count") if key in value), None)
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return int(number) if 0 <= number < 1e9 else None


def says_yes(answers: Mapping[str, Any], slot: str) -> bool:
    value = answers.get(slot)
    return value is True or (not isinstance(value, bool) and (count(answers, slot) or 0) > 0)


def works_round_the_clock(answers: Mapping[str, Any]) -> bool:
    hours = answers.get("operating_hours")
    if isinstance(hours, str):
        return hours.replace(" ", "").lower() in {"24x7", "24/7", "24hours"}
    if not isinstance(hours, Mapping):
        return False
    start, end = hours.get("from"), hours.get("to")
    return bool(start is not None and (start == end or (start == "00:00" and end in {"24:00", "23:59"})))


def kinds(answers: Mapping[str, Any], slot: str) -> list[str]:
    listed = answers.get(slot)
    if not isinstance(listed, list):
        return []
    named = [item.get("item", item.get("kind", "")) if isinstance(item, Mapping) else item for item in listed]
    return [str(name) for name in named]


def text(answers: Mapping[str, Any], slot: str) -> str:
    value = answers.get(slot)
    return value.strip() if isinstance(value, str) else ""
