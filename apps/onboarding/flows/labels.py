"""Finds the names of questions in an utterance: "number of floors", "the area", "मंज़िलें"."""

from dataclasses import dataclass
from functools import lru_cache

from apps.onboarding.flows.definition import Flow
from apps.onboarding.flows.grammar.tokens import Token, stem, tokenise

_ARTICLES = frozenset({"the", "my", "our", "this", "that", "your", "its", "a", "an"})


@dataclass(frozen=True, slots=True)
class Label:
    """The name of a question in the tokens of an utterance, half-open."""

    slot: str
    start: int
    end: int


@lru_cache(maxsize=16)
def names(flow: Flow) -> dict[tuple[str, ...], str]:
    """Stemmed names of all questions. Labels go before names, earlier questions before later ones."""
    found: dict[tuple[str, ...], str] = {}
    for primary in (True, False):
        for slot in flow.slots:
            for wording in slot.wordings.values():
                texts = (wording.label, wording.form_label) if primary else wording.names
                for text in texts:
                    words = stemmed(tokenise(text))
                    if words:
                        found.setdefault(words, slot.name)
    return found


@lru_cache(maxsize=16)
def counted(flow: Flow) -> dict[tuple[str, ...], str]:
    """Stemmed nouns that are counted: "floors", "guards"."""
    found: dict[tuple[str, ...], str] = {}
    for slot in flow.slots:
        for wording in slot.wordings.values():
            for text in wording.counted:
                found.setdefault(stemmed(tokenise(text)), slot.name)
    return found


def stemmed(tokens: tuple[Token, ...]) -> tuple[str, ...]:
    return tuple(stem(token.text) for token in tokens if token.kind != "symbol" or token.text == "-")


def label_at(flow: Flow, tokens: tuple[Token, ...], index: int) -> Label | None:
    """The longest name of a question that starts at a token, articles before it skipped."""
    start = index
    while index < len(tokens) and tokens[index].text in _ARTICLES:
        index += 1
    for length in range(min(7, len(tokens) - index), 0, -1):
        words = stemmed(tokens[index : index + length])
        slot = names(flow).get(words) if len(words) == length else None
        if slot is not None:
            return Label(slot=slot, start=start, end=index + length)
    return None


def counted_at(flow: Flow, tokens: tuple[Token, ...], index: int) -> Label | None:
    """The longest counted noun that starts at a token."""
    for length in range(min(4, len(tokens) - index), 0, -1):
        words = stemmed(tokens[index : index + length])
        slot = counted(flow).get(words) if len(words) == length else None
        if slot is not None:
            return Label(slot=slot, start=index, end=index + length)
    return None
