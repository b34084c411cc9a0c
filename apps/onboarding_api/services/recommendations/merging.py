"""Merging a person's changes into a proposal. Pure: see `changes.schema.json` for the shape."""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from apps.onboarding.errors import InvalidInput
from apps.onboarding_api.services.llm.proposal_schema import LISTS, explain, find_unstorable, pointer
from apps.onboarding_api.services.recommendations.closed_words import is_plain

_EMPTY_TEXTS = ("address", "city")
_NEW_ITEM: dict[str, dict[str, Any]] = {
    "shifts": {},
    "posts": {"armed": False, "guards_per_shift": 1},
    "checkpoints": {"floor": "", "sequence": 0},
    "assets": {},
    "meter_points": {"reading_interval_hours": 24, "opening_reading": ""},
    "contacts": {"phone": "", "email": ""},
}
"""What an added item has where the changes do not say."""


@dataclass(slots=True)
class Merged:
    """The amended proposal, and the JSON pointers of what changed."""

    proposal: dict[str, Any]
    touched: list[str] = field(default_factory=list)


@lru_cache(maxsize=1)
def load_changes_schema() -> dict[str, Any]:
    return json.loads(Path(__file__).with_name("changes.schema.json").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _validator() -> Draft202012Validator:
    return Draft202012Validator(load_changes_schema())


def validate_changes(changes: Any) -> None:
    """Raises `InvalidInput` with `errors` (pointer and detail of each) where the shape is wrong."""
    errors = find_unstorable(changes) or [
        {"pointer": _place(list(error.absolute_path)), "detail": explain(error)}
        for error in _validator().iter_errors(changes)
    ]
    if errors:
        _refuse(errors)


def _place(path: list[Any]) -> str:
    """Where a fault is; up to the section only, where what follows may be no code but something of a person."""
    return pointer(path if len(path) < 2 or path[0] == "site" or is_plain(str(path[1])) else path[:1])


def merge_changes(proposal: Mapping[str, Any], changes: Mapping[str, Any]) -> Merged:
    """Raises `InvalidInput` where an item to be taken away does not exist, or nothing would change."""
    merged = Merged(proposal=deepcopy(dict(proposal)))
    _merge_site(merged, changes.get("site", {}))
    for section in LISTS:
        _merge_items(merged, section, changes.get(section, {}))
    if merged.proposal == proposal:
        _refuse([{"pointer": "", "detail": "the changes change nothing"}])
    return merged


def merge_patch(target: Any, patch: Any) -> Any:
    """RFC 7386, section 2."""
    if not isinstance(patch, Mapping):
        return deepcopy(patch)
    result = dict(target) if isinstance(target, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merge_patch(result.get(name), value)
    return result


def _merge_site(merged: Merged, patch: Mapping[str, Any]) -> None:
    site = merged.proposal["site"]
    for name, value in patch.items():
        if name == "attributes":
            site[name] = {} if value is None else merge_patch(site["attributes"], value)
        elif value is None:
            site[name] = "" if name in _EMPTY_TEXTS else None
        else:
            site[name] = deepcopy(value)
        merged.touched.append(f"/site{pointer((name,))}")


def _merge_items(merged: Merged, section: str, patches: Mapping[str, Any]) -> None:
    items: list[dict[str, Any]] = merged.proposal[section]
    for code, patch in patches.items():
        at = next((index for index, item in enumerate(items) if item["code"] == code), None)
        if patch is None:
            if at is None:
                _refuse([{"pointer": f"/{section}/{code}", "detail": "there is no item of this code"}])
            else:
                items.pop(at)
        elif at is None:
            items.append({"code": code, **_NEW_ITEM[section], **deepcopy(patch)})
        else:
            items[at] = merge_patch(items[at], patch)
    merged.touched += _item_pointers(items, section, patches)


def _item_pointers(items: list[dict[str, Any]], section: str, patches: Mapping[str, Any]) -> list[str]:
    """Where the touched items stand now; an item that was taken away leaves the section as its place."""
    places = {item["code"]: index for index, item in enumerate(items)}
    touched = []
    for code, patch in patches.items():
        now = patch.get("code", code) if isinstance(patch, Mapping) else code
        known = isinstance(now, str) and now in places
        touched.append(f"/{section}/{places[now]}" if patch is not None and known else f"/{section}")
    return list(dict.fromkeys(touched))


def _refuse(errors: list[dict[str, str]]) -> None:
    first = errors[0]
    raise InvalidInput(
        f"the changes cannot be used at {first['pointer'] or '/'}: {first['detail']}",
        user_message="Some of these changes cannot be used. Please correct them.",
        errors=errors[:20],
    )
