"""Which benches there are: the files in `subjects`."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass

from scripts.benches import subjects
from scripts.benches.bed import Bed
from scripts.benches.results import Result


@dataclass(frozen=True, kw_only=True)
class Bench:
    """`summary` is one line for --help; `run` measures, raising `CannotMeasure` where it cannot."""

    summary: str
    run: Callable[[Bed], Result]


def names() -> list[str]:
    return sorted(module.name for module in pkgutil.iter_modules(subjects.__path__))


def load(name: str) -> Bench:
    """The bench of that name; `KeyError` where there is none."""
    if name not in names():
        raise KeyError(name)
    found = importlib.import_module(f"{subjects.__name__}.{name}").BENCH
    assert isinstance(found, Bench)
    return found
