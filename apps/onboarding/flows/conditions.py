"""When a question applies: a small closed language over earlier answers.

``{slot: meters, has: gas}``, ``{slot: site_type, is: [factory, warehouse]}``, ``{slot: armed_guards, is: true}``,
``{slot: floors, at_least: 2}``, ``{slot: meters, answered: true}``, combined with ``all``, ``any`` and ``not``.
A test of a slot that has no answer is false.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from apps.onboarding.flows.errors import FlowInvalid

_TESTS = ("is", "has", "at_least", "answered")


@dataclass(frozen=True, slots=True)
class Test:
    """One test of one answer."""

    slot: str
    test: str
    expected: tuple[Any, ...]

    def holds(self, answers: Mapping[str, Any]) -> bool:
        if self.slot not in answers:
            return self.test == "answered" and self.expected == (False,)
        value = answers[self.slot]
        if self.test == "answered":
            return self.expected == (True,)
        if self.test == "is":
            return any(type(value) is type(wanted) and value == wanted for wanted in self.expected)
        if self.test == "has":
            return isinstance(value, list) and any(wanted in value for wanted in self.expected)
        return not isinstance(value, bool) and isinstance(value, int | float) and value >= self.expected[0]

    def slots(self) -> Iterator[str]:
        yield self.slot


@dataclass(frozen=True, slots=True)
class Group:
    """Several conditions: all, any, or none (a single one under ``not``)."""

    mode: str
    parts: tuple["Condition", ...]

    def holds(self, answers: Mapping[str, Any]) -> bool:
        verdicts = (part.holds(answers) for part in self.parts)
        if self.mode == "all":
            return all(verdicts)
        return any(verdicts) if self.mode == "any" else not any(verdicts)

    def slots(self) -> Iterator[str]:
        for part in self.parts:
            yield from part.slots()


Condition = Test | Group


def read_condition(source: Any, path: str, *, depth: int = 0) -> Condition:
    """Build a condition from its JSON form. Raises `FlowInvalid` with the path of the fault."""
    if not isinstance(source, Mapping) or not source:
        raise FlowInvalid(path, "a condition is a mapping")
    if depth > 5:
        raise FlowInvalid(path, "conditions may be nested five deep at most")
    if "slot" in source:
        return _read_test(source, path)
    if len(source) != 1:
        raise FlowInvalid(path, "expected exactly one of all, any, not, or a slot with a test")
    mode, parts = next(iter(source.items()))
    if mode == "not":
        return Group(mode="not", parts=(read_condition(parts, f"{path}.not", depth=depth + 1),))
    if mode not in {"all", "any"} or not isinstance(parts, list) or not parts:
        raise FlowInvalid(f"{path}.{mode}", "expected all or any with a non-empty list, or not")
    return Group(
        mode=mode,
        parts=tuple(
            read_condition(part, f"{path}.{mode}[{index}]", depth=depth + 1)
            for index, part in enumerate(parts)
        ),
    )


def _read_test(source: Mapping[str, Any], path: str) -> Test:
    tests = [name for name in source if name != "slot"]
    if len(tests) != 1 or tests[0] not in _TESTS:
        raise FlowInvalid(path, f"expected one test of {', '.join(_TESTS)} beside slot")
    if not isinstance(source["slot"], str):
        raise FlowInvalid(f"{path}.slot", "expected the name of a slot")
    name, wanted = tests[0], source[tests[0]]
    expected = tuple(wanted) if isinstance(wanted, list) else (wanted,)
    fine = all(isinstance(value, str | int | float | bool) for value in expected) and bool(expected)
    if name == "at_least":
        fine = len(expected) == 1 and type(expected[0]) in (int, float)
    if name == "answered":
        fine = len(expected) == 1 and isinstance(expected[0], bool)
    if not fine:
        raise FlowInvalid(f"{path}.{name}", "not a value that this test can compare with")
    return Test(slot=source["slot"], test=name, expected=expected)
