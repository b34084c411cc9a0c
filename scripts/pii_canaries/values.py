"""The planted values: names, e-mail addresses and telephone numbers of six languages, from a seed; nobody's."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from scripts.pii_evaluation import fillers
from scripts.pii_evaluation.templates import LANGUAGES, Slot

KINDS = ("NAME", "EMAIL", "PHONE")


@dataclass(eq=False, slots=True)
class Canary:
    """`session` is set where the session knows the value, because it was the answer to a question for it.

    `doors` are those it was pushed through.
    """

    number: int
    kind: str
    language: str
    value: str
    session: str = ""
    doors: set[str] = field(default_factory=set)

    @property
    def is_known(self) -> bool:
        return bool(self.session)


class Aviary:
    """An endless supply, every value once, for several threads. `taken` are those that went out."""

    def __init__(self, *, seed: int, most: int) -> None:
        self._random = Random(seed)
        self._seen: set[str] = set()
        self._lock = threading.Lock()
        self._supply = {kind: self._made(kind) for kind in KINDS}
        self.most = most
        self.taken: list[Canary] = []

    @property
    def is_empty(self) -> bool:
        return len(self.taken) >= self.most

    def take(self, kind: str, door: str, *, language: str | None = None) -> Canary:
        """A fresh value for a door."""
        with self._lock:
            made = next(self._supply[kind]) if language is None else self._one(kind, language)
            made.doors.add(door)
            self.taken.append(made)
            return made

    def several(self, count: int, door: str, *, language: str | None = None) -> list[Canary]:
        return [self.take(KINDS[n % len(KINDS)], door, language=language) for n in range(count)]

    def any_language(self) -> str:
        return self._random.choice(LANGUAGES)

    def choose(self, options: tuple[str, ...]) -> str:
        return self._random.choice(options)

    def _made(self, kind: str) -> Iterator[Canary]:
        while True:
            for language in LANGUAGES:
                yield self._one(kind, language)

    def _one(self, kind: str, language: str) -> Canary:
        words = fillers.lists(language)
        for attempt in range(200):
            slot = Slot("FULL" if kind == "NAME" else kind)
            value = fillers.value_of(slot, language=language, words=words, random=self._random)
            if kind == "NAME" and attempt > 20:
                # The pairs of a small list run out: two family names are a name as well.
                value = f"{value} {self._random.choice(words['last'])}"
            if value not in self._seen:
                self._seen.add(value)
                return Canary(len(self._seen), kind, language, value)
        raise RuntimeError(f"the lists of {language} are used up")
