"""The shape of a proposal: `proposal.schema.json` (JSON Schema 2020-12), and the check against it."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

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
    """`[{"path": JSON pointer, "problem": sentence}]`, empty where the proposal can be stored; at most 20."""
    unstorable = list(_unstorable(proposal, ""))
    if unstorable:
        return unstorable[:_MAX_SHOWN]
    found = [
        {"path": pointer(error.absolute_path), "problem": error.message[:300]}
        for error in _validator().iter_errors(proposal)
    ]
    if not found:
        found = list(_impossible_date(proposal))
    return sorted(found, key=lambda fault: fault["path"])[:_MAX_SHOWN]


def validate_proposal(proposal: Any) -> None:
    """Raises `InvalidInput` with `faults` (path and problem of each) where it breaks the schema."""
    faults = find_faults(proposal)
    if faults:
        first = faults[0]
        raise InvalidInput(
            f"the proposal is not valid at {first['path'] or '/'}: {first['problem']}",
            user_message="Some values of the configuration cannot be used. Please correct them.",
            faults=faults,
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
        yield {"path": "/site/go_live_on", "problem": f"{written} is no day of the calendar"}


def _unstorable(value: Any, path: str, depth: int = 0) -> Iterator[dict[str, str]]:
    """What JSON in Python can hold but a jsonb column cannot (NUL, lone surrogates, NaN), and control
    characters."""
    if depth > _MAX_DEPTH:
        yield {"path": path, "problem": f"is nested more than {_MAX_DEPTH} deep"}
    elif isinstance(value, str):
        if not _is_plain(value):
            yield {"path": path, "problem": "has characters that cannot be stored"}
    elif isinstance(value, float):
        if not math.isfinite(value):
            yield {"path": path, "problem": "is not a finite number"}
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str) or not _is_plain(key):
                yield {"path": path, "problem": "has a name that cannot be stored"}
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
