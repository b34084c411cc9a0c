"""What the words around a number say about it, in all languages of the packs.

A cue counts when it is the last one before the number: "call about order number 44..." speaks of an order. All cues
of a
text are found in one pass over its tokens; each question is then a search in a short sorted list.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING

import regex

from apps.onboarding_api.services.pii_integration.engine import packs
from apps.onboarding_api.services.pii_integration.engine.patterns import lazily

if TYPE_CHECKING:
    from apps.onboarding_api.services.pii_integration.engine.scene import Scene, Token

_TOKEN = lazily(r"[\p{L}\p{M}]++|\d++|[^\s\p{L}\p{M}\d]")
_PREFIX = 3
"""Letters of an open-ended cue ("zähler*") that are looked up first."""
_UNIT = lazily(r"[^\S\n]*+(?:([\p{L}\p{M}]++[²³23]?)(?![\p{L}\p{M}\d])|[%°₹$€£])")
_NEARBY = 26
"""A harmless announcement counts from no farther than this."""

Cues = dict[str, tuple[list[int], list[int]]]
"""By kind, where its cues start and end, in order."""


class _Plan:
    """All cue phrases of all languages, by their first token."""

    def __init__(self) -> None:
        self.phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        self.prefixes: dict[str, list[tuple[str, str]]] = {}
        self.kinds: set[str] = set()
        for pack in packs.all_languages():
            for kind, text in (
                *pack.cues.items(),
                ("HOME", pack.home),
                ("STREET", pack.streets.replace(" ", ",")),
            ):
                self.kinds.add(kind)
                for phrase in text.replace("\n", " ").split(","):
                    self._add(phrase.strip(), kind)
        for found in self.phrases.values():
            found.sort(key=lambda one: len(one[0]))

    def _add(self, phrase: str, kind: str) -> None:
        if phrase.endswith("*") and " " not in phrase:
            self.prefixes.setdefault(phrase[:_PREFIX], []).append((phrase[:-1], kind))
        elif phrase:
            first, *rest = _TOKEN.findall(phrase.rstrip("*"))
            if phrase.endswith("*"):
                rest[-1] += "*"
            self.phrases.setdefault(first, []).append((tuple(rest), kind))


@lru_cache(maxsize=1)
def _plan() -> _Plan:
    return _Plan()


@lru_cache(maxsize=1)
def cue_phrases() -> tuple[tuple[str, ...], ...]:
    """The words of all cues but those of harmless numbers, as far as they are ASCII; an open end left out."""
    return tuple(
        (first, *(word for word in rest if word.isalpha()))
        for first, found in _plan().phrases.items()
        for rest, kind in found
        if kind != "NOT" and first.isalpha() and first.isascii() and "".join(rest).isascii()
    )


@lru_cache(maxsize=1)
def open_words() -> tuple[str, ...]:
    """The beginnings of the cues that are open at their end."""
    return tuple(
        prefix
        for found in _plan().prefixes.values()
        for prefix, kind in found
        if kind != "NOT" and prefix.isascii()
    )


def cues_of(tokens: tuple[Token, ...]) -> Cues:
    """Every cue among the tokens."""
    plan = _plan()
    phrases, prefixes = plan.phrases, plan.prefixes
    found: Cues = {}
    glued = -1
    for index, token in enumerate(tokens):
        if token.is_digits:
            glued = token.end
            continue
        text = token.text
        if text in _BARE and any(0 <= token.start - end <= 1 for end in found.get("NOT", _NONE)[1][-3:]):
            _keep(found, "NOT", token.start, token.end)
            continue
        if text in phrases and (token.start != glued or not token.is_word):
            for rest, kind in phrases[text]:
                if not rest:
                    _keep(found, kind, token.start, token.end)
                elif (last := index + len(rest)) < len(tokens) and all(
                    tokens[index + 1 + place].text == word
                    or (word[-1] == "*" and tokens[index + 1 + place].text.startswith(word[:-1]))
                    for place, word in enumerate(rest)
                ):
                    _keep(found, kind, token.start, tokens[last].end)
        if text[:_PREFIX] in prefixes:
            for prefix, kind in prefixes[text[:_PREFIX]]:
                if text.startswith(prefix):
                    _keep(found, kind, token.start, token.end)
    for starts, ends in found.values():
        if any(ends[place] > ends[place + 1] for place in range(len(ends) - 1)):
            order = sorted(range(len(ends)), key=lambda place: (ends[place], starts[place]))
            starts[:], ends[:] = [starts[place] for place in order], [ends[place] for place in order]
    return found


_NONE: tuple[list[int], list[int]] = ([], [])
_BARE = frozenset({"number", "numbers", "nummer", "número", "numéro", "no", "नंबर", "नम्बर", "رقم"})
"""Words that take their meaning from the one before: "bill number" is no telephone."""


def _keep(found: Cues, kind: str, start: int, end: int) -> None:
    starts, ends = found.setdefault(kind, ([], []))
    starts.append(start)
    ends.append(end)


def is_cue(word: str, kind: str) -> bool:
    """Whether this one lower-case word is a cue of a kind."""
    return any(not rest and of == kind for rest, of in _plan().phrases.get(word, ()))


def last_cue(scene: Scene, position: int, kind: str, reach: int = 60) -> int:
    """Where the last cue of a kind before a position ends, within its line and reach; -1 for none."""
    cues = scene.cues.get(kind)
    if cues is None:
        return -1
    starts, ends = cues
    lowest = max(0, position - reach)
    place = bisect_right(ends, position) - 1
    while place >= 0 and ends[place] > lowest:
        if starts[place] >= lowest:
            return -1 if scene.breaks(ends[place], position) else ends[place]
        place -= 1
    return -1


def follows(scene: Scene, position: int, kind: str, reach: int = 30) -> bool:
    """Whether a cue of a kind stands shortly after a position, in its line."""
    cues = scene.cues.get(kind)
    if cues is None:
        return False
    starts, ends = cues
    place = bisect_right(ends, position)
    while place < len(ends) and ends[place] <= position + reach:
        if starts[place] >= position:
            return not scene.breaks(position, starts[place])
        place += 1
    return False


def cue_ends(scene: Scene, kind: str) -> list[int]:
    """Where the cues of a kind end."""
    return scene.cues.get(kind, ([], []))[1]


def speaks_of(scene: Scene, position: int, kind: str, reach: int = 60) -> bool:
    """Whether the text before a number announces `kind`, and nothing nearer announces something harmless."""
    cue = last_cue(scene, position, kind, reach)
    return cue >= 0 and cue >= last_cue(scene, position, "NOT", reach)


def counts(scene: Scene, end: int) -> bool:
    """Whether a unit stands after a number."""
    match = _UNIT.match(scene.lower, end, end + 30)
    if not match:
        return False
    word = match.group(1)
    if word is None or word in _units():
        return True
    return scene.lower.startswith(_long_units(), match.start(1))


def is_harmless(scene: Scene, start: int, end: int) -> bool:
    """Whether the words around a number say that it counts, measures or numbers a thing."""
    before = scene.lower[max(0, start - 4) : start]
    if before.endswith("#") or _currency().search(before) or counts(scene, end):
        return True
    last = last_cue(scene, start, "NOT")
    return last >= 0 and start - last <= _NEARBY and _links().fullmatch(scene.lower, last, start) is not None


@lru_cache(maxsize=1)
def _units() -> frozenset[str]:
    return frozenset(phrase[0] for phrase in packs.all_phrases("units") if len(phrase) == 1)


@lru_cache(maxsize=1)
def _long_units() -> tuple[str, ...]:
    return tuple(" ".join(phrase) for phrase in packs.all_phrases("units") if len(phrase) > 1)


@lru_cache(maxsize=1)
def _currency() -> regex.Pattern[str]:
    return regex.compile(r"(?:[$€£₹]|(?<!\p{L})(?:rs\.?|inr|usd|eur))\s?$")


@lru_cache(maxsize=1)
def _links() -> regex.Pattern[str]:
    """What may stand between "order", "meter" and the like and the number they speak of."""
    words = "|".join(
        sorted({" ".join(phrase) for phrase in packs.all_phrases("links")}, key=len, reverse=True)
    )
    return regex.compile(
        rf"(?:[\s:=#.,'\"()\-/°º]|(?:{words}|nr|x|[a-z]?\d[\d.,:/-]*+)(?![\p{{L}}\p{{M}}]))*+"
    )
