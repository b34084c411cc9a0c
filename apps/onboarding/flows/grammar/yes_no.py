"""Yes or no."""

# ruff: noqa: ARG002 - every slot type has the same interface; not each needs all of it

from functools import lru_cache
from typing import Any

from apps.onboarding.flows.definition import Slot
from apps.onboarding.flows.grammar import jsgf
from apps.onboarding.flows.grammar.base import Context, Grammar, Rules
from apps.onboarding.flows.grammar.matching import find_phrases, vocabulary
from apps.onboarding.flows.grammar.numbers import Number, read
from apps.onboarding.flows.grammar.results import Result, Unclear
from apps.onboarding.flows.grammar.tokens import stem, tokenise, words_of
from apps.onboarding.flows.wording import say
from apps.onboarding.flows.words import yes_no as words


@lru_cache(maxsize=1)
def _phrases() -> dict[tuple[str, ...], str]:
    """Phrases of the three kinds. Longer ones win, so "of course not" is a no."""
    found: dict[tuple[str, ...], str] = {}
    for kind, texts in (
        ("unsure", words.UNSURE),
        ("no", words.NO),
        ("yes", words.YES),
        ("weak", words.WEAK_YES),
        ("affirm", words.AFFIRM),
    ):
        for text in texts:
            found.setdefault(words_of(text), kind)
    return found


def read_yes_no(text: str, slot: Slot | None = None) -> bool | None:
    """True, False, or None where the text says both, neither, or is unsure.

    A plain statement about the thing asked for ("we have cameras") is a yes if nothing denies it.
    """
    said = words_of(text)
    kinds = [hit.key for hit in find_phrases(said, _phrases())]
    if "unsure" in kinds or any(token.text == "?" for token in tokenise(text)):
        return None
    if "yes" in kinds and "no" in kinds:
        return None
    if "no" in kinds:
        return False
    if "yes" in kinds or (kinds and kinds[0] == "weak" and len(said) <= 6):
        return True
    own = slot is not None and any(stem(word) in _subject(slot) for word in said)
    if "affirm" in kinds and (own or len(said) <= 4):
        return True
    counts = [item.value for item in read(text) if isinstance(item, Number)]
    if own and len(counts) == 1 and len(said) <= 6:
        return counts[0] > 0
    return None


@lru_cache(maxsize=256)
def _subject(slot: Slot) -> frozenset[str]:
    common = frozenset(words_of(words.COMMON))
    return frozenset(word for word in vocabulary(slot) if word not in common and len(word) > 2)


class YesNoGrammar(Grammar):
    """The value is a boolean."""

    def parse(self, slot: Slot, text: str, language: str, context: Context) -> Result:
        value = read_yes_no(text, slot)
        if value is None:
            return Unclear(reason=say(language, "yes_or_no"))
        return self.understood(slot, value, language)

    def check(self, slot: Slot, value: Any, language: str) -> str | None:
        return None if isinstance(value, bool) else say(language, "yes_or_no")

    def display(self, slot: Slot, value: Any, language: str) -> str:
        return say(language, "yes" if value else "no")

    def json_schema(self, slot: Slot) -> dict[str, Any]:
        return {"type": "boolean"}

    def form_control(self, slot: Slot, language: str) -> dict[str, Any]:
        options = [{"value": value, "label": self.display(slot, value, language)} for value in (True, False)]
        return {"kind": "radio", "options": options}

    def rules(self, slot: Slot) -> Rules | None:
        return {"value": jsgf.phrases((*words.SPOKEN_YES, *words.SPOKEN_NO))}

    def sentences(self, slot: Slot, language: str) -> list[str]:
        if language == "en":
            return [*words.SPOKEN_YES, *words.SPOKEN_NO]
        return [text for text in (*words.YES, *words.NO) if not text.isascii()]
