"""The closed set of commands. Rules and models emit these; the engine alone acts on them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from apps.onboarding.flows import grammar
from apps.onboarding.flows.definition import Flow, Slot
from apps.onboarding.flows.errors import CommandInvalid
from apps.onboarding.flows.grammar.results import Choice


@dataclass(frozen=True, slots=True)
class SetSlot:
    """Answer a question for the first time."""

    name: ClassVar[str] = "set_slot"
    slot: str
    value: Any

    def to_json(self) -> dict[str, Any]:
        return {"command": self.name, "slot": self.slot, "value": self.value}


@dataclass(frozen=True, slots=True)
class CorrectSlot:
    """Replace an earlier answer."""

    name: ClassVar[str] = "correct_slot"
    slot: str
    value: Any

    def to_json(self) -> dict[str, Any]:
        return {"command": self.name, "slot": self.slot, "value": self.value}


@dataclass(frozen=True, slots=True)
class Skip:
    """Leave the current question out, or for later where it is required."""

    name: ClassVar[str] = "skip"

    def to_json(self) -> dict[str, Any]:
        return {"command": self.name}


@dataclass(frozen=True, slots=True)
class Back:
    """Return to the previous question, or to the one named."""

    name: ClassVar[str] = "back"
    slot: str | None = None

    def to_json(self) -> dict[str, Any]:
        return {"command": self.name} if self.slot is None else {"command": self.name, "slot": self.slot}


@dataclass(frozen=True, slots=True)
class Repeat:
    """Ask the same question again."""

    name: ClassVar[str] = "repeat"

    def to_json(self) -> dict[str, Any]:
        return {"command": self.name}


@dataclass(frozen=True, slots=True)
class Explain:
    """Say why the question is asked."""

    name: ClassVar[str] = "explain"

    def to_json(self) -> dict[str, Any]:
        return {"command": self.name}


@dataclass(frozen=True, slots=True)
class Cancel:
    """Give the whole onboarding up. The engine asks back once; `confirmed` is the answer to that."""

    name: ClassVar[str] = "cancel"
    confirmed: bool = False

    def to_json(self) -> dict[str, Any]:
        return {"command": self.name, "confirmed": True} if self.confirmed else {"command": self.name}


@dataclass(frozen=True, slots=True)
class HandOff:
    """Bring in a person."""

    name: ClassVar[str] = "hand_off"

    def to_json(self) -> dict[str, Any]:
        return {"command": self.name}


@dataclass(frozen=True, slots=True)
class Propose:
    """Stop asking and propose a configuration."""

    name: ClassVar[str] = "propose"

    def to_json(self) -> dict[str, Any]:
        return {"command": self.name}


@dataclass(frozen=True, slots=True)
class MoreQuestions:
    """Go on asking: the optional questions, or after a person has been there."""

    name: ClassVar[str] = "more_questions"

    def to_json(self) -> dict[str, Any]:
        return {"command": self.name}


@dataclass(frozen=True, slots=True)
class CannotHandle:
    """Nothing safe can be made of the utterance. `choices` are readings of the question `slot`."""

    name: ClassVar[str] = "cannot_handle"
    reason: str
    choices: tuple[Choice, ...] = ()
    slot: str | None = None

    def to_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {"command": self.name, "reason": self.reason}
        if self.choices:
            found["choices"] = [choice.to_json() for choice in self.choices]
        if self.slot is not None:
            found["slot"] = self.slot
        return found


Command = (
    SetSlot
    | CorrectSlot
    | Skip
    | Back
    | Repeat
    | Explain
    | Cancel
    | HandOff
    | Propose
    | MoreQuestions
    | CannotHandle
)
_BARE: dict[str, Command] = {
    command.name: command for command in (Skip(), Repeat(), Explain(), HandOff(), Propose(), MoreQuestions())
}


def to_json(command: Command) -> dict[str, Any]:
    return command.to_json()


def from_json(source: Any) -> Command:
    """The command of a JSON object. Raises `CommandInvalid`; values are checked later, by the engine."""
    if not isinstance(source, Mapping) or not isinstance(source.get("command"), str):
        raise CommandInvalid("a command is an object with the key command")
    name = source["command"]
    keys = set(source) - {"command"}
    if name in _BARE:
        _only(name, keys, set())
        return _BARE[name]
    if name in {SetSlot.name, CorrectSlot.name}:
        _only(name, keys, {"slot", "value"}, needed={"slot", "value"})
        kind = SetSlot if name == SetSlot.name else CorrectSlot
        return kind(slot=_text(source, "slot"), value=source["value"])
    if name == Back.name:
        _only(name, keys, {"slot"})
        return Back(slot=None if source.get("slot") is None else _text(source, "slot"))
    if name == Cancel.name:
        _only(name, keys, {"confirmed"})
        confirmed = source.get("confirmed", False)
        if not isinstance(confirmed, bool):
            raise CommandInvalid("confirmed is true or false")
        return Cancel(confirmed=confirmed)
    if name == CannotHandle.name:
        return _cannot_handle(source, keys)
    raise CommandInvalid(f"unknown command {name[:40]!r}")


def _cannot_handle(source: Mapping[str, Any], keys: set[str]) -> CannotHandle:
    _only(CannotHandle.name, keys, {"reason", "choices", "slot"}, needed={"reason"})
    raw = source.get("choices", [])
    if not isinstance(raw, list) or len(raw) > 12:
        raise CommandInvalid("choices is a list of at most 12")
    choices: list[Choice] = []
    for entry in raw:
        if not isinstance(entry, Mapping) or set(entry) != {"value", "label"}:
            raise CommandInvalid("a choice has a value and a label")
        choices.append(Choice(value=entry["value"], label=_text(entry, "label")))
    slot = None if source.get("slot") is None else _text(source, "slot")
    return CannotHandle(reason=_text(source, "reason"), choices=tuple(choices), slot=slot)


def _only(name: str, keys: set[str], known: set[str], *, needed: set[str] | None = None) -> None:
    if keys - known:
        raise CommandInvalid(f"{name} has the unknown field {sorted(keys - known)[0][:40]!r}")
    if (needed or set()) - keys:
        raise CommandInvalid(f"{name} lacks {sorted((needed or set()) - keys)[0]!r}")


def _text(source: Mapping[str, Any], key: str) -> str:
    value = source.get(key)
    if not isinstance(value, str) or not value or len(value) > 2_000:
        raise CommandInvalid(f"{key} is a text of 1 to 2,000 characters")
    return value


def commands_schema(flow: Flow, slot: Slot | None) -> dict[str, Any]:
    """JSON Schema 2020-12 of what a model may answer while `slot` is asked: a list of commands.

    Every object is closed and requires all its fields, as strict structured output demands.
    """
    options: list[dict[str, Any]] = []
    if slot is not None:
        options.append(_value_schema(SetSlot.name, slot))
    options += [_value_schema(CorrectSlot.name, other) for other in flow.slots if other is not slot]
    options.append(
        _object({"command": {"const": Back.name}, "slot": {"enum": [None, *(s.name for s in flow.slots)]}})
    )
    bare = [*_BARE, Cancel.name]
    options.append(_object({"command": {"enum": bare}}))
    reason = {"type": "string", "minLength": 1, "maxLength": 200}
    options.append(_object({"command": {"const": CannotHandle.name}, "reason": reason}))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **_object({"commands": {"type": "array", "minItems": 1, "maxItems": 8, "items": {"anyOf": options}}}),
    }


def _value_schema(name: str, slot: Slot) -> dict[str, Any]:
    return _object(
        {"command": {"const": name}, "slot": {"const": slot.name}, "value": grammar.json_schema(slot)}
    )


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
