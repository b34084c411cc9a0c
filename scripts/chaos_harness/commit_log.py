"""A producer's own account of what it committed: lines of JSON, on disk before anybody is told.

`intent` is written before the transaction, `committed` in the first hook after its commit, `rolled_back` after it was
rolled back on purpose. An intent without either is in doubt: the producer or its database died in between.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Committed:
    """One task of a batch."""

    id: str
    kind: str
    key: str


@dataclass
class Batch:
    name: str
    tasks: tuple[Committed, ...]
    outcome: str = "in_doubt"
    """`committed`, `rolled_back` or `in_doubt`."""
    at: float = field(default=0.0)


class CommitLog:
    """Appends to one file; a line that a kill cut short is passed over by the readers."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("ab")
        self._file.write(b"\n")

    def intend(self, batch: str, tasks: list[Committed]) -> None:
        # Not yet synced: it outlives the process, and nobody counts on it.
        self._write({"what": "intent", "batch": batch, "tasks": [[t.id, t.kind, t.key] for t in tasks]})

    def commit(self, batch: str) -> None:
        self._write({"what": "committed", "batch": batch, "at": time.time()})
        os.fsync(self._file.fileno())

    def roll_back(self, batch: str) -> None:
        self._write({"what": "rolled_back", "batch": batch, "at": time.time()})
        os.fsync(self._file.fileno())

    def _write(self, line: dict[str, Any]) -> None:
        self._file.write(json.dumps(line, separators=(",", ":")).encode() + b"\n")
        self._file.flush()


def read(path: Path) -> list[Batch]:
    """All batches of one log."""
    batches: dict[str, Batch] = {}
    for line in _lines(path):
        if line["what"] == "intent":
            tasks = tuple(Committed(*task) for task in line["tasks"])
            batches[line["batch"]] = Batch(name=line["batch"], tasks=tasks)
        elif line["batch"] in batches:
            batch = batches[line["batch"]]
            batch.outcome, batch.at = line["what"], line["at"]
    return list(batches.values())


def read_all(folder: Path) -> list[Batch]:
    return [batch for path in sorted(folder.glob("committed-*.jsonl")) for batch in read(path)]


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    if not path.exists():
        return
    for raw in path.read_bytes().splitlines():
        try:
            line = json.loads(raw)
        except ValueError:
            continue
        if isinstance(line, dict):
            yield line
