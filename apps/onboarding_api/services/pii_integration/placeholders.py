"""`[REDACTED_EMAIL]`, then `[REDACTED_EMAIL_2]` for a second value of the kind.

A person may type what looks like a placeholder. It is escaped when text is redacted, visibly and reversibly:
`[REDACTED_` becomes `[REDACTED\\_`, and one more backslash for each that is there already. Restoring takes one away.
So what a person typed can never turn into somebody's value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import regex

PLACEHOLDER = regex.compile(r"\[REDACTED_[A-Z]{1,40}+(?:_[1-9]\d{0,6}+)?\]")
_ESCAPABLE = regex.compile(r"\[REDACTED(\\*+)_")
_EITHER = regex.compile(r"\[REDACTED(?:(?P<escape>\\++)_|_[A-Z]{1,40}+(?:_[1-9]\d{0,6}+)?\])")


def name(kind: str, number: int) -> str:
    """The placeholder of the `number`th value of a kind, from 1."""
    return f"[REDACTED_{kind}]" if number == 1 else f"[REDACTED_{kind}_{number}]"


def number_of(placeholder: str) -> int:
    """The inverse of `name`."""
    last = placeholder[:-1].rpartition("_")[2]
    return int(last) if last.isdigit() else 1


def escape(text: str) -> str:
    return (
        _ESCAPABLE.sub(lambda match: f"[REDACTED{match.group(1)}\\_", text) if "[REDACTED" in text else text
    )


def named_in(texts: Iterable[str]) -> set[str]:
    """All placeholders that stand in the texts."""
    return {match.group() for text in texts if "[REDACTED_" in text for match in PLACEHOLDER.finditer(text)}


def fill(text: str, value_of: Callable[[str], str | None]) -> str:
    """Placeholders replaced by their values (unknown ones stay), escapes undone; a value is not read again."""
    if "[REDACTED" not in text:
        return text

    def one(match: regex.Match[str]) -> str:
        if match.group("escape"):
            return f"[REDACTED{match.group('escape')[1:]}_"
        value = value_of(match.group())
        return match.group() if value is None else value

    return _EITHER.sub(one, text)
