"""Many processes upload into the same sessions at once; then the same, one after the other, in the model."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from scripts.quota_model.model import Quotas, Session
from scripts.supervisor.layout import ROOT

_WINDOW_SECONDS = 1
_QUOTAS = {
    "max_photos": 20,
    "max_documents": 7,
    "max_bytes": 120_000,
    "photos_per_minute": 6,
    "uploads_at_once": 3,
}
# How often a session is met before the processes move on: enough to use it up.
_OPERATIONS_TO_A_SESSION = 150


@dataclass
class Compared:
    operations: int = 0
    admitted: int = 0
    refused: int = 0
    differing: int = 0
    """Decided unlike the model."""
    figures: int = 0
    """Decided alike, with other figures of what is used."""
    missing: int = 0
    """Numbers in the order of Redis that no process tells of."""
    seconds: float = 0.0
    example: str = ""
    """The last difference, for whoever looks for its cause."""

    @property
    def is_exact(self) -> bool:
        return not (self.differing or self.figures or self.missing)


def sessions_for(operations: int) -> int:
    return max(2, operations // _OPERATIONS_TO_A_SESSION)


def compare(
    folder: Path, *, sessions: list[UUID], environment: dict[str, str], operations: int, processes: int = 8,
    seed: int = 1,
) -> Compared:  # fmt: skip
    """`sessions` have no uploads yet; `environment` leads the processes to them."""
    began = time.monotonic()
    logs, children = [], []
    for number in range(processes):
        log = folder / f"uploads-{number}"
        given = {
            "log": str(log),
            "operations": operations // processes,
            "seed": seed * 1_000 + number,
            "sessions": [str(one) for one in sessions],
            "quotas": _QUOTAS,
            "window": _WINDOW_SECONDS,
        }
        children.append(
            subprocess.Popen(
                [sys.executable, "-m", "scripts.quota_model.child", json.dumps(given)],
                cwd=ROOT,
                env={**os.environ, **environment},
            )
        )
        logs.append(log)
    failed = [child.wait() for child in children]
    if any(failed):
        raise RuntimeError("a process of the comparison did not get through")
    found = _replay(logs)
    found.seconds = time.monotonic() - began
    return found


def _replay(logs: list[Path]) -> Compared:
    lines: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for log in logs:
        for line in log.read_text(encoding="ascii").splitlines():
            told = json.loads(line)
            lines[told["session"]].append(told)
    found = Compared()
    for of_session in lines.values():
        of_session.sort(key=lambda told: int(told["number"]))
        found.missing += of_session[-1]["number"] - len(of_session)
        _replay_session(of_session, found)
    return found


def _replay_session(lines: list[dict[str, Any]], found: Compared) -> None:
    model = Session(
        Quotas(
            at_once=_QUOTAS["uploads_at_once"],
            burst=_QUOTAS["photos_per_minute"],
            photos=_QUOTAS["max_photos"],
            documents=_QUOTAS["max_documents"],
            bytes=_QUOTAS["max_bytes"],
            window_seconds=_WINDOW_SECONDS,
        )
    )
    for told in lines:
        asked, answer = told["asked"], told["answer"]
        found.operations += 1
        match asked["aim"]:
            case "new":
                cost = (asked["cost"]["photos"], asked["cost"]["documents"], asked["cost"]["bytes"])
                stored = [row[0] for row in asked["known"]["rows"]]
                admitted = model.reserve(told["at"], asked["id"], cost, stored=stored)
                found.admitted += bool(answer[0])
                found.refused += not answer[0]
                expected = [len(model.under_way), model.burst(told["at"]), *model.used()]
                if admitted != bool(answer[0]):
                    found.differing += 1
                elif expected != answer[3:13:2]:
                    found.figures += 1
                else:
                    continue
                found.example = f"the model has {admitted} {expected}, Redis {told}"
            case "settled":
                model.settle({asked["id"], *(row[0] for row in asked["known"]["rows"])})
            case "release":
                model.release(asked["id"])
