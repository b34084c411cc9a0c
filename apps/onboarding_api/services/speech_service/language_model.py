"""A language model of the flow's own sentences (ARPA text, back-off trigrams)."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise

START, END = "<s>", "</s>"


@dataclass(frozen=True, slots=True)
class DomainModel:
    arpa: str
    pairs: frozenset[tuple[str, str]]

    def familiar_share(self, text: str) -> float:
        """Share of the neighbouring words of `text`, its ends included, that stand side by side in a sentence.

        Any sound can be covered with short words of the model; that they also follow each other as in a sentence is
        what tells an answer from a word salad.
        """
        pairs = list(pairwise([START, *text.split(), END]))
        return sum(pair in self.pairs for pair in pairs) / len(pairs)


def domain_model(sentences: Iterable[str], *, is_known: Callable[[str], bool]) -> DomainModel | None:
    """The model, or None where too few sentences can be pronounced.

    Sentences with a word that the pronouncing dictionary lacks are left out: the engine would never hear them.
    """
    from pocketsphinx.lm import ArpaBoLM

    said = [
        words for sentence in sentences if (words := sentence.lower().split()) and all(map(is_known, words))
    ]
    # The back-off weights divide by what is left of the probability: one word on its own leaves nothing.
    if len({word for words in said for word in words}) < 2:
        return None
    model = ArpaBoLM(text="\n".join(" ".join(words) for words in said), add_start=True)
    model.compute()
    written = io.StringIO()
    model.write(written)
    pairs = frozenset(pair for words in said for pair in pairwise([START, *words, END]))
    return DomainModel(arpa=written.getvalue(), pairs=pairs)
