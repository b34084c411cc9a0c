"""What the words around a number say about it, in all languages of the packs.

A cue counts when it is the last one before the number: "call about order number 44..." speaks of an order. All cues
of a
text are found in one pass over its tokens; each question is then a search in a short sorted list.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache
from itertools import compress
from typing import TYPE_CHECKING, NamedTuple

import regex

from apps.onboarding_api.services.pii_integration.engine import packs
from apps.onboarding_api.services.pii_integration.engine.patterns import lazily

if TYPE_CHECKING:
    from apps.onboarding_api.services.pii_integration.engine.scene import Scene, Token

_TOKEN = lazily(r"[\p{L}\p{M}]++|\d++|[^\s\p{L}\p{M}\d]")
_PREFIX = 3
"""Letters of an open-ended cue ("zähler*") that are looked up first."""
_UNIT = lazily(r"[^\S\n]*+(?:([\p{L}\p{M}]++[²³23]?)(?![\p{L}\p{M}\d])|[%°₹$€£])")
_SIGNS_OF_UNITS = "%°₹$€£"
_LAST_OF_CURRENCY = "$€£₹.srd"
"""The last letters of what `_currency` finds."""
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


_Cue = tuple[tuple[str, ...], str]
"""The further words of a cue, and its kind."""


class _Begun(NamedTuple):
    """What a word may begin: kinds of cues of it alone, and cues that go on. `open_kinds`: of cues open at the end."""

    alone: tuple[str, ...]
    phrases: tuple[_Cue, ...]
    open_kinds: tuple[str, ...]


class _Cues(dict[str, _Begun | None]):
    """What each word may begin; None for most."""

    def __missing__(self, word: str) -> _Begun | None:
        plan = _plan()
        begun = plan.phrases.get(word, [])
        alone = tuple(kind for rest, kind in begun if not rest)
        opened = tuple(
            kind for prefix, kind in plan.prefixes.get(word[:_PREFIX], ()) if word.startswith(prefix)
        )
        if len(self) >= _MOST_WORDS:
            self.clear()
        found = _Begun(alone, tuple(cue for cue in begun if cue[0]), opened)
        self[word] = kept = found if begun or opened or word in _BARE else None
        return kept


_MOST_WORDS = 20_000
"""So many words are remembered, then all are forgotten."""
_begun = _Cues().__getitem__


def cues_of(tokens: tuple[Token, ...], texts: list[str]) -> Cues:
    """Every cue among the tokens, whose texts are given."""
    found: Cues = {}
    known = list(map(_begun, texts))
    for index in compress(range(len(known)), known):
        begun = known[index]
        assert begun is not None
        text, start, end = tokens[index]
        if text in _BARE and any(0 <= start - last <= 1 for last in found.get("NOT", _NONE)[1][-3:]):
            _keep(found, "NOT", start, end)
            continue
        before = texts[index - 1] if index else " "
        if not ("0" <= before[0] <= "9" and text[0].isalpha() and tokens[index - 1].end == start):
            for kind in begun.alone:
                _keep(found, kind, start, end)
            following = texts[index + 1] if index + 1 < len(texts) else ""
            for rest, kind in begun.phrases:
                if rest[0] != following and rest[0][-1] != "*":
                    continue
                if (last := index + len(rest)) < len(texts) and all(
                    said == word or (word[-1] == "*" and said.startswith(word[:-1]))
                    for said, word in zip(texts[index + 1 : last + 1], rest, strict=True)
                ):
                    _keep(found, kind, start, tokens[last].end)
        for kind in begun.open_kinds:
            _keep(found, kind, start, end)
    for starts, ends in found.values():
        if sorted(ends) != ends:
            order = sorted(range(len(ends)), key=lambda place: (ends[place], starts[place]))
            starts[:], ends[:] = [starts[place] for place in order], [ends[place] for place in order]
    return found


_NONE: tuple[list[int], list[int]] = ([], [])
_ABOVE = lazily(
    r"[ ]?(?:no|nos|number|nr|nº|n°|num|numéro|número|nummer|नंबर|رقم)?\s{0,2}[.:#/]{0,2}[ ]?\n\n?[ ]{0,4}[+(]?"
)
"""After a cue that stands above its value, as labels of forms do."""
_BARE = frozenset({"number", "numbers", "nummer", "número", "numéro", "no", "नंबर", "नम्बर", "رقم"})
"""Words that take their meaning from the one before: "bill number" is no telephone."""


def _keep(found: Cues, kind: str, start: int, end: int) -> None:
    pair = found.get(kind)
    if pair is None:
        pair = found[kind] = ([], [])
    pair[0].append(start)
    pair[1].append(end)


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
            if scene.breaks(ends[place], position) and not _ABOVE.fullmatch(
                scene.lower, ends[place], position
            ):
                return -1
            return ends[place]
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
    following = scene.lower[end : end + 30].lstrip(" \t")[:1]
    if not following or not (following.isalpha() or following in _SIGNS_OF_UNITS):
        return False
    match = _UNIT.match(scene.lower, end, end + 30)
    if not match:
        return False
    word = match.group(1)
    if word is None or word in _units():
        return True
    return scene.lower.startswith(_long_units(), match.start(1))


def is_harmless(scene: Scene, start: int, end: int) -> bool:
    """Whether the words around a number say that it counts, measures or numbers a thing."""
    known = scene.harmless.get((start, end))
    if known is None:
        known = scene.harmless[start, end] = _is_harmless(scene, start, end)
    return known


def _is_harmless(scene: Scene, start: int, end: int) -> bool:
    before = scene.lower[max(0, start - 4) : start]
    last = before.rstrip()[-1:]
    if last and (last == "#" or (last in _LAST_OF_CURRENCY and _currency().search(before))):
        return True
    if counts(scene, end):
        return True
    cue = last_cue(scene, start, "NOT")
    return cue >= 0 and start - cue <= _NEARBY and _links().fullmatch(scene.lower, cue, start) is not None


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
