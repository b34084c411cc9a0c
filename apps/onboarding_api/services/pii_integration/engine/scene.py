"""What every rule looks at: one normalised text, read once."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from itertools import accumulate, repeat
from typing import TYPE_CHECKING, NamedTuple
from unicodedata import category

import regex

from apps.onboarding_api.services.pii_integration.engine.context import Cues, cues_of
from apps.onboarding_api.services.pii_integration.engine.protected import PLACEHOLDER, protected_ranges
from apps.onboarding_api.services.pii_integration.engine.spans import KnownValue, Policy, Span, ViewKind
from apps.onboarding_api.services.pii_integration.engine.view import View, view_of

if TYPE_CHECKING:
    from apps.onboarding_api.services.pii_integration.engine.runs import Run

_TOKEN = regex.compile(r"([\p{L}\p{M}]++|\d++|[^\s\p{L}\p{M}\d])")
_ASCII_TOKEN = re.compile(r"([a-z]+|[0-9]+|[^\sa-z0-9])")
"""With a group, so that `split` gives tokens and gaps in turn."""


class Token(NamedTuple):
    """A word, a group of ASCII digits, or one symbol, with its place in the view. `text` is in lower case."""

    text: str
    start: int
    end: int

    @property
    def is_digits(self) -> bool:
        return "0" <= self.text[0] <= "9"

    @property
    def is_word(self) -> bool:
        first = self.text[0]
        return (
            first.isalpha() or (len(self.text) > 1 and not "0" <= first <= "9") or category(first)[0] == "M"
        )


class Scene:
    """The view of a text and what is derived from it. Positions in rules are positions in the view."""

    def __init__(
        self,
        text: str,
        *,
        policy: Policy,
        kind: ViewKind,
        language: str,
        known: Sequence[KnownValue] = (),
        view: View | None = None,
        cues: Cues | None = None,
    ) -> None:
        self.view: View = view or view_of(text)
        self.text = self.view.text
        self.lower = self.view.lower
        self.policy = policy
        self.kind = kind
        self.language = language
        self.known = known
        self.harmless: dict[tuple[int, int], bool] = {}
        """What is known of numbers by now (`context.is_harmless`)."""
        self.codes: Sequence[int] | None = None
        """Where codes that need no cue stand, once they were looked for (`documents`)."""
        if cues is not None:
            self.cues = cues

    def read_as(self, view: View, cues: Cues) -> Scene:
        """Another reading of this scene, with the places of its cues there. The origin of its view is the view of
        this one."""
        return Scene(
            view.text, policy=self.policy, kind=self.kind, language=self.language, view=view, cues=cues
        )

    @cached_property
    def protected(self) -> tuple[tuple[int, int], ...]:
        """What is known to be no personal value, in order."""
        return protected_ranges(self.text)

    @cached_property
    def _starts(self) -> list[int]:
        return [start for start, _ in self.protected]

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """All tokens outside protected ranges, in order."""
        pieces = (_ASCII_TOKEN if self.lower.isascii() else _TOKEN).split(self.lower)
        places = list(accumulate(map(len, pieces)))
        texts, starts, ends = pieces[1::2], places[:-1:2], places[1::2]
        for start, end in reversed(self.protected):
            first, last = bisect_right(ends, start), bisect_left(starts, end)
            del texts[first:last], starts[first:last], ends[first:last]
        self.texts = texts
        return tuple(map(tuple.__new__, repeat(Token), zip(texts, starts, ends, strict=True)))

    @cached_property
    def texts(self) -> list[str]:
        """The tokens without their places."""
        return [token[0] for token in self.tokens]

    @cached_property
    def runs(self) -> tuple[Run, ...]:
        """All runs of digits, written and spoken."""
        from apps.onboarding_api.services.pii_integration.engine.runs import runs_of  # runs read scenes

        return tuple(runs_of(self))

    @cached_property
    def cues(self) -> Cues:
        """All words that say of what kind a number near them is."""
        return cues_of(self.tokens, self.texts)

    def breaks(self, start: int, end: int) -> bool:
        """Whether a line ends between two positions that are near each other."""
        return self.text.find("\n", start, end) >= 0

    def is_protected(self, start: int, end: int) -> bool:
        """Whether the range lies inside, or crosses, something that is known to be no personal value."""
        index = bisect_right(self._starts, start) - 1
        if index >= 0 and self.protected[index][1] > start:
            return True
        return index + 1 < len(self.protected) and self.protected[index + 1][0] < end

    def holds_only_placeholders(self, start: int, end: int) -> bool:
        """Whether nothing is left to say once the placeholders in the range are gone."""
        if "[REDACTED_" not in self.text[max(0, start - 1) : end] and "REDACTED_" not in self.text[start:end]:
            return False
        rest = PLACEHOLDER.sub("", self.text[max(0, start - 1) : end + 1][: end - start + 2])
        return not any(character.isalnum() for character in rest)

    def before(self, position: int, reach: int = 60) -> str:
        """The lower-case text just before, within the same line."""
        piece = self.lower[max(0, position - reach) : position]
        return piece[piece.rfind("\n") + 1 :]

    def after(self, position: int, reach: int = 30) -> str:
        """The lower-case text just after, within the same line."""
        return self.lower[position : position + reach].split("\n", 1)[0]


Rule = Callable[[Scene], Iterable[Span]]
"""Finds spans in view positions. A rule must be linear, or bounded, in the length of the text."""
