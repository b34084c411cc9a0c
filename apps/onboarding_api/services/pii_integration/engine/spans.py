"""What the span engine gives and takes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter
from typing import Literal

Policy = Literal["balanced", "strict"]
"""balanced: for model and screen, facility answers stay. strict: for logs and errors, in doubt it goes."""

ViewKind = Literal["text", "speech", "ocr"]

KINDS = (
    "EMAIL", "PHONE", "NAME", "CARD", "SSN", "IP", "IBAN", "AADHAAR", "PAN", "PASSPORT", "PLATE", "DOB",
    "GPS", "URL", "SECRET", "ADDRESS", "LICENCE", "IDENTITY",
)  # fmt: skip
"""Every type the engine can name. The service adds TEXT for a text that could not be looked at."""


SURE = 0.9
"""From this score on a span may cross what is otherwise left alone (a date after "born on")."""


@dataclass(frozen=True, slots=True)
class Span:
    """A personal value at `[start, end)`, in code points. `score` is 0 to 1; `rule` names what found it."""

    start: int
    end: int
    kind: str
    score: float
    rule: str


@dataclass(frozen=True, slots=True)
class KnownValue:
    """A value the session already holds: it is matched, not detected."""

    kind: str
    value: str
    normalised: str


_START, _END = attrgetter("start"), attrgetter("end")


def resolve(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Non-overlapping spans in order that cover every character of the given ones.

    Of two that overlap the better one (score, then length) names the union: dropping the loser instead would leave
    its tail in the clear.
    """
    result: list[Span] = []
    for span in sorted(sorted(spans, key=_END, reverse=True), key=_START):
        if span.start >= span.end:
            continue
        last = result[-1] if result else None
        if last is None or span.start >= last.end:
            result.append(span)
            continue
        better = last
        if (span.score, span.end - span.start) > (last.score, last.end - last.start):
            better = span
        result[-1] = Span(last.start, max(last.end, span.end), better.kind, better.score, better.rule)
    return tuple(result)
