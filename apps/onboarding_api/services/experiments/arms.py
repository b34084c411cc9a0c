"""What an arm changes, and the flow that comes of it. Pure: a definition in, a definition out.

| Kind | Changes |
|---|---|
| `flow_version` | `{"version": 3}`: a stored version of the same flow; the control may leave it out |
| `wording` | `{slot: {language: {question, why, retry, label, form_label}}}`: the texts that are other |
| `question_order` | `{"order": [slot, ...]}`: these take, in this order, the places that they hold among themselves |
| `interventions` | `{"parameters": {name: number}}`: after how many misunderstandings help is offered |
"""

from __future__ import annotations

import copy
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from apps.onboarding.flows.definition import Flow, Help
from apps.onboarding.flows.errors import FlowInvalid
from apps.onboarding.flows.reading import HELP, MOST_MISSES
from apps.onboarding.models import Experiment

Kind = Experiment.Kind
TEXTS = ("question", "why", "retry", "label", "form_label")
MOST_CHARS = 500


class ChangesInvalid(ValueError):
    """`path` is the place of the fault within the changes of one arm, as a JSON pointer."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path or '/'}: {problem}")
        self.path = path
        self.problem = problem


def changed_definition(kind: str, changes: Mapping[str, Any], base: Mapping[str, Any]) -> dict[str, Any]:
    """The definition of `base` with the words, order or help of an arm; `ChangesInvalid` where it makes none."""
    definition = copy.deepcopy(dict(base))
    if kind == Kind.WORDING:
        _reword(definition, changes)
    elif kind == Kind.QUESTION_ORDER:
        _reorder(definition, changes)
    elif kind == Kind.INTERVENTIONS:
        _set_help(definition, changes)
    try:
        Flow.from_definition(definition)
    except FlowInvalid as error:
        raise ChangesInvalid("", str(error)) from error
    return definition


def digest_of(definition: Mapping[str, Any]) -> str:
    """SHA-256 of a definition that `changed_definition` gave."""
    return Flow.from_definition(definition).digest


def version_of(changes: Mapping[str, Any]) -> int | None:
    """The number of the stored version that an arm names; None where it names none."""
    _only(changes, {"version"}, "")
    number = changes.get("version")
    if number is not None and (type(number) is not int or not 1 <= number < 2**31):
        raise ChangesInvalid("/version", "the number of a stored version is needed")
    return number


def _reword(definition: dict[str, Any], changes: Mapping[str, Any]) -> None:
    slots = {slot["name"]: slot for slot in definition["slots"]}
    _only(changes, set(slots), "")
    for name, languages in changes.items():
        if not isinstance(languages, Mapping) or not languages:
            raise ChangesInvalid(f"/{name}", "texts by language are needed")
        _only(languages, set(definition["languages"]), f"/{name}")
        for language, texts in languages.items():
            path = f"/{name}/{language}"
            if not isinstance(texts, Mapping) or not texts:
                raise ChangesInvalid(path, f"one or more of {', '.join(TEXTS)} are needed")
            _only(texts, set(TEXTS), path)
            for key, text in texts.items():
                slots[name]["wording"][language][key] = _text(text, f"{path}/{key}")


def _reorder(definition: dict[str, Any], changes: Mapping[str, Any]) -> None:
    _only(changes, {"order"}, "")
    if not changes:
        return
    order, slots = changes["order"], definition["slots"]
    by_name = {slot["name"]: slot for slot in slots}
    if not isinstance(order, list) or len(order) < 2 or not all(isinstance(name, str) for name in order):
        raise ChangesInvalid("/order", "two or more questions are needed")
    for index, name in enumerate(order):
        if name not in by_name or order.index(name) != index:
            raise ChangesInvalid(f"/order/{index}", "each is a question of the flow, and stands there once")
    places = [index for index, slot in enumerate(slots) if slot["name"] in set(order)]
    for place, name in zip(places, order, strict=True):
        slots[place] = by_name[name]


def _set_help(definition: dict[str, Any], changes: Mapping[str, Any]) -> None:
    """What is as everywhere is left out, so that arms which do the same have the same definition."""
    _only(changes, {"parameters"}, "")
    given = changes.get("parameters", {})
    if not isinstance(given, Mapping):
        raise ChangesInvalid("/parameters", "names with numbers are needed")
    _only(given, set(HELP), "/parameters")
    for name, value in given.items():
        never = name == "explain_after" and value is None
        if not never and (type(value) is not int or not 1 <= value <= MOST_MISSES):
            raise ChangesInvalid(f"/parameters/{name}", f"a whole number from 1 to {MOST_MISSES} is needed")
    usual = asdict(Help())
    told = {**usual, **definition.pop("help", {}), **given}
    if other := {name: value for name, value in told.items() if value != usual[name]}:
        definition["help"] = other


def _text(text: Any, path: str) -> str:
    if not isinstance(text, str) or not text.strip():
        raise ChangesInvalid(path, "a text is needed")
    if len(text) > MOST_CHARS:
        raise ChangesInvalid(path, f"at most {MOST_CHARS} characters")
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in text):
        raise ChangesInvalid(path, "one line, without control characters")
    return text.strip()


def _only(given: Mapping[str, Any], known: set[str], path: str) -> None:
    for name in given:
        if name not in known:
            raise ChangesInvalid(path, f"{str(name)[:80]!r} is not known here")
