"""Folded text to tokens: words, digits, symbols."""

from dataclasses import dataclass

import regex

from apps.onboarding.flows.grammar.folding import fold

_TOKEN = regex.compile(
    r"(?P<digits>(?<!\d)\d{1,3}(?:,\d{2,3}){0,4},\d{3}(?:\.\d+)?(?![\d]|,\d)|\d+\.\d+(?!\.?\d)|\d+)"
    r"|(?P<word>[\p{L}\p{M}]+(?:'[\p{L}\p{M}]+)?)"
    r"|(?P<symbol>[^\s])"
)


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of folded text. `kind` is digits, word or symbol; positions are in the folded text."""

    kind: str
    text: str
    start: int
    end: int


def tokenise(text: str, *, folded: bool = False) -> tuple[Token, ...]:
    """All tokens in order; white space is dropped. Repetition is bounded or plain: linear."""
    source = text if folded else fold(text)
    return tuple(
        Token(kind=str(match.lastgroup), text=match.group(), start=match.start(), end=match.end())
        for match in _TOKEN.finditer(source)
    )


def words_of(text: str) -> tuple[str, ...]:
    """Words and digits only, in order."""
    return tuple(token.text for token in tokenise(text) if token.kind != "symbol")


def stem(word: str) -> str:
    """A crude singular, the same on both sides of every comparison: lifts, batteries, boxes."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("'s"):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def stems(text: str) -> tuple[str, ...]:
    """The stemmed words of a text."""
    return tuple(stem(word) for word in words_of(text))
