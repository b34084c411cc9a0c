"""E-mail addresses, written or spoken: "ramesh dot kumar at the rate gmail dot com"."""

import regex

from apps.onboarding.flows.grammar.folding import fold_with_map
from apps.onboarding.flows.grammar.numbers import small_value
from apps.onboarding.flows.grammar.results import PersonalSpan
from apps.onboarding.flows.grammar.tokens import Token, tokenise
from apps.onboarding.flows.words import english_numbers
from apps.onboarding.flows.words import personal as words

_VALID = regex.compile(
    r"^[a-z0-9](?:[a-z0-9._%+-]{0,62}[a-z0-9_])?@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,5}[a-z]{2,24}$"
)
_MOST_TOKENS = 24
_BRACKETED = tuple(
    (f"{opening}{word}{closing}", f" {word} ")
    for word in ("at", "dot")
    for opening, closing in ("()", "[]", "{}", "<>")
)
"""Obfuscated joints; the replacement has the same length, so that positions stay."""
_ENDINGS = frozenset({"com", "in", "org", "net", "io", "edu", "gov"})


class _Mail:
    """Looks for one address around an "at"."""

    def __init__(self, tokens: tuple[Token, ...]) -> None:
        self.tokens = tokens

    def at_length(self, index: int) -> int:
        for phrase in words.AT:
            said = tuple(token.text for token in self.tokens[index : index + len(phrase)])
            if said == phrase:
                return len(phrase)
        return 0

    def glued(self, index: int) -> bool:
        """Whether token `index` touches the one after it."""
        return index + 1 < len(self.tokens) and self.tokens[index].end == self.tokens[index + 1].start

    def connector(self, index: int) -> str:
        if not 0 <= index < len(self.tokens):
            return ""
        return words.CONNECTORS.get(self.tokens[index].text, "")

    def part(self, index: int) -> str | None:
        """What a token contributes: letters, or the digits of a number word."""
        if not 0 <= index < len(self.tokens):
            return None
        token = self.tokens[index]
        if token.kind == "symbol":
            return None
        return words.DEVANAGARI_DOMAINS.get(token.text, token.text)

    def local_start(self, at: int) -> int:
        """The first token of the local part, reading back from the "at"."""
        index = at
        while index > 0 and at - index < _MOST_TOKENS:
            before = index - 1
            token = self.tokens[before]
            touching = self.glued(before)
            first = index == at
            after_connector = not first and bool(self.connector(index))
            if token.kind == "symbol":
                if not (self.connector(before) and touching):
                    break
            elif self.connector(before):
                if first:
                    break
            elif not touching and not first and not after_connector:
                chained = self._letter_or_number(before) or self._letter_or_number(index)
                if not chained or token.text in words.EMAIL_STOPS:
                    break
            elif not touching and first and token.text in words.EMAIL_STOPS:
                break
            index = before
        while index < at and self.connector(index):
            index += 1
        return index

    def _letter_or_number(self, index: int) -> bool:
        token = self.tokens[index]
        return (
            token.kind == "digits" or len(token.text) == 1 or small_value(token.text, hindi=False) is not None
        )

    def domain_end(self, start: int) -> tuple[int, bool]:
        """One past the last token of the domain, and whether it has a dot."""
        index, dotted = start, False
        if self.part(index) is None:
            return start, False
        index += 1
        while index < len(self.tokens) and index - start < _MOST_TOKENS:
            if self.glued(index - 1) and self.part(index) is not None:
                index += 1
                continue
            joint = self.connector(index)
            if joint in {".", "-"} and self.part(index + 1) is not None:
                spaced = self.tokens[index].kind == "symbol" and not self.glued(index) and dotted
                if spaced:
                    break
                dotted = dotted or joint == "."
                index += 2
                continue
            break
        return index, dotted

    def spell(self, start: int, end: int) -> str:
        """The characters of a stretch of tokens."""
        text = ""
        index = start
        while index < end:
            token = self.tokens[index]
            joint = words.CONNECTORS.get(token.text)
            value = small_value(token.text, hindi=False) if token.kind == "word" else None
            following = self.tokens[index + 1].text if index + 1 < end else ""
            if joint is not None:
                text += joint
            elif value is not None and not self.glued(index):
                unit = english_numbers.UNITS.get(following, 0)
                if token.text in english_numbers.TENS and 0 < unit < 10:
                    value, index = value + unit, index + 1
                text += str(value)
            else:
                text += words.DEVANAGARI_DOMAINS.get(token.text, token.text)
            index += 1
        return text


def find_emails(text: str) -> tuple[PersonalSpan, ...]:
    """Every address. One that is cut off ("ramesh at gmail") is a span that is not valid."""
    folded, origin = fold_with_map(text)
    for written, plain in _BRACKETED:
        folded = folded.replace(written, plain)
    tokens = tokenise(folded, folded=True)
    mail = _Mail(tokens)
    spans: list[PersonalSpan] = []
    reached = 0
    index = 0
    while index < len(tokens):
        length = mail.at_length(index)
        start = mail.local_start(index) if length else index
        if not length or start >= index or start < reached:
            index += 1
            continue
        end, dotted = mail.domain_end(index + length)
        sign = tokens[index].text == "@"
        known = mail.part(index + length) in words.PROVIDERS
        cut_off = not dotted and end < len(tokens) and tokens[end].text in _ENDINGS
        if cut_off:
            end += 1
        if (end == index + length and not sign) or not (dotted or sign or known or cut_off):
            index += 1
            continue
        address = f"{mail.spell(start, index)}@{mail.spell(index + length, end)}"
        valid = not cut_off and _VALID.match(address) is not None and ".." not in address
        last = max(end - 1, index)
        spans.append(
            PersonalSpan(
                start=origin[tokens[start].start],
                end=origin[tokens[last].end - 1] + 1,
                kind="EMAIL",
                normalised=address if valid else None,
                valid=valid,
            )
        )
        reached = index = max(end, index + length)
    return tuple(spans)
