"""What the strict policy takes out without knowing it: words of no list of everyday words, and capitalised names.

A name that nobody wrote down looks like any word of no dictionary. Logs lose a rare word by this, never a person. Words
of the six languages, their usual forms, words of code, identifiers, paths and acronyms stay.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache

from apps.onboarding_api.services.pii_integration.engine.lexicon import (
    AMBIGUOUS,
    BRAND,
    CORE,
    EVERYDAY,
    FAMILY,
    FREQUENT,
    KIND,
    KIND_BEFORE,
    NAMED,
    PLACE,
    ROLE,
    STOP,
    table,
    words,
)
from apps.onboarding_api.services.pii_integration.engine.name_words import PARTICLES, Word, is_of_two_words
from apps.onboarding_api.services.pii_integration.engine.patterns import lazily
from apps.onboarding_api.services.pii_integration.engine.scene import Scene
from apps.onboarding_api.services.pii_integration.engine.spans import Span

_OTHER = EVERYDAY | STOP | PLACE | KIND | KIND_BEFORE | BRAND | ROLE
_ACRONYM = 5
_SHORTEST = 3
_LONGEST = 30
"""Longer ones are no words: keys, encoded bytes."""
_BEGINS = re.compile(r"[.!?:\n]|^$")
"""Before the first word of a sentence a gap like this stands."""
_IN_CODE = re.compile(r"[/\\_.@#$&=+~]|[:\-](?=\S)")
_NAMES_A_FIELD = re.compile(r"[_/\\@=(]|[.:\-][A-Za-z0-9_]|::|\":|':")
_FORMS = (
    ("ies", "y"), ("ied", "y"), ("es", ""), ("ed", "e"), ("ed", ""), ("s", ""), ("ing", "e"), ("ing", ""), ("ly", ""),
    ("er", "e"), ("er", ""), ("ers", "e"), ("ers", ""), ("est", ""), ("en", ""), ("en", "e"), ("n", ""), ("e", ""),
    ("em", ""), ("es", "e"), ("te", "en"), ("ten", "en"), ("t", "en"), ("st", "en"), ("as", "a"), ("os", "o"),
    ("a", "o"), ("ando", "ar"), ("iendo", "er"), ("ado", "ar"), ("ada", "ar"), ("aron", "ar"), ("amos", "ar"),
    ("ée", "er"), ("ées", "er"), ("és", "er"), ("é", "er"), ("ez", "er"), ("ons", "er"), ("ait", "er"), ("ant", "er"),
)  # fmt: skip
"""Endings of the languages in Latin letters, and what stands in the dictionary for them."""
_BEFORE = (
    "un",
    "re",
    "non",
    "pre",
    "over",
    "out",
    "sub",
    "multi",
    "auto",
    "inter",
    "mis",
    "dis",
    "ver",
    "ge",
    "ab",
    "auf",
    "aus",
    "ein",
    "vor",
)
_HINDI = lazily(
    r"(?:ियों|ियाँ|ियां|ाओं|ाएँ|ाएं|ूँगा|ूंगा|ेंगे|ेगा|ेगी|ाया|ाई|ाए|ाना|ाने|कर|ना|ने|नी|ता|ते|ती|िए|ो|ों|ें|या|ये|यी|ा|े|ी)$"
)
_ARABIC = lazily(
    r"^(?:[وف]?(?:ال|بال|كال|لل)|[وفبكل]|[يتناس]|سي|ست|سن)?(?P<stem>\p{Arabic}{2,}?)(?:ها|هم|هن|نا|كم|ات|ين|ون|ان|تم|وا|ة|ه|ي|ك|ت)?$"
)
_ARTICLE = ("ال", "وال", "بال", "لل", "فال", "كال")


def doubted(scene: Scene, sequence: Sequence[Word], found: Sequence[Span]) -> Iterator[Span]:
    """NAME spans over the words that are in doubt; neighbours go together."""
    taken = sorted((span.start, span.end) for span in found)
    starts = [start for start, _ in taken]
    marked = [_is_taken(taken, starts, word) for word in sequence]
    new = [
        not known and _is_in_doubt(scene, word, index)
        for index, (word, known) in enumerate(zip(sequence, marked, strict=True))
    ]
    for index in range(1, len(sequence)):
        word, before = sequence[index], sequence[index - 1]
        if word.gap not in (" ", "-"):
            continue
        here, there = marked[index] or new[index], marked[index - 1] or new[index - 1]
        if here and not there:
            new[index - 1] = _leads_on(before, word)
        elif there and not here:
            new[index] = _goes_on(word, before)
            if word.low in PARTICLES and index + 1 < len(sequence):
                following = sequence[index + 1]
                on = following.gap == " " and following.capital == before.capital and _is_rest(following)
                new[index] = new[index + 1] = on
        elif not here and _are_two_names(before, word):
            new[index - 1] = new[index] = True
    start = -1
    for index, word in enumerate(sequence):
        if new[index] and start < 0:
            start = word.start
        on = index + 1 < len(sequence) and new[index + 1] and sequence[index + 1].gap == " "
        if start >= 0 and not on:
            yield Span(start, word.end, "NAME", 0.4, "name.doubt")
            start = -1


def _leads_on(before: Word, word: Word) -> bool:
    """The given name before a family name: "ángel ferrer"."""
    if not before.marks & NAMED or before.marks & (ROLE | KIND | STOP):
        return False
    return before.capital or (bool(word.marks & FAMILY) and not before.marks & (EVERYDAY | PLACE | CORE))


def _are_two_names(before: Word, word: Word) -> bool:
    """Two names side by side, though each is a word too: "carmen garcía"."""
    if before.capital != word.capital or not (word.marks & FAMILY and word.marks & before.marks & NAMED):
        return False
    return not (before.marks | word.marks) & (_OTHER | CORE)


def _is_rest(word: Word) -> bool:
    """What follows "le", "de la" or "bin" in somebody's name."""
    return not word.marks or bool(word.marks & (FAMILY | NAMED) and not word.marks & (EVERYDAY | STOP))


def _goes_on(word: Word, before: Word) -> bool:
    """The family name that is a word of no list, or of another list: "ruth trautmann"."""
    if not word.text.isalpha() or len(word.text) < _SHORTEST:
        return False
    if word.marks & (_OTHER | CORE):
        # "oluwaseun young", "Percival Hill": a family name that is an everyday word, after a name.
        family = word.marks & (FAMILY | NAMED) == FAMILY | NAMED and not word.marks & (STOP | ROLE | PLACE)
        return bool(family) and word.capital == before.capital
    if word.capital or word.caseless:
        return word.capital == before.capital and (not word.marks or bool(word.marks & (FAMILY | NAMED)))
    return not before.capital and (not word.marks or bool(word.marks & (FAMILY | NAMED)))


def _is_taken(taken: Sequence[tuple[int, int]], starts: Sequence[int], word: Word) -> bool:
    place = bisect_right(starts, word.start) - 1
    return place >= 0 and taken[place][1] >= word.end


def _is_in_doubt(scene: Scene, word: Word, index: int) -> bool:
    first = index == 0 or bool(_BEGINS.search(word.gap))
    return is_doubtful(word.text, word.low, word.marks, first=first) and not _is_code(scene, word)


def is_doubtful(text: str, low: str, marks: int, *, first: bool = False) -> bool:
    """Of one word; `first` in its sentence, where everyday words have capitals too."""
    if not _SHORTEST <= len(text) <= _LONGEST:
        return (
            len(text) == _SHORTEST - 1 and text.istitle() and not first and (not marks or bool(marks & NAMED))
        )
    if "-" in text:
        parts = [part for part in text.split("-") if len(part) >= _SHORTEST]
        known = table().get
        return any(is_doubtful(part, part.lower(), known(part.lower(), 0), first=first) for part in parts)
    if not text.replace("'", "").isalpha() and any(map(str.isdigit, text)):
        return False
    capital = text[0].isupper()
    if capital and not text.isupper() and not text[1:].islower() and "'" not in text:
        return text[:2] in ("Mc", "Ma") and not marks & ~NAMED and text[2:].istitle()
    if marks & NAMED:
        return _is_name_in_doubt(text, marks, capital=capital, first=first)
    if marks & FAMILY and capital and not first:
        return not marks & (_OTHER | CORE)
    if marks or low in words("technical"):
        return False
    if text.isupper() and capital and len(text) <= _ACRONYM:
        return False
    return not _is_form(low, capital=capital and not first)


def _is_name_in_doubt(text: str, marks: int, *, capital: bool, first: bool) -> bool:
    if marks & _OTHER or (marks & CORE and not capital):
        return False
    if capital:
        return not first or not marks & (CORE | FREQUENT) or not marks & AMBIGUOUS
    if text[0].upper() == text[0].lower():
        return True
    return not marks & (FREQUENT | AMBIGUOUS)


@lru_cache(maxsize=8_192)
def _is_form(low: str, *, capital: bool) -> bool:
    """A form of a known word, or two of them written together."""
    if not low.isascii() and low.upper() == low:
        return _is_form_of_scripts(low)
    if "ß" in low and (_is_known(plain := low.replace("ß", "ss")) or _is_form(plain, capital=capital)):
        return True
    if low.replace("'", "") != low and all(_is_known(part) for part in low.split("'") if len(part) > 2):
        return True
    least = 5 if capital else 3
    for ending, instead in _FORMS:
        if (
            low.endswith(ending)
            and len(low) - len(ending) >= least
            and _is_known(low[: -len(ending)] + instead)
        ):
            return True
        doubled = low[: -len(ending)]
        if (
            ending in ("ed", "ing", "er")
            and low.endswith(ending)
            and len(doubled) > 3
            and doubled[-1] == doubled[-2]
        ):
            return _is_known(doubled[:-1])
    for beginning in _BEFORE:
        rest = low[len(beginning) :]
        if low.startswith(beginning) and len(rest) >= 4 and _is_known(rest):
            return True
    return is_of_two_words(low)


def _is_known(low: str) -> bool:
    marks = table().get(low, 0)
    return (bool(marks & (FREQUENT | EVERYDAY | STOP | KIND | ROLE)) and not marks & NAMED) or low in words(
        "technical"
    )


def _is_form_of_scripts(low: str) -> bool:
    if "\u0900" <= low[0] <= "\u097f":
        stem = _HINDI.sub("", low)
        return (
            stem != low and len(stem) > 1 and any(_is_known(stem + end) for end in ("", "ा", "ी", "े", "ना"))
        )
    match = _ARABIC.match(low)
    if match is None:
        return False
    stem = match.group("stem")
    if any(_is_known(one + end) for one in (stem,) for end in ("", "ة", "ه", "ي")):
        return True
    for article in _ARTICLE:
        if low.startswith(article) and _is_known(low[len(article) :]):
            return True
    return any(low.startswith(letter) and _is_known(low[1:]) for letter in "وفبكل")


def _is_code(scene: Scene, word: Word) -> bool:
    """Part of an identifier, a path, a host; or the name of a field before its value."""
    left = scene.text[max(0, word.start - 1) : word.start]
    if left and _IN_CODE.match(left + "x") and not (left in ":." and word.capital) and left not in "=&+":
        return True
    right = scene.text[word.end : word.end + 2]
    return bool(_NAMES_A_FIELD.match(right)) and not (right[:1] in ".:-" and right[1:2].isupper())
