"""Looking for planted values in a heap of text, in every form it might have taken, in one pass over the text.

Raw, in another case, with other separators, percent-encoded, with JSON's escapes, in base64, in digits of any script.
Whole values only: a name is found by two of its words side by side, since the single words are in many a text.
"""

from __future__ import annotations

import base64
import binascii
import html
import itertools
import unicodedata
from collections.abc import Iterable, Iterator
from urllib.parse import unquote

import regex

from scripts.pii_canaries.values import Canary

_WORD = regex.compile(r"[\p{L}\p{M}]+")
_ADDRESS = regex.compile(r"[\w.+\-]+@[\w.\-]+")
_NUMBER = regex.compile(r"\+?\d(?:[\s().\-/\u2010-\u2015]{0,3}\d){6,40}")
_BASE64 = regex.compile(r"[A-Za-z0-9+/_\-]{12,}={0,2}")
_ESCAPED = regex.compile(r"\\+u([0-9a-fA-F]{4})")
_SHORTEST_PHONE = 8
_DEEPEST = 2


class Index:
    """What to look for. `found` gives the values that stand in a text, with a piece of the text around each."""

    def __init__(self, canaries: Iterable[Canary]) -> None:
        self._pairs: dict[tuple[str, str], Canary] = {}
        self._addresses: dict[str, Canary] = {}
        self._phones: dict[str, Canary] = {}
        for one in canaries:
            self._add(one)
        self._lengths = sorted({len(phone) for phone in self._phones})

    def _add(self, one: Canary) -> None:
        if one.kind == "NAME":
            words = _WORD.findall(_folded(one.value))
            for pair in itertools.pairwise(words):
                self._pairs.setdefault(pair, one)
        elif one.kind == "EMAIL":
            self._addresses.setdefault(one.value.casefold(), one)
            local = _WORD.findall(one.value.partition("@")[0].casefold())
            if len(local) == 2 and min(map(len, local)) > 2:
                self._pairs.setdefault((local[0], local[1]), one)
        else:
            digits = _digits(one.value)
            # Without the country's code or the zero before it, however it was written.
            for national in {digits, digits.lstrip("0"), digits[-9:] if len(digits) > 9 else digits}:
                if len(national) >= _SHORTEST_PHONE:
                    self._phones.setdefault(national, one)

    def found(self, text: str) -> dict[Canary, str]:
        """Each value that stands in the text in some form, with what stands around it."""
        result: dict[Canary, str] = {}
        for view in _views(text, depth=0):
            self._look(view, result)
        return result

    def _look(self, text: str, result: dict[Canary, str]) -> None:
        folded = _folded(text)
        if "@" in folded:
            for match in _ADDRESS.finditer(folded):
                self._hit(self._addresses.get(match.group().strip(".-+")), folded, match.start(), result)
        previous = ""
        for match in _WORD.finditer(folded):
            word = match.group()
            self._hit(self._pairs.get((previous, word)), folded, match.start(), result)
            previous = word
        for match in _NUMBER.finditer(folded):
            digits = _digits(match.group())
            for length in self._lengths:
                for start in range(len(digits) - length + 1):
                    self._hit(self._phones.get(digits[start : start + length]), folded, match.start(), result)

    def _hit(self, canary: Canary | None, text: str, at: int, result: dict[Canary, str]) -> None:
        if canary is not None and canary not in result:
            result[canary] = text[max(0, at - 80) : at + 80]


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


def _digits(text: str) -> str:
    return "".join(
        str(unicodedata.digit(c)) for c in text if c.isdigit() and unicodedata.digit(c, None) is not None
    )


def _views(text: str, *, depth: int) -> Iterator[str]:
    """The text as it is, and decoded in every way that may apply, one inside the other."""
    yield text
    if depth >= _DEEPEST:
        return
    if "%" in text:
        yield from _changed(text, unquote(text), depth)
    if "\\u" in text:
        yield from _changed(text, _unescaped(text), depth)
    if "&#" in text or "&amp;" in text:
        yield from _changed(text, html.unescape(text), depth)
    decoded = "\n".join(_decoded(text))
    if decoded:
        yield from _views(decoded, depth=depth + 1)


def _changed(before: str, after: str, depth: int) -> Iterator[str]:
    if after != before:
        yield from _views(after, depth=depth + 1)


def _unescaped(text: str) -> str:
    plain = _ESCAPED.sub(lambda match: chr(int(match.group(1), 16)), text)
    # Two halves of a pair become one character.
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _decoded(text: str) -> Iterator[str]:
    """What runs of base64 hold, where that is text; at each of the four places where a group may begin."""
    for match in _BASE64.finditer(text):
        run = match.group().rstrip("=").replace("-", "+").replace("_", "/")
        for start in range(4):
            part = run[start:]
            part = part[: len(part) // 4 * 4]
            try:
                plain = base64.b64decode(part).decode("utf-8")
            except (binascii.Error, UnicodeDecodeError):
                continue
            if plain.isprintable():
                yield plain
