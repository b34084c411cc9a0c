"""The shape of a proposal: `proposal.schema.json` (JSON Schema 2020-12), and the check against it."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, ValidationError

from apps.onboarding.errors import InvalidInput

LISTS = ("shifts", "posts", "checkpoints", "assets", "meter_points", "contacts")
"""The parts of a site; each is a list of items with a `code`."""

_MAX_SHOWN = 20
_MAX_DEPTH = 8


@lru_cache(maxsize=1)
def load_schema() -> dict[str, Any]:
    return json.loads(Path(__file__).with_name("proposal.schema.json").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _validator() -> Draft202012Validator:
    return Draft202012Validator(load_schema())


def find_faults(proposal: Any) -> list[dict[str, str]]:
    """`[{"pointer": RFC 6901, "detail": sentence}]`, empty where the proposal can be stored; at most 20."""
    unstorable = find_unstorable(proposal)
    if unstorable:
        return unstorable
    found = [
        {"pointer": pointer(error.absolute_path), "detail": explain(error)}
        for error in _validator().iter_errors(proposal)
    ]
    if not found:
        found = list(_impossible_date(proposal))
    return sorted(found, key=lambda fault: fault["pointer"])[:_MAX_SHOWN]


def explain(error: ValidationError) -> str:
    """What is wrong, without the value: it may be personal, and details are logged."""
    expected: Any = error.validator_value
    instance: Any = error.instance
    match error.validator:
        case "type":
            return f"must be of type {expected}"
        case "required":
            missing = [name for name in expected if name not in instance]
            return f"lacks {', '.join(missing)}"
        case "additionalProperties":
            return "has fields that are not known"
        case "maxLength" | "maxItems" | "maxProperties":
            return f"must have at most {expected} characters or items"
        case "minLength" | "minItems" | "minProperties":
            return f"must have at least {expected} characters or items"
        case "minimum":
            return f"must be {expected} or more"
        case "maximum":
            return f"must be {expected} or less"
        case _:
            return "does not have the form that is needed"


def find_unstorable(value: Any) -> list[dict[str, str]]:
    """What a jsonb column cannot hold, in any JSON; at most 20."""
    return list(islice(_unstorable(value, ""), _MAX_SHOWN))


def validate_proposal(proposal: Any) -> None:
    """Raises `InvalidInput` with `errors` (pointer and detail of each) where it breaks the schema."""
    faults = find_faults(proposal)
    if faults:
        first = faults[0]
        raise InvalidInput(
            f"the proposal is not valid at {first['pointer'] or '/'}: {first['detail']}",
            user_message="Some values of the configuration cannot be used. Please correct them.",
            errors=faults,
        )


def pointer(parts: Sequence[object] | Any) -> str:
    """RFC 6901: `("shifts", 0)` is `/shifts/0`."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def _impossible_date(proposal: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """The pattern lets 2026-02-30 pass; the calendar does not."""
    written = proposal["site"]["go_live_on"]
    try:
        date.fromisoformat(written or "2000-01-01")
    except ValueError:
        yield {"pointer": "/site/go_live_on", "detail": f"{written} is no day of the calendar"}


def _unstorable(value: Any, path: str, depth: int = 0) -> Iterator[dict[str, str]]:
    """What JSON in Python can hold but a jsonb column cannot (NUL, lone surrogates, NaN), and control
    characters."""
    if depth > _MAX_DEPTH:
        yield {"pointer": path, "detail": f"is nested more than {_MAX_DEPTH} deep"}
    elif isinstance(value, str):
        if not _is_plain(value):
            yield {"pointer": path, "detail": "has characters that cannot be stored"}
    elif isinstance(value, float):
        if not math.isfinite(value):
            yield {"pointer": path, "detail": "is not a finite number"}
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str) or not _is_plain(key):
                yield {"pointer": path, "detail": "has a name that cannot be stored"}
            else:
                yield from _unstorable(item, path + pointer((key,)), depth + 1)
    elif isinstance(value, Sequence):
        for index, item in enumerate(value):
            yield from _unstorable(item, f"{path}/{index}", depth + 1)


def _is_plain(text: str) -> bool:
    return all(
        (character >= " " or character in "\n\t") and not "\ud800" <= character <= "\udfff"
        for character in text
    )
