"""Figures over examples and what a detector found in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from scripts.pii_evaluation.examples import Example, Value

Found = tuple[int, int, str]
"""Start, end and kind of a span."""


@dataclass(slots=True)
class Tally:
    """Counts of one kind. `hit`: a span of the kind covers at least half of the value; `exact`: its very borders;
    `right`: spans of the kind that hit a value of the kind.
    """

    values: int = 0
    hit: int = 0
    exact: int = 0
    covered: int = 0
    spans: int = 0
    right: int = 0

    @property
    def recall(self) -> float:
        return self.hit / self.values if self.values else 0.0

    @property
    def exact_recall(self) -> float:
        return self.exact / self.values if self.values else 0.0

    @property
    def precision(self) -> float:
        """1 where nothing was found: nothing was wrong either."""
        return self.right / self.spans if self.spans else 1.0

    @property
    def f2(self) -> float:
        """Recall counts twice as much as precision: a leak is worse than a word too many."""
        below = 4 * self.precision + self.recall
        return 5 * self.precision * self.recall / below if below else 0.0

    def __iadd__(self, other: Tally) -> Tally:
        for name in ("values", "hit", "exact", "covered", "spans", "right"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        return self


@dataclass(slots=True)
class Scores:
    by_kind: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    texts: int = 0
    leak_free: int = 0

    @property
    def leak_free_share(self) -> float:
        return self.leak_free / self.texts if self.texts else 0.0

    @property
    def total(self) -> Tally:
        whole = Tally()
        for tally in self.by_kind.values():
            whole += tally
        return whole


def score(examples: Sequence[Example], found: Sequence[Sequence[Found]]) -> Scores:
    """One pass over all; `found` lies beside `examples`."""
    scores = Scores()
    for example, spans in zip(examples, found, strict=True):
        scores.texts += 1
        scores.leak_free += not any(leaks(example.text, value, spans) for value in example.values)
        for value in example.values:
            tally = scores.by_kind[value.kind]
            same = [span for span in spans if span[2] == value.kind]
            tally.values += 1
            tally.hit += any(_hits(span, value) for span in same)
            tally.exact += any(span[:2] == (value.start, value.end) for span in same)
            tally.covered += not leaks(example.text, value, spans)
        for span in spans:
            tally = scores.by_kind[span[2]]
            tally.spans += 1
            tally.right += any(value.kind == span[2] and _hits(span, value) for value in example.values)
    return scores


def leaks(text: str, value: Value, spans: Iterable[Found]) -> bool:
    """Whether a letter or digit of the value lies outside every span, whatever the spans are called."""
    return bool(left_over(text, value, spans))


def left_over(text: str, value: Value, spans: Iterable[Found]) -> str:
    """The letters and digits of the value that stay readable."""
    near = [span for span in spans if span[0] < value.end and span[1] > value.start]
    return "".join(
        text[at]
        for at in range(value.start, value.end)
        if text[at].isalnum() and not any(start <= at < end for start, end, _ in near)
    )


def untouched(found: Iterable[Sequence[Found]]) -> int:
    """How many of the texts without personal values were left alone."""
    return sum(not spans for spans in found)


def _hits(span: Found, value: Value) -> bool:
    """Half of the value at least."""
    return 2 * (min(span[1], value.end) - max(span[0], value.start)) >= value.end - value.start
