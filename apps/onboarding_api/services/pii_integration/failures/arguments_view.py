"""Task arguments as an admin may see them: their shape, and of their values only what can be nobody's."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from apps.onboarding_api.services.pii_integration.failures.known_keys import KEY_WORDS, SENSITIVE_WORDS
from apps.onboarding_api.services.pii_integration.failures.peoples_names import is_a_name
from apps.onboarding_api.services.pii_integration.keys import kind_of_key, scrub_json

MAX_DEPTH = 20
MAX_LEAVES = 200
MAX_SHOWN_CHARS = 500
_MAX_DIGITS = 6
_SECRET_DIGITS = 4
"""Numbers from this many digits on are taken out of messages: a code or a year of birth may have them."""

_MAX_SECRETS = 20_000
_MOST_DECIMALS = 2
"""More of them make a position on the map out of a number."""

_UUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_MOMENT = re.compile(
    r"20\d\d-\d\d-\d\d[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)(?:Z|[+-]\d\d:\d\d)?|\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?",
    re.ASCII,
)
_KEY = re.compile(r"[a-z][a-z0-9_]{0,40}")


@dataclass
class _Budget:
    left: int = MAX_LEAVES

    def take(self) -> None:
        self.left -= 1


def arguments_view(
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    *,
    shown: Collection[str] = (),
    parameter_names: Sequence[str] = (),
) -> dict[str, Any]:
    """The arguments by name, in their own shape, fit to be shown and to be JSON.

    UUIDs, booleans, nothing, numbers of at most six digits, times of day and moments of this century stay; any other
    text, number or object is told by kind and length only. The values of parameters in `shown` stay, scrubbed.
    A key stays where it is a parameter or made of words that name fields; a person's name as a key does not show.
    """
    budget = _Budget()
    allowed = frozenset(parameter_names) | frozenset(shown)
    given = [
        (parameter_names[number] if number < len(parameter_names) else f"argument {number + 1}", value)
        for number, value in enumerate(args)
    ]
    named = _Keys(allowed)
    view: dict[str, Any] = {}
    for position, (name, value) in enumerate([*given, *kwargs.items()]):
        if budget.left <= 0:
            view["‹more›"] = _more(len(given) + len(kwargs) - position)
            break
        key = name if position < len(given) else named.name(name)
        view[key if key not in view else f"{key} ({position + 1})"] = (
            _open(scrub_json(value), budget, 1)
            if name in shown
            else _shaped(value, budget, allowed, 1, hidden=_is_sensitive(name))
        )
    return view


def secrets_of(args: Sequence[Any], kwargs: Mapping[str, Any]) -> frozenset[str]:
    """Every text in the arguments and every number of four digits or more, as text: what no message may repeat.

    UUIDs stay out: they are what one looks for in a message. Keys that are no names of fields count as texts.
    """
    found: set[str] = set()
    for value in _leaves([*args, dict(kwargs)]):
        if len(found) >= _MAX_SECRETS:
            break
        if isinstance(value, bytes | bytearray):
            value = bytes(value).decode("utf-8", "ignore")
        if isinstance(value, str):
            if not _UUID.fullmatch(value):
                found.add(value)
        elif _is_number(value) and _digits(value) >= _SECRET_DIGITS:
            found.add(_number_text(value))
    return frozenset(found)


class _Keys:
    """Names for the keys of one dictionary; hidden ones are numbered."""

    def __init__(self, allowed: Collection[str]) -> None:
        self._allowed = allowed
        self._hidden = 0

    def name(self, key: object) -> str:
        if _is_plain_key(key, self._allowed):
            return str(key)
        self._hidden += 1
        return f"‹key {self._hidden}›"


def _is_plain_key(key: object, allowed: Collection[str] = ()) -> bool:
    if isinstance(key, bool | None):
        return True
    if isinstance(key, int):
        return _digits(key) <= 3
    if isinstance(key, UUID):
        return True
    if not isinstance(key, str):
        return False
    if _UUID.fullmatch(key):
        return True
    if not _KEY.fullmatch(key):
        return False
    return key in allowed or _names_a_field(key)


def _names_a_field(key: str) -> bool:
    """Made of words for fields only, and not of such alone that are names of people too."""
    words = [part for part in key.split("_") if part and not (part.isdigit() and len(part) <= 2)]
    return all(word in KEY_WORDS for word in words) and not all(map(is_a_name, words))


def _is_sensitive(key: object) -> bool:
    """Under such a name even a short number is a person's: a PIN, an age, a position."""
    if not isinstance(key, str):
        return False
    return kind_of_key(key) is not None or not SENSITIVE_WORDS.isdisjoint(key.lower().split("_"))


def _shaped(value: Any, budget: _Budget, allowed: Collection[str], depth: int, *, hidden: bool) -> Any:
    if isinstance(value, dict) and value:
        if depth >= MAX_DEPTH:
            budget.take()
            return "‹nested too deep›"
        names = _Keys(allowed)
        view: dict[str, Any] = {}
        for position, (key, one) in enumerate(value.items()):
            if budget.left <= 0:
                view["‹more›"] = _more(len(value) - position)
                break
            under = hidden or _is_sensitive(key)
            view[names.name(key)] = _shaped(one, budget, allowed, depth + 1, hidden=under)
        return view
    if isinstance(value, list | tuple | set | frozenset) and value:
        if depth >= MAX_DEPTH:
            budget.take()
            return "‹nested too deep›"
        items: list[Any] = []
        for position, one in enumerate(value):
            if budget.left <= 0:
                items.append(_more(len(value) - position))
                break
            items.append(_shaped(one, budget, allowed, depth + 1, hidden=hidden))
        return items
    budget.take()
    return _leaf(value, hidden=hidden)


def _open(value: Any, budget: _Budget, depth: int) -> Any:
    """What is shown as it is (scrubbed before), within the same bounds."""
    if isinstance(value, dict | list) and value:
        if depth >= MAX_DEPTH:
            budget.take()
            return "‹nested too deep›"
        pairs = list(value.items()) if isinstance(value, dict) else list(enumerate(value))
        kept = []
        for key, one in pairs:
            if budget.left <= 0:
                break
            kept.append((key, _open(one, budget, depth + 1)))
        rest = len(pairs) - len(kept)
        if isinstance(value, dict):
            return dict(kept) | ({"‹more›": _more(rest)} if rest else {})
        return [one for _, one in kept] + ([_more(rest)] if rest else [])
    budget.take()
    if isinstance(value, str) and len(value) > MAX_SHOWN_CHARS:
        return value[:MAX_SHOWN_CHARS] + "…"
    if isinstance(value, float) and not math.isfinite(value):
        return "‹number›"
    return value


def _leaf(value: Any, *, hidden: bool) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, dict):
        return {}
    if isinstance(value, list | tuple | set | frozenset):
        return []
    if isinstance(value, str):
        return str(value) if not hidden and _stays(value) else f"‹text, {len(value)} characters›"
    if isinstance(value, bytes | bytearray | memoryview):
        return f"‹bytes, {len(value)}›"
    if isinstance(value, int | float | Decimal):
        return _number(value, hidden=hidden)
    if isinstance(value, UUID) and not hidden:
        return str(value)
    if isinstance(value, datetime) and not hidden and _stays(value.isoformat()):
        return value.isoformat()
    return "‹object›"


def _stays(text: str) -> bool:
    if len(text) > 40:
        return False
    if _UUID.fullmatch(text):
        return True
    moment = _MOMENT.fullmatch(text)
    # A day of birth is often written as that day's midnight.
    return moment is not None and not (moment[1] or "x").startswith("00:00")


def _number(value: float | Decimal, *, hidden: bool) -> Any:
    digits = _digits(value)
    text = _number_text(value)
    if (
        hidden
        or not 0 < digits <= _MAX_DIGITS
        or "e" in text.lower()
        or len(text.partition(".")[2]) > _MOST_DECIMALS
    ):
        return f"‹number, {digits} digits›" if digits else "‹number›"
    return str(value) if isinstance(value, Decimal) else value


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _number_text(value: float | Decimal) -> str:
    # Python refuses to write integers beyond 4,300 digits.
    if isinstance(value, int) and value.bit_length() > 10_000:
        return "e"
    return str(value)


def _digits(value: float | Decimal) -> int:
    """How many digits a number is written with; 0 for what is not finite."""
    if isinstance(value, int) and value.bit_length() > 10_000:
        return int(value.bit_length() * math.log10(2)) + 1
    return sum(map(str.isdigit, _number_text(value)))


def _more(count: int) -> str:
    return f"‹and {count} more›"


def _leaves(value: Any) -> Iterator[Any]:
    pending = [(value, 0)]
    while pending:
        one, depth = pending.pop()
        if depth > 50:
            continue
        if isinstance(one, dict):
            pending.extend((key, depth + 1) for key in one if not _is_plain_key(key))
            pending.extend((below, depth + 1) for below in one.values())
        elif isinstance(one, list | tuple | set | frozenset):
            pending.extend((below, depth + 1) for below in one)
        else:
            yield one
