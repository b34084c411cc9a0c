"""What the engine remembers, and what it says after each step. All of it is frozen and JSON-able."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from apps.onboarding.flows.errors import StateInvalid
from apps.onboarding.flows.grammar.results import Choice

TIERS = ("required", "offer", "optional", "done")
PENDING = ("choices", "confirm_cancel", "offer_person")
CHANGES = (
    "answer_set", "answer_corrected", "answer_withdrawn", "question_skipped", "question_asked", "question_repeated",
    "explained", "not_understood", "handed_off", "resumed", "cancelled", "proposal_requested",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pending:
    """A question back: pick a reading of `slot`, confirm the cancellation, or accept a person."""

    kind: str
    slot: str | None = None
    choices: tuple[Choice, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "slot": self.slot,
            "choices": [choice.to_json() for choice in self.choices],
        }


@dataclass(frozen=True, slots=True)
class DialogueState:
    """The projection of a dialogue. `history` holds the questions gone through, oldest first; `current`
    is the open question or None; `misses` counts answers to it that were not understood."""

    answers: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    skipped: tuple[str, ...] = ()
    history: tuple[str, ...] = ()
    current: str | None = None
    misses: int = 0
    tier: str = "required"
    pending: Pending | None = None
    handed_off: bool = False
    cancelled: bool = False

    def to_json(self) -> dict[str, Any]:
        return {
            "answers": dict(self.answers),
            "skipped": list(self.skipped),
            "history": list(self.history),
            "current": self.current,
            "misses": self.misses,
            "tier": self.tier,
            "pending": None if self.pending is None else self.pending.to_json(),
            "handed_off": self.handed_off,
            "cancelled": self.cancelled,
        }

    @classmethod
    def from_json(cls, source: Any) -> "DialogueState":
        """Read a stored state back. Raises `StateInvalid` if it is not one."""
        if not isinstance(source, Mapping):
            raise StateInvalid("a state is a mapping")
        unknown = set(source) - set(cls.__dataclass_fields__)
        if unknown:
            raise StateInvalid(f"unknown field {sorted(unknown)[0]!r}")
        answers = source.get("answers", {})
        current = source.get("current")
        misses = source.get("misses", 0)
        tier = source.get("tier", "required")
        flags = (source.get("handed_off", False), source.get("cancelled", False))
        if not isinstance(answers, Mapping) or not all(isinstance(key, str) for key in answers):
            raise StateInvalid("answers maps names to values")
        if not (current is None or isinstance(current, str)) or type(misses) is not int or misses < 0:
            raise StateInvalid("current is a name or null, misses a count")
        if tier not in TIERS or not all(isinstance(flag, bool) for flag in flags):
            raise StateInvalid("tier or flags are not of the known ones")
        return cls(
            answers=MappingProxyType(dict(answers)),
            skipped=_names(source, "skipped"),
            history=_names(source, "history"),
            current=current,
            misses=misses,
            tier=tier,
            pending=_pending(source.get("pending")),
            handed_off=flags[0],
            cancelled=flags[1],
        )


def _names(source: Mapping[str, Any], key: str) -> tuple[str, ...]:
    names = source.get(key, [])
    if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
        raise StateInvalid(f"{key} is a list of names")
    return tuple(names)


def _pending(source: Any) -> Pending | None:
    if source is None:
        return None
    if not isinstance(source, Mapping) or source.get("kind") not in PENDING:
        raise StateInvalid("pending is of an unknown kind")
    choices: list[Choice] = []
    for entry in source.get("choices", []):
        if (
            not isinstance(entry, Mapping)
            or set(entry) != {"value", "label"}
            or not isinstance(entry["label"], str)
        ):
            raise StateInvalid("a pending choice has a value and a label")
        choices.append(Choice(value=entry["value"], label=entry["label"]))
    slot = source.get("slot")
    if not (slot is None or isinstance(slot, str)):
        raise StateInvalid("the slot of pending is a name or null")
    return Pending(kind=source["kind"], slot=slot, choices=tuple(choices))


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that happened, for the event log. `old` is the answer before, where there was one."""

    kind: str
    slot: str | None = None
    value: Any = None
    old: Any = None
    reason: str | None = None

    def to_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {"kind": self.kind}
        for key in ("slot", "value", "old", "reason"):
            value = getattr(self, key)
            if value is not None:
                found[key] = value
        return found


@dataclass(frozen=True, slots=True)
class Reply:
    """What a person sees. `text` is everything to say or None for silence; `question` the question alone;
    `choices` are [{value, label}]; `control` a form control after two failures."""

    text: str | None
    question: str | None = None
    slot: str | None = None
    choices: tuple[dict[str, Any], ...] = ()
    control: dict[str, Any] | None = None
    progress: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))

    def to_json(self) -> dict[str, Any]:
        return {
            "text": self.text,
            "question": self.question,
            "slot": self.slot,
            "choices": [dict(choice) for choice in self.choices],
            "control": self.control,
            "progress": dict(self.progress),
        }


@dataclass(frozen=True, slots=True)
class Step:
    """The outcome of one turn: ask, propose (a proposal was asked for just now), cancelled or handed_off.

    `misses`: the most that were counted at any moment of it, which an answer in the same turn forgets again.
    """

    state: DialogueState
    changes: tuple[Change, ...]
    reply: Reply
    outcome: str
    misses: int = 0
