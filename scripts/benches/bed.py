"""The test bed: a scratch copy of the product, started when the first bench asks for it and shared by all."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from scripts.benches.product import Product

SESSIONS = 100_000
"""Of the bench that counts many, where the call names no number."""


class Bed:
    """Everything lies in `folder` and ends with `close`."""

    def __init__(
        self, folder: Path, *, say: Callable[[str], None] | None = None, sessions: int = SESSIONS
    ) -> None:
        self.folder, self.sessions = folder, sessions
        self._say = say or (lambda text: print(text, file=sys.stderr, flush=True))
        self._product: Product | None = None

    def say(self, text: str) -> None:
        """Progress, for the person who waits; never part of the results."""
        self._say(text)

    def product(self) -> Product:
        """A running copy (web, workers, keeper, beat, PostgreSQL, Redis), warm or not."""
        if self._product is None:
            self.say("Starting a scratch copy of the product")
            self._product = Product(self.folder / "product")
            self._product.start()
        return self._product

    def close(self) -> None:
        if self._product is not None:
            self._product.stop()
            self._product = None
