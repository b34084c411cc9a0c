"""Texts as stemmed words with their separators, for answers that are lists."""

from collections.abc import Mapping
from dataclasses import dataclass

from apps.onboarding.flows.grammar.matching import Hit, find_close, find_phrases
from apps.onboarding.flows.grammar.numbers import Number, read
from apps.onboarding.flows.grammar.tokens import stem
from apps.onboarding.flows.words import fillers

SEPARATOR = ","
_SEPARATORS = frozenset({",", ";", ".", "/", "&", "+", "|", "•", "\n"})


def pieces_of(text: str, language: str = "en") -> tuple[str, ...]:
    """Stems and digits; every separating symbol becomes one comma."""
    found: list[str] = []
    for item in read(text, language):
        if isinstance(item, Number):
            found.append(f"{item.value.normalize():f}")
        elif item.kind != "symbol":
            found.append(stem(item.text))
        elif item.text in _SEPARATORS:
            found.append(SEPARATOR)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Segment:
    """Words between separators, with the phrases found in them."""

    words: tuple[str, ...]
    hits: tuple[Hit, ...]
    joined_by: str

    @property
    def leftover(self) -> tuple[str, ...]:
        covered = {index for hit in self.hits for index in range(hit.start, hit.end)}
        return tuple(word for index, word in enumerate(self.words) if index not in covered)


def segments_of(pieces: tuple[str, ...], phrases: Mapping[tuple[str, ...], str]) -> list[Segment]:
    """Cut at commas and at "and" / "or" outside of phrases."""
    hits = find_phrases(pieces, phrases)
    hits += find_close(pieces, phrases, hits)
    inside = {index for hit in hits for index in range(hit.start, hit.end)}
    segments: list[Segment] = []
    start, joined_by = 0, ""
    for index in range(len(pieces) + 1):
        word = pieces[index] if index < len(pieces) else SEPARATOR
        cut = word == SEPARATOR or (
            index not in inside
            and word in (fillers.AND_WORDS | fillers.OR_WORDS | {"but", "nor", "lekin", "लेकिन"})
        )
        if not cut:
            continue
        if index > start:
            own = tuple(
                Hit(key=hit.key, start=hit.start - start, end=hit.end - start, exact=hit.exact)
                for hit in sorted(hits, key=lambda hit: hit.start)
                if start <= hit.start and hit.end <= index
            )
            segments.append(Segment(words=pieces[start:index], hits=own, joined_by=joined_by))
            joined_by = ""
        if index > start or word != SEPARATOR or not joined_by:
            joined_by = word
        start = index + 1
    return segments
