"""What the span engine gives and takes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from operator import itemgetter
from typing import Literal, NamedTuple

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


class Span(NamedTuple):
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


_START, _END = itemgetter(0), itemgetter(1)


def resolve(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Non-overlapping spans in order that cover every character of the given ones.

    Of two that overlap the better one (score, then length) names the union: dropping the loser instead would leave
    its tail in the clear.
    """
    result: list[Span] = []
    covered = -1
    for span in sorted(sorted(spans, key=_END, reverse=True), key=_START):
        start, end, _, score, _ = span
        if start >= end:
            continue
        if start >= covered:
            result.append(span)
            covered = end
            continue
        last = result[-1]
        better = last
        if score > last.score or (score == last.score and end - start > covered - last.start):
            better = span
        covered = max(covered, end)
        result[-1] = Span(last.start, covered, better.kind, better.score, better.rule)
    return tuple(result)
