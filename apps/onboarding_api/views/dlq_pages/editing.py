"""Arguments on the page: shown by shape, replaced by name with JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from rest_framework.exceptions import ParseError

from apps.onboarding_api.parsers import check_storable
from apps.task_ledger import payloads
from apps.task_ledger.models import TaskRecord
from background_tasks import dead_letter_view

KEEP, REPLACE, TAKE_OUT = "keep", "replace", "take_out"
_LONGEST = 20_000
Typed = dict[str, str]
"""What was sent with the form, by field."""


class NotUnderstood(Exception):
    """What was typed is no change. The text repeats none of it."""


@dataclass(frozen=True)
class Field:
    """One argument in the form."""

    name: str
    choice: str
    value: str


def names_of(record: TaskRecord) -> tuple[str, ...]:
    """The arguments that the task takes; none where no code answers to its name."""
    task = dead_letter_view.task_of(record)
    return payloads.names_of(task) if task else ()


def fields_of(record: TaskRecord, *, typed: Typed) -> list[Field]:
    return [
        Field(name, typed.get(f"do-{name}", KEEP), typed.get(f"value-{name}", ""))
        for name in names_of(record)
    ]


def typed(given: QueryDict) -> Typed:
    """What to show again, in the answer to the one who typed it."""
    kept = {key: value for key, value in given.items() if key.startswith(("do-", "value-"))}
    return {key: str(value)[:_LONGEST] for key, value in kept.items()}


def read(given: QueryDict, record: TaskRecord) -> dict[str, Any]:
    """The changes by name; None takes an argument out. Raises `NotUnderstood`."""
    changes: dict[str, Any] = {}
    for name in names_of(record):
        match given.get(f"do-{name}", KEEP):
            case "replace":
                changes[name] = _value(name, given.get(f"value-{name}", ""))
            case "take_out":
                changes[name] = None
    if not changes:
        raise NotUnderstood("No argument was chosen to be changed.")
    return changes


def lines_of(view: Mapping[str, Any] | None) -> list[tuple[str, str]] | None:
    """Name and shape of each argument; None where the sealed arguments do not open."""
    if view is None:
        return None
    return [
        (name, value if isinstance(value, str) and value.startswith("‹") else pretty(value))
        for name, value in view.items()
    ]


def pretty(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, default=str)


def _value(name: str, text: str) -> Any:
    if len(text) > _LONGEST:
        raise NotUnderstood(f"{name}: at most {_LONGEST} characters.")
    try:
        value = json.loads(text)
        check_storable(value)
    except json.JSONDecodeError as error:
        raise NotUnderstood(
            f'{name}: this is not JSON (line {error.lineno}, column {error.colno}). Text stands in "double quotes".'
        ) from error
    except (ParseError, RecursionError, ValueError) as error:
        raise NotUnderstood(
            f"{name}: this JSON cannot be kept (too deep, too large, or NUL in it)."
        ) from error
    if value is None:
        raise NotUnderstood(f"{name}: null would take the argument out; choose that, if it is meant.")
    return value
