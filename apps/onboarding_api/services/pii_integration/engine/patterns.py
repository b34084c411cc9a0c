"""Patterns that are compiled at their first use: most texts need few of them, and compiling all takes longer than
everything else at the start of a process."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, cast

import regex

_METHODS = ("search", "match", "fullmatch", "finditer", "findall", "sub", "split")


class _Lazy:
    def __init__(self, source: str, flags: int, compiler: Callable[[str, int], Any]) -> None:
        self._compiler = compiler
        self._source = source
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        if name not in _METHODS:
            raise AttributeError(name)
        compiled = self._compiler(self._source, self._flags)
        # From now on the methods of the compiled pattern are found without coming here.
        self.__dict__.update({method: getattr(compiled, method) for method in _METHODS})
        return self.__dict__[name]


def lazily(source: str, flags: int = 0) -> regex.Pattern[str]:
    """The pattern, compiled when it is first asked for a match."""
    return cast("regex.Pattern[str]", _Lazy(source, flags, regex.compile))


def plain_lazily(source: str, flags: int = 0) -> re.Pattern[str]:
    """The same of the standard library, which is quicker where it can say what is wanted."""
    return cast("re.Pattern[str]", _Lazy(source, flags, re.compile))


_ASCII_LETTERS = re.compile(r"[a-z]+")
_LETTERS = lazily(r"[\p{L}\p{M}]++")


class AnyOf:
    """Any of some lower-case words; one with a star may go on."""

    __slots__ = ("_begun", "_whole")

    def __init__(self, words: Iterable[str]) -> None:
        given = list(words)
        self._whole = frozenset(word for word in given if not word.endswith("*"))
        self._begun = tuple(word[:-1] for word in given if word.endswith("*"))

    def spans_in(self, lower: str) -> list[tuple[int, int]]:
        """Where they stand in a text in lower case."""
        pattern = _ASCII_LETTERS if lower.isascii() else _LETTERS
        return [match.span() for match in pattern.finditer(lower) if self._is_one(match.group())]

    def is_in(self, lower: str) -> bool:
        """Whether one of them stands in a text in lower case."""
        pattern = _ASCII_LETTERS if lower.isascii() else _LETTERS
        words = pattern.findall(lower)
        return not self._whole.isdisjoint(words) or any(word.startswith(self._begun) for word in words)

    def _is_one(self, word: str) -> bool:
        return word in self._whole or word.startswith(self._begun)
