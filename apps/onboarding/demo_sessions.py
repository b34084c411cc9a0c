"""Some weeks of simulated sessions, so that the funnel of a fresh installation shows something.

`demo_sessions.csv` holds whole lives of a simulated world, drawn by `python -m scripts.funnel_simulator demo`; what is
stored is what would be known of them now. They belong to a client that says what they are, and that is closed to new
sessions: it can be looked at, no more.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

from django.utils import timezone

from apps.onboarding import simulated_sessions
from apps.onboarding.models import Client, FlowVersion
from apps.onboarding.simulated_sessions import SimulatedSession

SLUG, NAME = "simulated", "Simulated sites (demo)"
LIVES = Path(__file__).with_name("demo_sessions.csv")
"""A life started so many `days_before` today and `second_of_day` after midnight, UTC. `stages`: seconds from the start
to each, with a colon between; `left`: seconds until the last sign of life, empty for who completed; `cancelled`: 1
where they said that they leave.
"""


def load(*, now: datetime | None = None) -> Client:
    """The simulated client; its sessions are written where it has none."""
    client, _ = Client.objects.get_or_create(slug=SLUG, defaults={"name": NAME, "is_active": False})
    if not client.sessions.exists():
        simulated_sessions.write(known(client, now=now or timezone.now()))
    return client


def known(client: Client, *, now: datetime) -> Iterator[SimulatedSession]:
    """Of each life in the file what is known of it `now`; who has not begun is left out."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    flow = FlowVersion.objects.filter(is_default=True).order_by("name").first()
    with LIVES.open(encoding="ascii", newline="") as file:
        for life in csv.DictReader(file):
            started = today - timedelta(days=int(life["days_before"])) + _seconds(life["second_of_day"])
            if started <= now:
                yield _session(client, flow, life, started=started, now=now)


def _session(
    client: Client, flow: FlowVersion | None, life: Mapping[str, str], *, started: datetime, now: datetime
) -> SimulatedSession:
    stages = [started + _seconds(offset) for offset in life["stages"].split(":")]
    reached = tuple(moment for moment in stages if moment <= now)
    is_completed = not life["left"] and len(reached) == len(stages)
    end = started + _seconds(life["left"]) if life["left"] else now
    return SimulatedSession(
        session_id=uuid4(),
        client_id=client.pk,
        flow_version_id=flow.pk if flow else None,
        language=life["language"],
        device=life["device"],
        stages=reached,
        last_heard_at=reached[-1] if is_completed else min(end, now),
        is_cancelled=life["cancelled"] == "1" and end <= now,
    )


def _seconds(text: str) -> timedelta:
    return timedelta(seconds=int(text))
