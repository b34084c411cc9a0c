"""Reads the one number of an answer, and says when there is doubt about it."""

from dataclasses import dataclass
from decimal import Decimal

from apps.onboarding.flows.definition import Slot
from apps.onboarding.flows.grammar.matching import is_filler, vocabulary
from apps.onboarding.flows.grammar.numbers import Item, Number, read
from apps.onboarding.flows.grammar.tokens import stem
from apps.onboarding.flows.words import fillers


@dataclass(frozen=True, slots=True)
class Amounts:
    """The numbers that count in a text, after spoken repairs. `doubtful` if other words may change them."""

    numbers: tuple[Number, ...]
    items: tuple[Item, ...]
    doubtful: bool

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
    return Amounts(numbers=tuple(numbers), items=items, doubtful=_doubtful(slot, items, numbers, units))


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
    for first, second in zip(places, places[1:], strict=False):
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
    previous: Item | None = None
    for index, item in enumerate(items):
        if isinstance(item, Number):
            previous = item
            continue
        word = item.text
        if item.kind == "symbol":
            if word == "?" or (word in {"+", "%", "/", "*", "<", ">"} and numbers):
                return True
            if word == "-" and _is_minus(items, index):
                return True
            continue
        if word in fillers.DANGER and stem(word) not in own and word not in units:
            if repaired and word in {"not", "but"}:
                continue
            return True
        follows = isinstance(previous, Number)
        if follows and not is_filler(word, slot) and word not in units and stem(word) not in units:
            return True
        previous = item
    return False


def _is_minus(items: tuple[Item, ...], index: int) -> bool:
    """A hyphen before a number with no number before it."""
    following = items[index + 1] if index + 1 < len(items) else None
    preceding = items[index - 1] if index else None
    return isinstance(following, Number) and not isinstance(preceding, Number)


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
