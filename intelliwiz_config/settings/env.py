"""The one place where the environment is read.

Each reader returns a typed value, or remembers a problem that names the variable. `manage.py check` prints the
problems; nothing starts with one.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

problems: list[str] = []
"""One line for each variable with a wrong value, filled while the settings load."""


def _read(name: str, default: T, parse: Callable[[str], T], wanted: str) -> T:
    raw = os.environ.get(name, "").strip()
    if raw == "":
        return default
    try:
        return parse(raw)
    except ValueError:
        problems.append(f"{name} must be {wanted}")
        return default


def text(name: str, default: str = "") -> str:
    return _read(name, default, str, "text")


def integer(name: str, default: int, *, low: int = 0, high: int = 2**31) -> int:
    def parse(raw: str) -> int:
        value = int(raw)
        if not low <= value <= high:
            raise ValueError(raw)
        return value

    return _read(name, default, parse, f"a whole number from {low} to {high}")


def number(name: str, default: float, *, low: float = 0.0, high: float = 1e9) -> float:
    def parse(raw: str) -> float:
        value = float(raw)
        if not low <= value <= high:
            raise ValueError(raw)
        return value

    return _read(name, default, parse, f"a number from {low} to {high}")


def boolean(name: str, default: bool) -> bool:
    def parse(raw: str) -> bool:
        lowered = raw.lower()
        if lowered in {"1", "true", "yes", "on"}:
            return True
        if lowered in {"0", "false", "no", "off"}:
            return False
        raise ValueError(raw)

    return _read(name, default, parse, "true or false")


def choice(name: str, default: str, options: tuple[str, ...]) -> str:
    def parse(raw: str) -> str:
        if raw not in options:
            raise ValueError(raw)
        return raw

    return _read(name, default, parse, f"one of {', '.join(options)}")


def words(name: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
    """A comma-separated list."""
    return _read(
        name,
        default,
        lambda raw: tuple(w.strip() for w in raw.split(",") if w.strip()),
        "a comma-separated list",
    )


def path(name: str, default: Path) -> Path:
    return _read(name, default, Path, "a path").expanduser().absolute()


def url(name: str, default: str, schemes: tuple[str, ...]) -> str:
    def parse(raw: str) -> str:
        if raw.partition("://")[0] not in schemes:
            raise ValueError(raw)
        return raw

    return _read(
        name, default, parse, f"an address starting with one of {', '.join(s + '://' for s in schemes)}"
    )
