"""Builds a `Flow` from its JSON form and checks everything that can be checked before use."""

import json
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from apps.onboarding.flows.conditions import read_condition
from apps.onboarding.flows.definition import Flow, Help, Option, Slot, UnitRange, Wording
from apps.onboarding.flows.errors import FlowInvalid
from apps.onboarding.flows.grammar.units import UNITS
from apps.onboarding.flows.words import listed

TYPES = frozenset(
    listed(
        """
    text yes_no choice multi_choice integer number number_range quantity time_range duration date
    weekdays counted_list personal
    """
    )
)
_WITH_OPTIONS = frozenset({"choice", "multi_choice", "counted_list"})
_NUMERIC = frozenset({"integer", "number", "number_range", "duration", "counted_list"})
_SLOT_KEYS = frozenset(
    listed(
        """
    name type tier when options minimum maximum decimals units min_length max_length max_items personal
    multiline ground_plus open_items days_slot future_only plausible wording
    """
    )
)
HELP = frozenset(Help.__dataclass_fields__)
"""What a flow may say of help; what it does not say is as `Help` has it."""
MOST_MISSES = 20
_WORDING_KEYS = ("question", "why", "retry", "label", "form_label")
_WORDING_LISTS = ("names", "cues", "counted")


def read_flow(mapping: Mapping[str, Any]) -> Flow:
    """The flow, or `FlowInvalid` with the path of the first fault."""
    try:
        canonical = json.dumps(mapping, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    except (TypeError, ValueError) as error:
        raise FlowInvalid("$", f"not JSON: {error}") from error
    source = json.loads(canonical)
    if not isinstance(source, dict):
        raise FlowInvalid("$", "a flow is a mapping")
    _only(source, {"name", "version", "languages", "slots", "help"}, "$")
    languages = _strings(source, "languages", "$")
    if not languages:
        raise FlowInvalid("languages", "name at least one language")
    raw_slots = source.get("slots")
    if not isinstance(raw_slots, list) or not raw_slots:
        raise FlowInvalid("slots", "expected a non-empty list")
    slots = tuple(_slot(raw, f"slots[{index}]", languages) for index, raw in enumerate(raw_slots))
    by_name: dict[str, Slot] = {}
    for index, slot in enumerate(slots):
        if slot.name in by_name:
            raise FlowInvalid(f"slots[{index}].name", f"{slot.name!r} is used twice")
        by_name[slot.name] = slot
    _check_references(slots, by_name)
    _check_cycles(slots, by_name)
    return Flow(
        name=_text(source, "name", "$"),
        version=_integer(source, "version", "$", minimum=1),
        languages=languages,
        slots=slots,
        help=_help(source.get("help", {})),
        _by_name=MappingProxyType(by_name),
        _canonical=canonical,
    )


def _slot(source: Any, path: str, languages: tuple[str, ...]) -> Slot:
    if not isinstance(source, dict):
        raise FlowInvalid(path, "a slot is a mapping")
    _only(source, _SLOT_KEYS, path)
    kind = _text(source, "type", path)
    if kind not in TYPES:
        raise FlowInvalid(f"{path}.type", f"unknown type {kind!r}")
    tier = source.get("tier", "required")
    if tier not in {"required", "optional"}:
        raise FlowInvalid(f"{path}.tier", "expected required or optional")
    options = _options(source.get("options", []), f"{path}.options", languages)
    if kind in _WITH_OPTIONS and not options:
        raise FlowInvalid(f"{path}.options", f"a {kind} needs options")
    if kind not in _WITH_OPTIONS and options:
        raise FlowInvalid(f"{path}.options", f"a {kind} takes no options")
    personal = source.get("personal")
    if (kind == "personal") != (personal is not None) or personal not in {None, "NAME", "PHONE", "EMAIL"}:
        raise FlowInvalid(f"{path}.personal", "a personal slot says NAME, PHONE or EMAIL, and no other does")
    minimum, maximum = _range(source, path, needed=kind in _NUMERIC)
    plausible = source.get("plausible", {})
    if not isinstance(plausible, dict):
        raise FlowInvalid(f"{path}.plausible", "expected a mapping")
    when = source.get("when")
    return Slot(
        name=_name(source, path),
        type=kind,
        tier=tier,
        wordings=MappingProxyType(_wordings(source.get("wording"), f"{path}.wording", languages)),
        when=None if when is None else read_condition(when, f"{path}.when"),
        options=options,
        minimum=minimum,
        maximum=maximum,
        decimals=_integer(source, "decimals", path, default=0, maximum=6),
        units=_units(source.get("units", []), f"{path}.units", needed=kind == "quantity"),
        min_length=_integer(source, "min_length", path, default=1, minimum=1, maximum=2_000),
        max_length=_integer(source, "max_length", path, default=200, minimum=1, maximum=2_000),
        max_items=_integer(source, "max_items", path, default=20, minimum=1, maximum=100),
        personal=personal,
        multiline=_flag(source, "multiline", path),
        ground_plus=_flag(source, "ground_plus", path),
        open_items=_flag(source, "open_items", path),
        days_slot=source.get("days_slot"),
        future_only=_flag(source, "future_only", path),
        plausible=MappingProxyType(plausible),
    )


def _help(source: Any) -> Help:
    if not isinstance(source, dict):
        raise FlowInvalid("help", "expected a mapping")
    _only(source, HELP, "help")
    usual = Help()
    never = source.get("explain_after") is None

    def after(name: str, default: int | None = None) -> int:
        return _integer(source, name, "help", default=default, minimum=1, maximum=MOST_MISSES)

    found = Help(
        form_control_after=after("form_control_after", usual.form_control_after),
        person_after=after("person_after", usual.person_after),
        hand_off_after=after("hand_off_after", usual.hand_off_after),
        explain_after=None if never else after("explain_after"),
    )
    if found.hand_off_after < found.person_after:
        raise FlowInvalid("help.hand_off_after", "a person is offered before one is brought in")
    return found


def _wordings(source: Any, path: str, languages: tuple[str, ...]) -> dict[str, Wording]:
    if not isinstance(source, dict):
        raise FlowInvalid(path, "wording is missing")
    _only(source, frozenset(languages), path)
    found: dict[str, Wording] = {}
    for language in languages:
        words, at = source.get(language), f"{path}.{language}"
        if not isinstance(words, dict):
            raise FlowInvalid(at, "wording is missing")
        _only(words, frozenset(_WORDING_KEYS + _WORDING_LISTS), at)
        texts = {key: _text(words, key, at) for key in _WORDING_KEYS}
        lists = {key: _strings(words, key, at, default=()) for key in _WORDING_LISTS}
        found[language] = Wording(**texts, **lists)  # type: ignore[arg-type] # two dicts of known keys
    return found


def _options(source: Any, path: str, languages: tuple[str, ...]) -> tuple[Option, ...]:
    if not isinstance(source, list):
        raise FlowInvalid(path, "expected a list")
    options: list[Option] = []
    for index, raw in enumerate(source):
        at = f"{path}[{index}]"
        if not isinstance(raw, dict):
            raise FlowInvalid(at, "an option is a mapping")
        _only(raw, {"value", "wording", "exclusive"}, at)
        value = _text(raw, "value", at)
        if any(option.value == value for option in options):
            raise FlowInvalid(f"{at}.value", f"{value!r} is used twice")
        words = raw.get("wording")
        if not isinstance(words, dict):
            raise FlowInvalid(f"{at}.wording", "wording is missing")
        labels: dict[str, str] = {}
        synonyms: list[str] = []
        for language in languages:
            entry = words.get(language)
            if not isinstance(entry, dict):
                raise FlowInvalid(f"{at}.wording.{language}", "wording is missing")
            _only(entry, {"label", "synonyms"}, f"{at}.wording.{language}")
            labels[language] = _text(entry, "label", f"{at}.wording.{language}")
            synonyms += _strings(entry, "synonyms", f"{at}.wording.{language}", default=())
        options.append(
            Option(
                value=value,
                labels=MappingProxyType(labels),
                synonyms=tuple(synonyms),
                exclusive=_flag(raw, "exclusive", at),
            )
        )
    return tuple(options)


def _units(source: Any, path: str, *, needed: bool) -> tuple[UnitRange, ...]:
    if not isinstance(source, list) or bool(source) != needed:
        raise FlowInvalid(path, "a quantity, and nothing else, lists its units")
    units: list[UnitRange] = []
    for index, raw in enumerate(source):
        at = f"{path}[{index}]"
        if not isinstance(raw, dict):
            raise FlowInvalid(at, "a unit is a mapping")
        _only(raw, {"unit", "minimum", "maximum"}, at)
        unit = _text(raw, "unit", at)
        if unit not in UNITS:
            raise FlowInvalid(f"{at}.unit", f"unknown unit {unit!r}")
        minimum, maximum = _range(raw, at, needed=True)
        units.append(UnitRange(unit=unit, minimum=float(minimum or 0), maximum=float(maximum or 0)))
    return tuple(units)


def _check_references(slots: Iterable[Slot], by_name: Mapping[str, Slot]) -> None:
    for index, slot in enumerate(slots):
        for name in slot.when.slots() if slot.when else ():
            if name not in by_name:
                raise FlowInvalid(f"slots[{index}].when", f"unknown slot {name!r}")
        if slot.days_slot is not None:
            days = by_name.get(slot.days_slot)
            if days is None or days.type != "weekdays":
                raise FlowInvalid(f"slots[{index}].days_slot", f"no weekdays slot {slot.days_slot!r}")


def _check_cycles(slots: Iterable[Slot], by_name: Mapping[str, Slot]) -> None:
    """Depth first over "applies only if"; a slot met twice on one path is a cycle."""
    finished: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        if name in trail:
            raise FlowInvalid(f"slots.{name}.when", "condition cycle: " + " -> ".join((*trail, name)))
        if name in finished:
            return
        condition = by_name[name].when
        for other in sorted(set(condition.slots())) if condition else ():
            visit(other, (*trail, name))
        finished.add(name)

    for slot in slots:
        visit(slot.name, ())


def _only(source: Mapping[str, Any], known: Iterable[str], path: str) -> None:
    unknown = sorted(set(source) - set(known))
    if unknown:
        raise FlowInvalid(f"{path}.{unknown[0]}", "unknown key")


def _text(source: Mapping[str, Any], key: str, path: str) -> str:
    value = source.get(key)
    if not isinstance(value, str) or not value.strip():
        raise FlowInvalid(f"{path}.{key}", "missing, or not a text")
    return value


def _name(source: Mapping[str, Any], path: str) -> str:
    name = _text(source, "name", path)
    if not name.isidentifier() or not name.isascii() or len(name) > 64:
        raise FlowInvalid(f"{path}.name", "a name is an ASCII identifier of at most 64 characters")
    return name


def _strings(
    source: Mapping[str, Any], key: str, path: str, default: tuple[str, ...] | None = None
) -> tuple[str, ...]:
    value = source.get(key, None if default is None else list(default))
    if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
        raise FlowInvalid(f"{path}.{key}", "expected a list of texts")
    return tuple(value)


def _integer(
    source: Mapping[str, Any],
    key: str,
    path: str,
    *,
    default: int | None = None,
    minimum: int = 0,
    maximum: int = 10**9,
) -> int:
    value = source.get(key, default)
    if type(value) is not int or not minimum <= value <= maximum:
        raise FlowInvalid(f"{path}.{key}", f"expected an integer from {minimum} to {maximum}")
    return value


def _flag(source: Mapping[str, Any], key: str, path: str) -> bool:
    value = source.get(key, False)
    if not isinstance(value, bool):
        raise FlowInvalid(f"{path}.{key}", "expected true or false")
    return value


def _range(source: Mapping[str, Any], path: str, *, needed: bool) -> tuple[float | None, float | None]:
    bounds: list[float | None] = []
    for key in ("minimum", "maximum"):
        value = source.get(key)
        if value is None and not needed:
            bounds.append(None)
            continue
        if type(value) not in (int, float):
            raise FlowInvalid(f"{path}.{key}", "expected a number")
        bounds.append(value)
    low, high = bounds
    if low is not None and high is not None and low > high:
        raise FlowInvalid(f"{path}.maximum", "the maximum is below the minimum")
    return low, high
