"""Uploaders are killed at random points; what their sessions hold afterwards is what the rows say."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from uuid import UUID

from scripts.supervisor.layout import ROOT

_LEASE_SECONDS = 2.0
_KILLS_TO_A_SESSION = 8


@dataclass(frozen=True)
class Killed:
    """`places`, `photos`, `documents`, `bytes`: held beyond the rows when all leases had ended. `ledger`: sessions
    whose ledger is not the sum of their rows. `over`: quotas passed."""

    kills: int
    with_uploads_under_way: int
    uploads: int
    places: int
    photos: int
    documents: int
    bytes: int
    ledger: int
    over: int
    files_without_row: int
    seconds_to_rest: float

    @property
    def drift(self) -> tuple[int, ...]:
        return (self.places, self.photos, self.documents, self.bytes, self.ledger, self.over)


def sessions_for(kills: int) -> int:
    return 3 + kills // _KILLS_TO_A_SESSION


def kill_uploaders(
    *, kills: int, sessions: list[UUID], user_id: int, environment: dict[str, str], seed: int = 1
) -> Killed:
    given = {
        "kills": kills,
        "sessions": [str(one) for one in sessions],
        "user": user_id,
        "lease": _LEASE_SECONDS,
        "seed": seed,
    }
    done = subprocess.run(
        [sys.executable, "-m", "scripts.quota_model.nursery", json.dumps(given)],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        check=True,
    )
    return Killed(**json.loads(done.stdout))
