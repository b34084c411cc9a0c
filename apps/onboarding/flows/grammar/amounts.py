"""Reads the one number of an answer, and says when there is doubt about it."""

import itertools
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from apps.onboarding.flows.definition import Slot
from apps.onboarding.flows.grammar.matching import is_filler, vocabulary
from apps.onboarding.flows.grammar.numbers import Item, Number, read
from apps.onboarding.flows.grammar.tokens import stem, stems
from apps.onboarding.flows.words import fillers


@dataclass(frozen=True, slots=True)
class Amounts:
    """The numbers that count in a text, after spoken repairs. `doubtful` if other words may change them,
    `negative` if a minus stands before one, `vague` if a "few" or "several" multiplies one."""

    numbers: tuple[Number, ...]
    items: tuple[Item, ...]
    doubtful: bool
    negative: bool = False
    vague: bool = False

    @property
    def values(self) -> list[Decimal]:
        """Distinct values in order, with the sum that two spoken words may mean ("one fifty")."""
        values: list[Decimal] = []
        for number in self.numbers:
            if number.value not in values:
                values.append(number.value)
        return values


def read_amounts(slot: Slot, text: str, language: str, units: frozenset[str] = frozenset()) -> Amounts:
    """All numbers of a text. `units` are words that may directly follow a number."""
    items = read(text, language)
    numbers = _repaired(items)
    return Amounts(
        numbers=tuple(numbers),
        items=items,
        doubtful=len(numbers) > 2 or _doubtful(slot, items, numbers, units),
        negative=negative(items),
        vague=any(not isinstance(item, Number) and item.text in _VAGUE for item in items),
    )


def _words_between(items: tuple[Item, ...], first: int, second: int) -> list[str]:
    return [item.text for item in items[first + 1 : second] if not isinstance(item, Number)]


def _repaired(items: tuple[Item, ...]) -> list[Number]:
    """Numbers without those that the speaker took back: "20, sorry, 25", "not 4 but 5", "5 not 4"."""
    places = [index for index, item in enumerate(items) if isinstance(item, Number)]
    dropped: set[int] = set()
    for place in places:
        before = items[place - 1].text if place else ""
        if before in {"not", "नहीं"} and len(places) > 1:
            dropped.add(place)
    for first, second in itertools.pairwise(places):
        between = [word for word in _words_between(items, first, second) if word not in {",", ".", "-"}]
        if not between or second in dropped or first in dropped:
            continue
        if any(word in fillers.REPAIR for word in between) and not any(
            word in fillers.OR_WORDS or word in {"maybe", "perhaps", "not"} for word in between
        ):
            dropped.add(first)
    kept = [index for index in places if index not in dropped]
    return [item for index in kept if isinstance(item := items[index], Number)]


def _doubtful(slot: Slot, items: tuple[Item, ...], numbers: list[Number], units: frozenset[str]) -> bool:
    own = vocabulary(slot)
    repaired = sum(isinstance(item, Number) for item in items) > len(numbers)
    passing = fillers.REPAIR | {"not", "but"} if repaired else frozenset()
    previous: Item | None = None
    for index, item in enumerate(items):
        if isinstance(item, Number):
            previous = item
            continue
        word = item.text
        if item.kind == "symbol":
            if word == "?" or (word in {"+", "%", "/", "*", "<", ">"} and numbers):
                return True
            continue
        if word in passing:
            continue
        if word in _PER:
            following = items[index + 1] if index + 1 < len(items) else None
            if following is not None and not _belongs(slot, following.text, units):
                return True
        elif word in fillers.DANGER and stem(word) not in own and word not in units:
            return True
        known = is_filler(word, slot) or word in units or stem(word) in units or word in _PER
        if known or word in fillers.TO_WORDS:
            previous = item
            continue
        if isinstance(previous, Number) or _names_a_number(items, index, own):
            return True
        previous = item
    return False


def _names_a_number(items: tuple[Item, ...], index: int, own: frozenset[str]) -> bool:
    """An unknown word right before a number that counts nothing: "block 5", "the red one"."""
    following = items[index + 1] if index + 1 < len(items) else None
    if not isinstance(following, Number):
        return False
    noun = items[index + 2] if index + 2 < len(items) else None
    return noun is None or isinstance(noun, Number) or stem(noun.text) not in own


_VAGUE = frozenset({"few", "several", "couple", "pair", "many", "kuch", "कुछ", "kai", "कई"})
_PER = frozenset({"per", "each", "every", "har", "prati", "हर", "प्रति"})
"""What stands behind these must be what the question counts by: "4 per shift", not "4 per gate"."""


def _belongs(slot: Slot, word: str, units: frozenset[str]) -> bool:
    return stem(word) in _periods(slot) or word in units or word in {",", "."}


@lru_cache(maxsize=256)
def _periods(slot: Slot) -> frozenset[str]:
    """What the question itself counts by: the words behind its own "per", "each" and "in a"."""
    found: set[str] = set()
    for wording in slot.wordings.values():
        for text in (wording.question, wording.label, wording.form_label, *wording.names, *wording.cues):
            words = stems(text)
            found.update(
                after
                for before, after in itertools.pairwise(words)
                if before in _PER or before in {"a", "usual"}
            )
    return frozenset(found)


def negative(items: tuple[Item, ...]) -> bool:
    """A minus before a number with no number before it: "-3", "minus three"."""
    for index, item in enumerate(items):
        if isinstance(item, Number):
            continue
        following = items[index + 1] if index + 1 < len(items) else None
        preceding = items[index - 1] if index else None
        if item.text not in {"-", "minus", "negative"} or not isinstance(following, Number):
            continue
        if preceding is None or (item.text != "-" and not isinstance(preceding, Number)):
            return True
    return False


def joined_value(numbers: tuple[Number, ...]) -> Decimal | None:
    """What two numbers side by side may mean together: "one fifty" 150, "150 000" 150000."""
    if len(numbers) != 2 or numbers[0].end != numbers[1].start:
        return None
    first, second = numbers
    if first.spoken and second.spoken and 1 <= first.value <= 99 and 10 <= second.value <= 99:
        return first.value * 100 + second.value
    if second.text.isdigit() and len(second.text) == 3 and first.text.isdigit():
        return first.value * 1000 + second.value
    return None
