"""What an invariant looks at, and how it objects."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from apps.onboarding_api.services.llm.invariants.policy import StaffingPolicy
from apps.onboarding_api.services.llm.port import CheckRequest, Objection, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    request: CheckRequest
    policy: StaffingPolicy

    @property
    def site(self) -> Mapping[str, Any]:
        return self.request.proposal["site"]

    @property
    def answers(self) -> Mapping[str, Any]:
        return self.request.answers

    def items(self, section: str) -> list[Mapping[str, Any]]:
        return list(self.request.proposal[section])


@dataclass(frozen=True, slots=True)
class Fault:
    """What an invariant found; becomes an `Objection` with the invariant's id and version."""

    code: str
    severity: Severity
    message: str
    where: str


Invariant = Callable[[Case], Iterator[Objection]]


def invariant(*, id: str, version: int) -> Callable[[Callable[[Case], Iterable[Fault]]], Invariant]:
    """Make an invariant of a function that yields faults."""

    def declare(find: Callable[[Case], Iterable[Fault]]) -> Invariant:
        def check(case: Case) -> Iterator[Objection]:
            for fault in find(case):
                yield Objection(
                    code=fault.code,
                    severity=fault.severity,
                    message=fault.message,
                    where=fault.where,
                    rule=id,
                    version=version,
                )

        check.__name__, check.__doc__ = find.__name__, find.__doc__
        return check

    return declare


def warning(code: str, message: str, where: str) -> Fault:
    return Fault(code, "warning", message, where)


def blocking(code: str, message: str, where: str) -> Fault:
    return Fault(code, "blocking", message, where)
