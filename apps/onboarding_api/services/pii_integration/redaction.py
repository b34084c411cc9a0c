"""What redacting gives back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

from apps.onboarding_api.services.pii_integration.engine import Span, resolve


class Personal(Protocol):
    """A value that was asked for, found by the flow's grammar (`apps.onboarding.flows`): positions in the raw text."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def normalised(self) -> str | None: ...
    @property
    def valid(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Redaction:
    """Text that may be stored, queued and shown, with what was taken out: counts, never values.

    `facts` says of each placeholder whether its value is usable (a telephone that dials). `safe_for_llm` is true only
    where a second scan of `text` found nothing and no detector failed. `reversible`: the placeholders stand in a vault.
    """

    text: str
    counts: dict[str, int] = field(default_factory=dict)
    placeholders: tuple[str, ...] = ()
    facts: dict[str, bool] = field(default_factory=dict)
    safe_for_llm: bool = False
    policy: str = "balanced"
    reversible: bool = False

    @property
    def pii(self) -> dict[str, Any]:
        return {
            "redactions_count": sum(self.counts.values()),
            "by_type": dict(self.counts),
            "policy": self.policy,
            "reversible": self.reversible,
            "safe_for_llm": self.safe_for_llm,
        }


def longer_forms(names: Iterable[str], people: Iterable[str]) -> dict[str, str]:
    """Which single words among `names` mean one of the `people`: {"asha": "asha verma"}.

    All in their normalised form. A word that two people share means neither, and one that is somebody's whole name in
    the session means that person.
    """
    known = set(people)
    by_word: dict[str, set[str]] = {}
    for person in known:
        words = person.split()
        for word in words if len(words) > 1 else ():
            by_word.setdefault(word, set()).add(person)
    return {
        name: next(iter(by_word[name]))
        for name in set(names) - known
        if len(name) > 2 and len(by_word.get(name, ())) == 1
    }


def combined(
    text: str, found: Iterable[Span], personal: Iterable[Personal]
) -> list[tuple[Span, Personal | None]]:
    """Spans in order without overlap; asked-for values win, what a found span covers beyond them stays covered."""
    asked: dict[tuple[int, int], Personal] = {}
    asked_spans = []
    for one in personal:
        start, end = max(0, one.start), min(len(text), one.end)
        if start < end:
            kind = (
                "".join(character for character in one.kind.upper() if "A" <= character <= "Z")[:40] or "NAME"
            )
            asked_spans.append(Span(start, end, kind, 1.0, "asked"))
            asked[start, end] = one
    fixed = resolve(asked_spans)
    result: list[tuple[Span, Personal | None]] = [(span, asked.get((span.start, span.end))) for span in fixed]
    for span in found:
        start = span.start
        for barrier in (one for one in fixed if one.start < span.end and span.start < one.end):
            result += _piece(text, span, start, barrier.start)
            start = max(start, barrier.end)
        result += _piece(text, span, start, span.end)
    return sorted(result, key=lambda pair: pair[0].start)


def _piece(text: str, span: Span, start: int, end: int) -> list[tuple[Span, Personal | None]]:
    """The part of a span that still says something."""
    while start < end and not text[start].isalnum():
        start += 1
    while end > start and not text[end - 1].isalnum():
        end -= 1
    if (start, end) != (span.start, span.end) and start >= end:
        return []
    if start >= end:
        start, end = span.start, span.end
    return [(Span(start, end, span.kind, span.score, span.rule), None)]
