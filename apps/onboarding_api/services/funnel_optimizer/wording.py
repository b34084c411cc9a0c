"""Putting a recommendation into words. The catalogue's are always there; a configured model may find better ones.

A model gets the facts and may use no other number: a text with one that is not in the evidence, with a number in
words, or with anything that looks personal, is thrown away, and the catalogue's stands.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from apps.onboarding.errors import DomainError
from apps.onboarding_api.services import llm
from apps.onboarding_api.services.circuit_breaker import ask_provider
from apps.onboarding_api.services.funnel_optimizer.catalogue import CATALOGUE
from apps.onboarding_api.services.funnel_optimizer.causes import Found
from apps.onboarding_api.services.llm import safety

logger = logging.getLogger("funnel")
_MOST_CHARS = 600
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_IN_WORDS = re.compile(
    r"\b(zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen"
    r"|(?:twen|thir|for|fif|six|seven|eigh|nine)ty|hundreds?|thousands?|millions?|half|halves|thirds?|quarters?"
    r"|double[sd]?|triple[sd]?|twice|thrice|dozens?|percent|majority)\b",
    re.IGNORECASE,
)
_ALLOWED = set("“”‘’–—…")
_PLACES = re.compile(r"^\((.*)\)$")


@dataclass(frozen=True)
class Words:
    title: str
    text: str
    by: str


@dataclass(frozen=True)
class WordingRequest:
    """What a model may build its text from: closed words and counts, nothing of any person."""

    cause: str
    facts: dict[str, str]
    default: str


@runtime_checkable
class WordsRecommendations(Protocol):
    """What a provider of the LLM port can do beside the port: an adapter that has it is asked."""

    name: str
    is_embedded: bool

    def word(self, request: WordingRequest) -> str: ...


def facts(found: Found) -> dict[str, str]:
    """Names and counts of the evidence, as they stand in texts."""
    place = _PLACES.sub(r"\1", found.place)
    where = " and ".join(f"{one.dimension.replace('_', ' ')} {one.value}" for one in found.where)
    return {
        "place": f"“{place}”" if place == found.place else place,
        "value": (found.segment or ("", ""))[1],
        "n": str(found.excess.n),
        "events": str(found.excess.events),
        "expected": f"{found.excess.expected:.1f}",
        "where": f", first of all for {where}" if where else "",
    }


def default(found: Found) -> Words:
    advice = CATALOGUE[found.cause]
    said = facts(found)
    return Words(advice.title.format(**said), advice.text.format(**said), by="catalogue")


def words_for(found: Found) -> Words:
    """The catalogue's, or a model's where one is configured that can, and keeps to the facts."""
    words = default(found)
    provider: Any = llm.get_llm_service().provider
    if not isinstance(provider, WordsRecommendations):
        return words
    request = WordingRequest(found.cause, facts(found), words.text)
    try:
        if not provider.is_embedded:
            safety.refuse_personal([request.facts, request.default])
        text = ask_provider("llm", provider, provider.word, request)
        if keeps_to(text, words):
            safety.refuse_personal(text)
            return Words(words.title, text.strip(), by=provider.name)
    except DomainError as error:
        logger.info("the wording of %s stays the catalogue's: %s", found.cause, error.code)
    return words


def keeps_to(text: object, words: Words) -> bool:
    """Whether every number of a text stands in the catalogue's words, and nothing else speaks against it."""
    if not isinstance(text, str) or not 0 < len(text.strip()) <= _MOST_CHARS:
        return False
    known = {_plain(number) for number in _NUMBER.findall(f"{words.title} {words.text}")}
    numbers = {_plain(number) for number in _NUMBER.findall(text)}
    is_english = all(char.isascii() or char in _ALLOWED for char in text)
    """Numbers in the words or digits of other languages are not known here."""
    return is_english and numbers <= known and not _IN_WORDS.search(text) and "%" not in text


def _plain(number: str) -> str:
    return number.replace(",", "")
