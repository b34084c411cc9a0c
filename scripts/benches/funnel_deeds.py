"""The single measurements of the bench of the funnel, on simulated sessions in the product's database."""

from __future__ import annotations

import os
import random
import resource
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from rest_framework_simplejwt.tokens import AccessToken

from apps.onboarding import event_log, simulated_sessions
from apps.onboarding.models import Client, ConversationSession, FlowVersion, Membership
from apps.onboarding.models.funnel import EVERYONE
from apps.onboarding_api.services import funnel_analytics
from apps.onboarding_api.services.funnel_analytics import (
    caching,
    cohorts,
    heatmap,
    overview,
    reporting,
    slices,
    versions,
)
from apps.onboarding_api.services.funnel_analytics.asking import Audience, Question
from apps.onboarding_api.services.funnel_analytics.windows import Window
from scripts.benches import funnel_writers
from scripts.benches.load import drive
from scripts.funnel_simulator import judging, lives, stored
from scripts.funnel_simulator.lives import Life
from scripts.funnel_simulator.world import Experiment, Factor, World

DAYS = 90
SMALL, SHARE_OF_BIG = 20, 0.8
_MS = 1_000
RAW = """
    SELECT count(*), count(engaged), count(recommendations), count(decision), count(completed),
           avg(extract(epoch FROM engaged - started)), avg(extract(epoch FROM recommendations - engaged)),
           avg(extract(epoch FROM decision - recommendations)), avg(extract(epoch FROM completed - decision)),
           percentile_disc(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY completed - started)
      FROM (SELECT e.session_id,
                   min(occurred_at) FILTER (WHERE kind = 'session_started') AS started,
                   min(occurred_at) FILTER (WHERE kind = 'answer_set') AS engaged,
                   min(occurred_at) FILTER (WHERE kind = 'state_changed' AND data->>'to' = 'AWAITING_APPROVAL')
                       AS recommendations,
                   min(occurred_at) FILTER (WHERE kind = 'decision_made') AS decision,
                   min(occurred_at) FILTER (WHERE kind = 'state_changed' AND data->>'to' = 'COMPLETED') AS completed
              FROM onboarding_sessionevent e JOIN onboarding_conversationsession s USING (session_id)
             WHERE s.client_id = %s GROUP BY e.session_id) x
     WHERE started >= %s AND started < %s"""
"""What anybody would write who has the events only. It takes open sessions for lost ones."""


def load(*, sessions: int, seed: int) -> dict[str, Any]:
    """Write so many lives of the last 90 days, four fifths of them of one client; triggers sleep meanwhile."""
    world = _world()
    cut = (timezone.now() - world.start).total_seconds()
    flow = FlowVersion.objects.order_by("pk").first()
    began = time.perf_counter()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
        drawn = _owned(lives.draw(world, sessions=sessions, seed=seed), seed)
        written = simulated_sessions.write(
            stored.known_of(drawn, world, cut=cut, flow_version_id=flow.pk if flow else None)
        )
    seconds = time.perf_counter() - began
    _tidy()
    return {"sessions": written, "seconds": seconds}


def rebuild() -> dict[str, Any]:
    """Seconds, and the most memory that this process has ever held, in MB."""
    began = time.perf_counter()
    counted = funnel_analytics.rebuild()
    seconds = time.perf_counter() - began
    _tidy()
    return {"sessions": counted, "seconds": seconds, "peak_mb": _peak_mb()}


def audit() -> dict[str, Any]:
    """The same of an audit, and whether it found the sums right."""
    began = time.perf_counter()
    found = funnel_analytics.audit()
    seconds = time.perf_counter() - began
    return {"sessions": found.sessions, "agrees": found.agrees, "seconds": seconds, "peak_mb": _peak_mb()}


def read(*, n: int) -> dict[str, list[float]]:
    """Milliseconds of each answer, by turns; none is a kept one. `first`: of a process that has read nothing before.

    `<name>, processor` is what of it this process and the database's worked, which others on the machine do not change.
    """
    question = _question()
    hindi = replace(question, cohort=("language", "hi"))
    asked: dict[str, Callable[[], Any]] = {
        "dashboard": lambda: overview.dashboard(question),
        "funnel": lambda: reporting.report(question.audience.scopes[0], question.window, now=question.now),
        "cohort": lambda: cohorts.estimate(hindi),
        "slice language x hour": lambda: slices.cut(question, ("language", "hour")),
        "slice device x variant": lambda: slices.cut(question, ("device", "variant")),
        "everyone": lambda: overview.dashboard(
            replace(question, audience=Audience((EVERYONE,), question.zone))
        ),
    }
    asked["route"] = _route(question)
    ask_first = asked["dashboard"]
    ask_first()  # what a process loads and compiles once
    versions.unpacked.forget()
    cohorts.bounded_of.cache_clear()
    found: dict[str, list[float]] = {"first": [_timed(ask_first)]}
    for _ in range(n):
        for name, ask in asked.items():
            before = _worked_ms()
            found.setdefault(name, []).append(_timed(ask))
            found.setdefault(f"{name}, processor", []).append(_worked_ms() - before)
    found["raw"] = [_timed(_raw) for _ in range(3)]
    found["counts"] = [float(n) for n in _raw()[:5]]
    return found


def _route(question: Question) -> Callable[[], Any]:
    """The same dashboard asked of the whole application: signed in, limited, figured out, and written as JSON."""
    user = User.objects.get_or_create(username="bench-viewer")[0]
    Membership.objects.get_or_create(client_id=question.audience.scopes[0], user=user)
    browser = Browser(
        headers={"Authorization": f"Bearer {AccessToken.for_user(user)}"}, SERVER_NAME="localhost"
    )

    def ask() -> None:
        caching.kept.forget()
        answer = browser.get(reverse("dashboard-overview"), {"range": f"{DAYS}d"})
        if answer.status_code != HTTPStatus.OK:
            raise SystemExit(f"the dashboard answered {answer.status_code}: {answer.content[:300]!r}")

    return ask


def export(*, folder: str) -> dict[str, Any]:
    """The events of stages of all sessions, for the peers: client, session, stage (0 to 4), microseconds since 1970."""
    path = Path(folder) / "events.csv"
    window = _question().window
    with connection.cursor() as cursor, path.open("wb") as file:
        statement = """COPY (SELECT s.client_id, e.session_id,
                    CASE WHEN kind = 'session_started' THEN 0 WHEN kind = 'answer_set' THEN 1
                         WHEN kind = 'decision_made' THEN 3 WHEN data->>'to' = 'AWAITING_APPROVAL' THEN 2
                         ELSE 4 END AS stage,
                    (extract(epoch FROM occurred_at) * 1000000)::bigint
               FROM onboarding_sessionevent e JOIN onboarding_conversationsession s USING (session_id)
              WHERE kind <> 'cancelled') TO STDOUT (FORMAT csv)"""
        with cursor.copy(statement) as copy:
            for data in copy:
                file.write(data)
    return {
        "client": str(_big().pk),
        "start": int(window.start.timestamp() * 1_000_000),
        "end": int(window.end.timestamp() * 1_000_000),
    }


def freshness(*, n: int) -> list[float]:
    """Seconds from the commit of somebody's first answer until the funnel of their client shows it."""
    client, found = _big(), []
    waiting = ConversationSession.objects.filter(client=client, current_state="STARTED", engaged_at=None)
    for pk in list(waiting.order_by("-started_at").values_list("pk", flat=True)[:n]):
        question = _question()
        before = cohorts.total(question).reached[1]
        with event_log.writing(pk) as session:
            event_log.append(session, event_log.Kind.ANSWER_SET, {"simulated": True})
            event_log.change_state(session, event_log.State.IN_PROGRESS)
        committed = time.perf_counter()
        while cohorts.total(question).reached[1] == before:
            if time.perf_counter() - committed > 30:
                raise SystemExit("the funnel did not follow")
            time.sleep(0.005)
        found.append(time.perf_counter() - committed)
    return found


def write(*, writers: int, n: int, noted: bool) -> list[float]:
    """Milliseconds of each transition (an update of a session with its commit), `writers` at once on one client.

    `noted` says whether the trigger that notes changes is on; it is on again afterwards.
    """
    pks = list(
        ConversationSession.objects.filter(client=_big(), completed_at__isnull=False)
        .order_by("-started_at")
        .values_list("pk", flat=True)[: writers * n]
    )
    with funnel_writers.trigger(on=noted):
        calls = [funnel_writers.Writer(pks[at::writers]) for at in range(writers)]
        return [seconds * _MS for seconds in drive(calls, times=min(n, len(pks) // writers))]


def judge(*, sessions: int) -> dict[str, Any]:
    """Points between the product's rates and the truth of a world of seven days, and those of plain counting.

    Nothing of it stays. To be called first: it counts all sessions there are, as of the end of that world.
    """
    world = World(start=datetime(2024, 3, 4, tzinfo=UTC))
    client = Client.objects.create(name="Simulated truth", slug="simulated-truth", time_zone="UTC")
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
        judging.write(world, clients=[client.pk], sessions=sessions, seed=1)
        judging.count(world)
        found = judging.judge(world, judging.truths(world), scope=client.pk)
        transaction.set_rollback(True)
    return {one.name: [one.error, one.naive_error] for one in found}


def _world() -> World:
    today = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    experiment = Experiment("order", {"as-is": Factor(), "photos-first": Factor(advance=1.1)})
    return World(start=today - timedelta(days=DAYS - 1), days=DAYS, experiment=experiment)


def _owned(drawn: Iterator[Life], seed: int) -> Iterator[tuple[UUID, Life]]:
    big, chance = _big().pk, random.Random(seed)
    small = [_client(f"bench-small-{n}").pk for n in range(SMALL)]
    for life in drawn:
        yield big if chance.random() < SHARE_OF_BIG else chance.choice(small), life


def _client(slug: str) -> Client:
    return Client.objects.get_or_create(slug=slug, defaults={"name": slug, "time_zone": "Asia/Kolkata"})[0]


def _big() -> Client:
    return _client("bench-big")


def _question() -> Question:
    """The big client's last 90 days, in its own zone."""
    client, now = _big(), timezone.now()
    today = Window(now - timedelta(days=1), now)
    return heatmap.last_days(Question(Audience((client.pk,), client.zone), today, client.zone, now), DAYS)


def _worked_ms() -> float:
    """Processor time of this process and of the one that serves its connection."""
    if connection.connection is None:
        connection.ensure_connection()
    stat = Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text(encoding="ascii")
    ticks = sum(map(int, stat.rpartition(")")[2].split()[11:13]))
    return time.process_time() * _MS + ticks * _MS / os.sysconf("SC_CLK_TCK")


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1_000_000


def _timed(call: Callable[[], Any]) -> float:
    began = time.perf_counter()
    call()
    return (time.perf_counter() - began) * _MS


def _raw() -> Any:
    question = _question()
    with connection.cursor() as cursor:
        cursor.execute(RAW, [question.audience.scopes[0], question.window.start, question.window.end])
        return cursor.fetchone()


def _tidy() -> None:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
