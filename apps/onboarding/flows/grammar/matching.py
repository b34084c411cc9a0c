"""Phrases in texts: exact first, then close where that is safe."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from apps.onboarding.flows.definition import Slot
from apps.onboarding.flows.grammar.numbers import Number, read
from apps.onboarding.flows.grammar.tokens import stem, stems
from apps.onboarding.flows.words import fillers

CLOSE, CLOSE_LONG = 87.0, 85.0
"""rapidfuzz ratio (0 to 100) from which a word of at least five, or seven, letters is a misspelling."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase found in a text: the key it stands for and the words it covers, half-open."""

    key: str
    start: int
    end: int
    exact: bool = True


def plain_words(text: str, language: str = "en") -> tuple[str, ...]:
    """Stemmed words with number words written as digits, so "three shifts" equals "3 shift"."""
    words: list[str] = []
    for item in read(text, language):
        if isinstance(item, Number):
            words.append(f"{item.value.normalize():f}")
        elif item.kind != "symbol":
            words.append(stem(item.text))
        elif item.text in {"+", "&"}:
            words.append(item.text)
    return tuple(words)


def find_phrases(words: tuple[str, ...], phrases: Mapping[tuple[str, ...], str]) -> list[Hit]:
    """All phrases in the words, longest first at each place, none overlapping."""
    longest = max((len(phrase) for phrase in phrases), default=0)
    hits: list[Hit] = []
    index = 0
    while index < len(words):
        for length in range(min(longest, len(words) - index), 0, -1):
            key = phrases.get(words[index : index + length])
            if key is not None:
                hits.append(Hit(key=key, start=index, end=index + length))
                index += length
                break
        else:
            index += 1
    return hits


def find_close(
    words: tuple[str, ...], phrases: Mapping[tuple[str, ...], str], hits: list[Hit], *, rivals: bool = False
) -> list[Hit]:
    """Misspelled phrases in the words that no exact hit covers. Only long words, only a clear winner;
    with `rivals` the two best where neither clearly wins, for a question back."""
    # Imported here: a text without misspellings never needs it.
    from rapidfuzz import fuzz

    covered = {index for hit in hits for index in range(hit.start, hit.end)}
    found: list[Hit] = []
    for length in (3, 2, 1):
        known = [(phrase, " ".join(phrase), key) for phrase, key in phrases.items() if len(phrase) == length]
        for start in range(len(words) - length + 1):
            if any(index in covered for index in range(start, start + length)):
                continue
            piece = " ".join(words[start : start + length])
            if len(piece) < 5 or (length == 1 and piece in fillers.FILLERS):
                continue
            scores: dict[str, float] = {}
            cutoff = CLOSE if len(piece) < 7 else CLOSE_LONG
            for _, text, key in known:
                if abs(len(text) - len(piece)) <= 3 and text[:1] == piece[:1]:
                    scores[key] = max(scores.get(key, 0.0), fuzz.ratio(piece, text, score_cutoff=cutoff))
            best = sorted(((score, key) for key, score in scores.items() if score >= cutoff), reverse=True)
            if best and (len(best) == 1 or best[0][0] - best[1][0] >= 5):
                found.append(Hit(key=best[0][1], start=start, end=start + length, exact=False))
                covered.update(range(start, start + length))
            elif best and rivals:
                found += [Hit(key=key, start=start, end=start + length, exact=False) for _, key in best[:2]]
                covered.update(range(start, start + length))
    return found


@lru_cache(maxsize=256)
def option_phrases(slot: Slot) -> dict[tuple[str, ...], str]:
    """Every way to say each option, as stemmed words. The first option that claims a phrase keeps it."""
    phrases: dict[tuple[str, ...], str] = {}
    for option in slot.options:
        texts: Iterable[str] = (option.value.replace("_", " "), *option.labels.values(), *option.synonyms)
        for text in texts:
            words = plain_words(text)
            if words:
                phrases.setdefault(words, option.value)
    return phrases


@lru_cache(maxsize=256)
def vocabulary(slot: Slot) -> frozenset[str]:
    """Stemmed words that belong to a question: they may stand beside its answer."""
    words: set[str] = set()
    for wording in slot.wordings.values():
        texts = (wording.question, wording.label, wording.form_label, *wording.names, *wording.cues)
        for text in (*texts, *wording.counted):
            words.update(stems(text))
    return frozenset(words)


@lru_cache(maxsize=1)
def _filler_stems() -> frozenset[str]:
    return fillers.FILLERS | frozenset(stem(word) for word in fillers.FILLERS)


def is_filler(word: str, slot: Slot | None = None) -> bool:
    """Whether a word may be left over without changing the answer."""
    if word in _filler_stems() or stem(word) in _filler_stems():
        return True
    return slot is not None and stem(word) in vocabulary(slot)


_DENIALS = frozenset({"no", "not", "nahi", "nahin", "नहीं", "koi", "कोई", "kuch", "कुछ"})


@lru_cache(maxsize=1)
def _nothing() -> frozenset[tuple[str, ...]]:
    return frozenset(stems(phrase) for phrase in fillers.NOTHING)


def means_nothing(text: str, slot: Slot | None = None) -> bool:
    """Whether the whole utterance says "none", if need be with the words of the question: "no docks"."""
    words = stems(text)
    if words in _nothing():
        return True
    kept = tuple(word for word in words if word in _DENIALS or not is_filler(word, slot))
    return bool(kept) and kept in _nothing()
