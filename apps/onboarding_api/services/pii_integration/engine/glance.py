"""The quick way out for texts that hold nothing: what every rule needs before it can find anything, looked for in a
few passes. It may say yes for nothing; it must never say no where a rule finds something under the strict policy."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from apps.onboarding_api.services.pii_integration.engine import documents, doubt, number_words, packs
from apps.onboarding_api.services.pii_integration.engine.context import cue_phrases, open_words
from apps.onboarding_api.services.pii_integration.engine.lexicon import (
    EVERYDAY,
    FAMILY,
    FREQUENT,
    GIVEN,
    NAMED,
    ROLE,
    marks,
    table,
    word_set,
)
from apps.onboarding_api.services.pii_integration.engine.lexicon import words as words_of

_OPAQUE = re.compile(
    r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
    r"|\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?"
)
_SHAPES = re.compile(
    r"""@|[(\[{<](?:at|a|AT|At)[)\]}>]|%40|&\#64;|&commat;|\\u0040      # signs of an address
      | ://[^\s/]*: | ::
      | <<
      | [0-9a-fA-F]{1,4}:[0-9a-fA-F]{0,4}:[0-9a-fA-F]
      | (?:\d[^\dA-Za-z]{0,7}(?:[a-z]{1,6}[^\dA-Za-z]{1,4})?){6}\d      # numbers that could dial
      | \d[ ]?\.[ ]?\d{1,3}[ ]?\.[ ]?\d | \d\.\d{3}                     # addresses, coordinates
      | 8(?:00|33|44|55|66|77|88)[-. ][A-Z\d]
      | (?:strasse|str\.|weg|platz|allee|gasse)[ ]\d
      | (?:password|passwd|passphrase|pwd|secret|key|token|authorization|sessionid|cookie)["'\\]{0,4}\s{0,3}[=:]
      | eyJ | sk- | [spr]k_(?:live|test)_ | gh[opusr]_ | github_pat_ | glpat- | xox | AKIA | ASIA | AIza | ya29 | SG\.
      | hf_ | hooks\.slack | PRIVATE""",
    re.VERBOSE,
)
_WORDS = re.compile(r"[a-z]+")
_CAPITAL = re.compile(r"(?<![A-Za-z])[A-Z][A-Za-z'\-]+")
_DIGIT = re.compile(r"\d")
_MILLISECONDS = re.compile(r"(?<=\d)\s?ms(?![a-z])")
"""They are not the title."""
_DOTTED = re.compile(r"\.\s?[a-z]")
_IBAN_DIGITS = 8
_MISREAD = re.compile(r"\d[ \-.]?[lIOoSBZ|]|[lIOoSBZ|][ \-.]?\d")
"""A digit of a scan that may be a letter."""
_ALONE = word_set(
    """name names naam nombre nom surname forename fullname firstname lastname username spell spelled spelt spells
    spelling deletreo buchstabiert bearer"""
)


@lru_cache(maxsize=1)
def _lonely() -> frozenset[str]:
    """Words with which alone something may be found."""
    lists = ("titles", "sign_offs", "name_labels", "follows", "called")
    numbers = frozenset(number_words.values()) - number_words.EVERYDAY
    return frozenset(
        word
        for word in (
            *_ALONE,
            *numbers,
            *number_words.REPEATS,
            *number_words.WHOLE_HUNDREDS,
            *(word for name in lists for word in packs.all_words(name)),
            *(
                word
                for word, found in table().items()
                if found & (GIVEN | ROLE) or (found & NAMED and not found & (FREQUENT | EVERYDAY))
            ),
        )
        if word.isascii()
    )


@lru_cache(maxsize=1)
def _plain() -> frozenset[str]:
    """Words in which nobody is in doubt: most words of a log are among them."""
    known = (
        word for word, found in table().items() if word.isascii() and not doubt.is_doubtful(word, word, found)
    )
    return frozenset(known) | words_of("technical")


_Phrases = dict[str, tuple[frozenset[str], ...]]
"""By the first word of a phrase, its other words."""


@lru_cache(maxsize=1)
def _together() -> _Phrases:
    """Phrases after which a name or a secret stands."""
    phrases = [phrase for name in ("announces", "suggests", "secrets") for phrase in packs.all_phrases(name)]
    return _by_first(_WORDS.findall(text) for text in map(" ".join, phrases) if text.isascii())


@lru_cache(maxsize=1)
def _with_digits() -> _Phrases:
    """Phrases that with a digit somewhere may announce a number, a code, a date or a home."""
    frames = " ".join(closing for pack in packs.all_languages() for _, closing in pack.home_around)
    return _by_first([*cue_phrases(), *((word,) for word in _WORDS.findall(frames))])


def _by_first(phrases: Iterable[Sequence[str]]) -> _Phrases:
    found: dict[str, list[frozenset[str]]] = {}
    for words in phrases:
        if words:
            # "guard's name" may be written as one word or as two.
            found.setdefault(words[0], []).append(frozenset(words[1:]) - {"s"})
    return {word: tuple(others) for word, others in found.items()}


def _holds(words: set[str], phrases: _Phrases) -> bool:
    return any(others <= words for word in words & phrases.keys() for others in phrases[word])


@lru_cache(maxsize=1)
def _spoken() -> tuple[frozenset[str], frozenset[str]]:
    """The words for the at sign, and those that then make an address."""
    return packs.all_words("at"), packs.all_words("dot") | packs.all_words("mail_hosts")


def may_hold(text: str) -> bool:
    """False only where no rule finds anything under the strict policy."""
    if not text.isascii():
        return True
    said = _OPAQUE.sub(" ", text)
    if _SHAPES.search(said):
        return True
    lower = _MILLISECONDS.sub(" ", said.lower())
    words = set(_WORDS.findall(lower))
    if not _lonely().isdisjoint(words) or _holds(words, _together()):
        return True
    if _DIGIT.search(text) and (
        _holds(words, _with_digits())
        or any(word.startswith(open_words()) for word in words)
        or _has_code(text, said)
    ):
        return True
    signs, parts = _spoken()
    if not signs.isdisjoint(words) and (not parts.isdisjoint(words) or _DOTTED.search(lower)):
        return True
    if any(doubt.is_doubtful(word, word, marks(word)) for word in words - _plain()):
        return True
    for match in _CAPITAL.finditer(text):
        found = marks(match.group().lower())
        if not found or found & (NAMED | FAMILY):
            return True
    return "\n" in text and may_hold(text.replace("\n", ""))


def _has_code(text: str, said: str) -> bool:
    if documents.has_code(text) or documents.has_old_year(said):
        return True
    digits = len(_DIGIT.findall(text))
    if digits >= _IBAN_DIGITS and documents.has_iban_start(text):
        return True
    return digits > _IBAN_DIGITS and bool(_MISREAD.search(said))
