"""Number words and digits of English and Hindi to exact decimals."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from apps.onboarding.flows.grammar.tokens import Token, tokenise
from apps.onboarding.flows.words import english_numbers, hindi_numbers, listed

_HALF = Decimal("0.5")
_QUARTER = Decimal("0.25")
_LARGEST = Decimal(10) ** 12


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a text: its exact value, the last scale word in it (1 if none), and its words."""

    value: Decimal
    scale: Decimal
    text: str
    start: int
    end: int
    spoken: bool


Item = Number | Token


def _table(rows: Sequence[str]) -> dict[str, int]:
    from apps.onboarding.flows.grammar.folding import fold

    return {fold(word): value for value, row in enumerate(rows) for word in row.split("/")}


def _folded(words: frozenset[str]) -> frozenset[str]:
    from apps.onboarding.flows.grammar.folding import fold

    return frozenset(fold(word) for word in words)


@dataclass(frozen=True)
class _Words:
    """The folded vocabulary of numbers."""

    small: dict[str, int]
    roman: dict[str, int]
    scales: dict[str, int]
    one_and_half: frozenset[str]
    two_and_half: frozenset[str]
    plus_half: frozenset[str]
    plus_quarter: frozenset[str]
    less_quarter: frozenset[str]
    half: frozenset[str]


@lru_cache(maxsize=1)
def _words() -> _Words:
    from apps.onboarding.flows.grammar.folding import fold

    return _Words(
        small=english_numbers.CARDINALS | _table(hindi_numbers.DEVANAGARI),
        roman=_table(hindi_numbers.ROMAN),
        scales=english_numbers.SCALES | {fold(word): value for word, value in hindi_numbers.SCALES.items()},
        one_and_half=_folded(hindi_numbers.ONE_AND_HALF),
        two_and_half=_folded(hindi_numbers.TWO_AND_HALF),
        plus_half=_folded(hindi_numbers.PLUS_HALF),
        plus_quarter=_folded(hindi_numbers.PLUS_QUARTER),
        less_quarter=_folded(hindi_numbers.LESS_QUARTER),
        half=_folded(hindi_numbers.HALF),
    )


HINDI_SIGNS = frozenset(
    listed(
        """
    hai hain he baje baj bajkar se tak ka ki ke ko aur manzil manjil guard gaard din ghante ghanta
    minute lakh lac sau hazar hazaar har mein me log aadmi darwaze darwaja gate subah shaam sham raat
    dopahar subha ya nahi nahin haan ji lift log kul sirf bas keval ek teen char chaar paanch panch varg
    roz rozana logon aate paune sadhe saadhe sade sava sawa kilo bai guna hafte hafta mahine mahina baad
        baar bar gasht camera camere
        meter bistar shift pali karod karor foot fut gaj acre ekad minute
    """
    )
)
"""Words beside which a Latin "do" is read as the Hindi two and not as the English verb."""


def small_value(word: str, *, hindi: bool) -> int | None:
    """The value of one number word below 100, or None. `hindi` admits the Latin "do"."""
    words = _words()
    value = words.small.get(word)
    if value is not None:
        return value
    if word == "do" and not hindi:
        return None
    return words.roman.get(word)


def speaks_hindi(tokens: Sequence[Token], language: str) -> bool:
    """Whether a Latin "do" may be the number two in these tokens."""
    if language.startswith("hi"):
        return True
    texts = [token.text for token in tokens if token.kind != "symbol"]
    if len(texts) == 1:
        return True
    return any(text in HINDI_SIGNS for text in texts)


class _Reader:
    """Reads one number from a position. Left to right, no backtracking."""

    def __init__(self, tokens: Sequence[Token], *, hindi: bool) -> None:
        self.tokens = tokens
        self.hindi = hindi
        self.words = _words()

    def text(self, index: int) -> str:
        return self.tokens[index].text if 0 <= index < len(self.tokens) else ""

    def joined(self, index: int) -> bool:
        """Whether token `index` is a hyphen that ties its neighbours without a space."""
        return (
            self.text(index) == "-"
            and 0 < index < len(self.tokens) - 1
            and self.tokens[index - 1].end == self.tokens[index].start
            and self.tokens[index].end == self.tokens[index + 1].start
        )

    def scale(self, index: int, *, after_number: bool) -> Decimal | None:
        word = self.text(index)
        value = self.words.scales.get(word)
        if value is None and after_number:
            value = english_numbers.SUFFIXES.get(word)
        return None if value is None else Decimal(value)

    def read(self, start: int) -> Number | None:
        """The number that starts at token `start`, or None."""
        special = self._special(start)
        if special is not None:
            return special
        return self._plain(start)

    def _number(self, value: Decimal, scale: Decimal, start: int, end: int) -> Number | None:
        if value > _LARGEST:
            return None
        tokens = self.tokens[start:end]
        return Number(
            value=value,
            scale=scale,
            text=" ".join(token.text for token in tokens),
            start=start,
            end=end,
            spoken=any(token.kind == "word" for token in tokens),
        )

    def _special(self, start: int) -> Number | None:
        """dedh, dhai, sadhe, sava, paune, half a lakh."""
        word, words = self.text(start), self.words
        if word in words.one_and_half or word in words.two_and_half:
            base = Decimal("1.5") if word in words.one_and_half else Decimal("2.5")
            return self._scaled(base, start, start + 1)
        if word in words.plus_half or word in words.plus_quarter or word in words.less_quarter:
            value, index = self._small(start + 1)
            if value is None:
                if word in words.plus_half or self.scale(start + 1, after_number=False) is None:
                    return None
                value, index = Decimal(1), start + 1
            shift = {True: _HALF}.get(word in words.plus_half, _QUARTER)
            if word in words.less_quarter:
                shift = -_QUARTER
            return self._scaled(value + shift, start, index)
        if word in words.half or word == "half":
            index = start + 1
            if self.text(index) in {"a", "an"}:
                index += 1
            if self.scale(index, after_number=False) is not None:
                return self._scaled(_HALF, start, index)
        return None

    def _scaled(self, base: Decimal, start: int, index: int) -> Number | None:
        """A base with the scale words behind it, if any."""
        scale = self.scale(index, after_number=True)
        if scale is None:
            return self._number(base, Decimal(1), start, index)
        return self._number(base * scale, scale, start, index + 1)

    def _small(self, index: int) -> tuple[Decimal | None, int]:
        """Digits or one word below 100, with "twenty-five" joined."""
        if index >= len(self.tokens):
            return None, index
        token = self.tokens[index]
        if token.kind == "digits":
            return Decimal(token.text.replace(",", "")), index + 1
        if token.kind != "word":
            return None, index
        value = small_value(token.text, hindi=self.hindi)
        if value is None:
            return None, index
        if token.text in english_numbers.TENS:
            following = index + 2 if self.joined(index + 1) else index + 1
            unit = english_numbers.UNITS.get(self.text(following))
            if unit is not None and 0 < unit < 10:
                return Decimal(value + unit), following + 1
        return Decimal(value), index + 1

    def _plain(self, start: int) -> Number | None:
        total = Decimal(0)
        joins = self.text(start - 1) != "between"  # "between five hundred and one thousand" is two numbers
        last_scale: Decimal | None = None
        group: Decimal | None = None
        group_hundred = False
        index = start
        if self.text(start) in {"a", "an"} and self.scale(start + 1, after_number=False) is not None:
            group, index = Decimal(1), start + 1
        while index < len(self.tokens):
            position = index
            if (
                joins
                and self.text(index) == "and"
                and (group_hundred or last_scale is not None)
                and index > start
            ):
                position = index + 1
            scale = self.scale(position, after_number=group is not None)
            if position == index and scale is not None:
                if scale == 100 and group is not None and group >= 100:
                    break
                if scale == 100 or scale == 12:
                    group = (Decimal(1) if group is None else group) * scale
                    group_hundred = scale == 100
                    index += 1
                    continue
                if group is None and last_scale is not None:
                    break
                if last_scale is not None and scale >= last_scale:
                    break
                total += (Decimal(1) if group is None else group) * scale
                group, group_hundred, last_scale = None, False, scale
                index += 1
                continue
            value, following = self._small(position)
            if value is not None and position > index and self._begins_another(following, last_scale):
                break
            if value is not None:
                if group is not None and not (group_hundred and group % 100 == 0 and value < 100):
                    break
                if group is None and last_scale is not None and value >= last_scale:
                    break
                if (group is not None or last_scale is not None) and value != value.to_integral_value():
                    break
                group = value if group is None else group + value
                group_hundred = group_hundred and value == 0
                index = following
                continue
            break
        if index == start:
            return None
        if group is None and last_scale is None:
            return None
        return self._tail(total, group, last_scale, start, index)

    def _begins_another(self, following: int, last_scale: Decimal | None) -> bool:
        """Behind "and": whether "two hundred" or "five thousand" starts a number of its own."""
        scale = self.scale(following, after_number=True)
        if scale is None:
            return False
        return scale == 100 or (last_scale is not None and scale >= last_scale)

    def _tail(
        self, total: Decimal, group: Decimal | None, last_scale: Decimal | None, start: int, index: int
    ) -> Number | None:
        """ "point five", "and a half", and a scale behind either."""
        value = group or Decimal(0)
        fraction, after = self._fraction(index)
        if fraction is not None:
            scale = self.scale(after, after_number=True)
            if group is None and last_scale is not None:
                return self._number(total + fraction * last_scale, last_scale, start, after)
            if scale is not None:
                return self._number(total + (value + fraction) * scale, scale, start, after + 1)
            return self._number(total + value + fraction, last_scale or Decimal(1), start, after)
        return self._number(total + value, last_scale or Decimal(1), start, index)

    def _fraction(self, index: int) -> tuple[Decimal | None, int]:
        word = self.text(index)
        if word in {"point", "dashamlav", "दशमलव", "पॉइंट", "पाइंट"}:
            digits, at = "", index + 1
            while True:
                token = self.tokens[at] if at < len(self.tokens) else None
                if token is not None and token.kind == "digits" and token.text.isdigit() and not digits:
                    digits, at = token.text, at + 1
                    break
                value = small_value(token.text, hindi=self.hindi) if token and token.kind == "word" else None
                if value is None or value > 9 or len(digits) >= 6:
                    break
                digits, at = digits + str(value), at + 1
            return (Decimal(f"0.{digits}"), at) if digits else (None, index)
        if word in {"and", "&"}:
            at = index + 1
            if self.text(at) in {"a", "an"}:
                at += 1
            if self.text(at) == "half":
                return _HALF, at + 1
            if self.text(at) == "quarter":
                return _QUARTER, at + 1
        return None, index


def read_items(tokens: Sequence[Token], language: str) -> tuple[Item, ...]:
    """The tokens with every run of number words replaced by one `Number`."""
    reader = _Reader(tokens, hindi=speaks_hindi(tokens, language))
    items: list[Item] = []
    index = 0
    while index < len(tokens):
        number = reader.read(index)
        if number is None:
            items.append(tokens[index])
            index += 1
        else:
            items.append(number)
            index = number.end
    return tuple(items)


def read(text: str, language: str = "en") -> tuple[Item, ...]:
    """Tokens and numbers of a text."""
    return read_items(tokenise(text), language)


def whole(value: Decimal) -> int | float:
    """A JSON number: an int where nothing is lost, else a float."""
    return int(value) if value == value.to_integral_value() else float(value)
