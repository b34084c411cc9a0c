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


def any_of(words: Iterable[str]) -> regex.Pattern[str]:
    """Any of the words; one with a star may go on."""
    body = "|".join(
        rf"{regex.escape(word.rstrip('*'))}[\p{{L}}\p{{M}}]*+" if word.endswith("*") else regex.escape(word)
        for word in sorted(words, key=len, reverse=True)
    )
    return regex.compile(rf"(?<![\p{{L}}\p{{M}}])(?:{body})(?![\p{{L}}\p{{M}}])")
