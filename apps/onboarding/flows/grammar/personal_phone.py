"""Telephone numbers, written or spoken digit by digit."""

from dataclasses import dataclass

from apps.onboarding.flows.grammar.folding import fold_with_map
from apps.onboarding.flows.grammar.numbers import small_value
from apps.onboarding.flows.grammar.results import PersonalSpan
from apps.onboarding.flows.grammar.tokens import Token, tokenise
from apps.onboarding.flows.words import personal as words

_BETWEEN = frozenset({"-", ".", "(", ")", "/", ","})
_SHORTEST, _COMPLETE, _LONGEST = 3, 7, 16


@dataclass(frozen=True, slots=True)
class _Digits:
    """Digits that tokens stand for; `plus` marks the international prefix."""

    text: str
    plus: bool = False


def _digits_of(token: Token) -> _Digits | None:
    if token.kind == "digits":
        text = token.text.replace(",", "").replace(".", "")
        return _Digits(text=text)
    if token.text == "+" or token.text in words.PLUS:
        return _Digits(text="", plus=True)
    if token.kind != "word":
        return None
    if token.text in words.OH:
        return _Digits(text="0")
    value = small_value(token.text, hindi=True)
    return None if value is None else _Digits(text=str(value))


def _next_digits(tokens: tuple[Token, ...], index: int) -> tuple[_Digits | None, int]:
    """The digits at a position: one token, "double nine", or "nine hundred"."""
    token = tokens[index]
    repeat = 2 if token.text in words.DOUBLE else 3 if token.text in words.TRIPLE else 1
    if repeat > 1:
        if index + 1 >= len(tokens):
            return None, index
        inner = _digits_of(tokens[index + 1])
        if inner is None or len(inner.text) != 1:
            return None, index
        return _Digits(text=inner.text * repeat), index + 2
    digits = _digits_of(token)
    if digits is None:
        return None, index
    following = tokens[index + 1].text if index + 1 < len(tokens) else ""
    if token.kind == "word" and len(digits.text) == 1 and following in {"hundred", "thousand"}:
        return _Digits(text=digits.text + ("00" if following == "hundred" else "000")), index + 2
    return digits, index + 1


def _tens_joined(parts: list[str], spoken: list[bool]) -> str:
    """Digits of all parts; a spoken "twenty one" is 21 and not 201."""
    joined = ""
    index = 0
    while index < len(parts):
        part = parts[index]
        tens = spoken[index] and len(part) == 2 and part[1] == "0" and part != "10"
        if tens and index + 1 < len(parts) and spoken[index + 1] and len(parts[index + 1]) == 1:
            unit = parts[index + 1]
            joined += part[0] + unit if unit != "0" else part + unit
            index += 2
        else:
            joined += part
            index += 1
    return joined


def find_phones(text: str, region: str) -> tuple[PersonalSpan, ...]:
    """Every run of at least three digits, with its E.164 form where it is a valid number."""
    folded, origin = fold_with_map(text)
    tokens = tokenise(folded, folded=True)
    spans: list[PersonalSpan] = []
    index = 0
    while index < len(tokens):
        run = _run(tokens, index)
        if run is None:
            index += 1
            continue
        joined, plus, first, last = run
        before = tokens[first - 1].text if first else ""
        if before == "." and first > 1:
            before = tokens[first - 2].text
        after = tokens[last + 1].text if last + 1 < len(tokens) else ""
        counts = len(joined) < _COMPLETE and (after in words.SUBJECTS or before in words.EXTENSION)
        if len(joined) >= _SHORTEST and not counts:
            number = to_e164(("+" if plus else "") + joined, region)
            start = origin[tokens[first].start]
            end = origin[tokens[last].end - 1] + 1
            spans.append(
                PersonalSpan(start=start, end=end, kind="PHONE", normalised=number, valid=number is not None)
            )
        index = last + 1
    return tuple(spans)


def _run(tokens: tuple[Token, ...], start: int) -> tuple[str, bool, int, int] | None:
    """The longest run of digit tokens from a position: digits, plus, first and last token."""
    if tokens[start].text == "(":
        inside = tokens[start + 1].text if start + 1 < len(tokens) else ""
        if not (inside.isdigit() or inside == "+"):
            return None
    elif _next_digits(tokens, start)[0] is None:
        return None
    parts: list[str] = []
    spoken: list[bool] = []
    plus = False
    last = start
    index = start
    while index < len(tokens):
        token = tokens[index]
        if (token.kind == "symbol" and token.text in _BETWEEN) or (parts and token.text in words.HESITATION):
            index += 1
            continue
        digits, following = _next_digits(tokens, index)
        if digits is None or (digits.plus and parts):
            break
        if token.text == "o" and not parts and start == index:
            return None
        complete = len("".join(parts)) >= 10 and len(digits.text) >= 8
        if complete or len("".join(parts)) + len(digits.text) > _LONGEST + 4:
            break
        plus = plus or digits.plus
        if digits.text:
            parts.append(digits.text)
            spoken.append(token.kind == "word")
        last = following - 1
        index = following
    joined = _tens_joined(parts, spoken)
    return (joined, plus, start, last) if joined else None


def to_e164(number: str, region: str) -> str | None:
    """The E.164 form, or None if no country's plan has such a number."""
    # Imported here: its tables cost 30 ms, and only an answer with a telephone number needs them.
    import phonenumbers

    for candidate in (number, f"+{number}" if not number.startswith(("+", "0")) else number):
        try:
            parsed = phonenumbers.parse(candidate, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(parsed):
            return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))
    return None
