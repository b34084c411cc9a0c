"""Texts made to be slow, and ordinary ones of a wanted length."""

from __future__ import annotations

from random import Random

from scripts.pii_evaluation import corpus
from scripts.pii_evaluation.examples import Example

HOSTILE_SIZE = 50_000
_PIECES = (
    "a:", "A. ", "a@", "Mr. ", "1 ", "one ", "double ", "a.", "1.1.1.1.", "john ", "John ", "+1 (", "(555) ", "4111 ",
    "http://a:", "a b c d at ", "dot at ", "my name is ", "call 5 ", "born on ", "[REDACTED_", "eyJ", "::", "f:",
    "IN12 ", "१ ", "\u200b", "e\u0301", "a-", "_", "1-", "1/", "@", ".", "O0l1", "ＡＡ", "\n1", "passport A",
    "I live at ", "key=", "9", "١",
)  # fmt: skip


def hostile() -> list[Example]:
    """Texts of 50,000 characters, each one piece over and over, and one of all the pieces at random."""
    random = Random("hostile")
    texts = [(piece * HOSTILE_SIZE)[:HOSTILE_SIZE] for piece in _PIECES]
    texts.append("".join(random.choice(_PIECES) for _ in range(HOSTILE_SIZE // 3))[:HOSTILE_SIZE])
    return [Example(text) for text in texts]


def ordinary(size: int, count: int, *, language: str | None = None) -> list[Example]:
    """Conversation in all languages or in one, `size` characters each, no two alike."""
    random = Random(f"ordinary {size} {language}")
    everything = corpus.conversation() + corpus.negatives()
    texts = [example.text for example in everything if language in (None, example.language)]
    found = []
    for _ in range(count):
        pieces: list[str] = []
        length = 0
        while length < size:
            pieces.append(random.choice(texts))
            length += len(pieces[-1]) + 2
        found.append(Example(". ".join(pieces)[:size]))
    return found
