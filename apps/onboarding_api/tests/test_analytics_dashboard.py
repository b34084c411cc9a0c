"""The dashboard: now, overview, replay; figures kept for nobody else; tables; what cannot be used; and being off."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.onboarding import event_log
from apps.onboarding.models import ConversationSession, FunnelScope, Turn
from apps.onboarding_api.services import funnel_analytics
from apps.onboarding_api.services.funnel_analytics import caching, cohorts, exporting
from apps.onboarding_api.services.funnel_analytics.caching import Kept
from apps.onboarding_api.tests import factories
from apps.onboarding_api.tests.api_world import Caller, assert_problem
from apps.onboarding_api.tests.funnel_world import (
    ask,
    client,
    fold,
    member,
    moment,
    open_many,
    open_session,
    question,
    staff,
)
from apps.task_ledger.models import TaskAttempt, TaskRecord

pytestmark = pytest.mark.django_db
DATES: dict[str, Any] = {"start_date": "2026-10-01", "end_date": "2026-10-31"}
FIGURES: dict[str, dict[str, Any]] = {
    "analytics-funnel": {},
    "analytics-heatmap": {},
    "analytics-cohorts": {},
    "analytics-slice": {"by": "language,hour"},
    "dashboard-heatmap": {},
    "dashboard-overview": {},
}
"""Routes whose answers are kept, with what they need."""
ALL_ROUTES: dict[str, dict[str, Any]] = {**FIGURES, "analytics-sessions": {}, "dashboard-realtime": {}}


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    caching.kept.forget()
    yield
    caching.kept.forget()


# now


def test_now_counts_who_is_where_and_what_the_last_hour_brought() -> None:
    mine, foreign = client(), client()
    now = timezone.now()
    for owner in (mine, foreign, foreign):
        open_session(owner, started=now - timedelta(minutes=10), reached=0)
        open_session(owner, started=now - timedelta(hours=5), reached=2, last=now - timedelta(minutes=2))
        open_session(owner, started=now - timedelta(hours=80), last=now - timedelta(hours=72, minutes=30))
        ended = open_session(owner, started=now - timedelta(hours=3), reached=1)
        with event_log.writing(ended.pk) as session:
            event_log.change_state(session, event_log.State.CANCELLED)
            event_log.append(session, event_log.Kind.TURN_FAILED)
    fold()
    told = ask(member(mine), "dashboard-realtime").json()
    assert told["active_by_stage"] == {
        "started": 1, "engaged": 0, "recommendations_generated": 1, "approval_decision": 0,
    }  # fmt: skip
    assert told["active_sessions"] == 2
    assert told["active_in_last_5_minutes"] == 1
    hour = told["last_hour"]
    assert (hour["started"], hour["completed"]) == (1, 0)
    assert hour["dropped"] == {"cancelled": 1, "failed": 0, "silent": 1}
    assert hour["errors"] == {"turn_failed": 1, "upload_failed": 0, "not_understood": 0}
    assert 0 <= told["figures"]["seconds_behind"] < 60
    assert ask(staff(), "dashboard-realtime").json()["active_sessions"] == 6


def test_now_tells_how_long_people_wait() -> None:
    session = factories.SessionFactory.create()
    for number, seconds in enumerate((1.0, 3.0, None), start=1):
        turn = factories.TurnFactory.create(session=session, number=number)
        sent = timezone.now() - timedelta(minutes=5)
        answered = sent + timedelta(seconds=seconds) if seconds else None
        Turn.objects.filter(pk=turn.pk).update(cdtz=sent, finished_at=answered)
        with event_log.writing(session.pk) as locked:
            event_log.append(locked, event_log.Kind.ANSWER_RECEIVED, {"turn_id": str(turn.pk)})
    waits = ask(member(session.client), "dashboard-realtime").json()["last_hour"]["waits"]
    assert (waits["answered"], waits["waiting"], waits["p50_seconds"], waits["p90_seconds"]) == (
        2,
        1,
        2.0,
        2.8,
    )


def test_now_is_kept_by_nobody() -> None:
    response = ask(member(client()), "dashboard-realtime")
    assert response.headers["Cache-Control"] == "no-store"
    assert "ETag" not in response.headers


def test_the_overview_holds_the_whole_dashboard() -> None:
    mine = client()
    now = timezone.now()
    open_many(mine, times=10, started=now - timedelta(days=6), reached=4)
    open_many(mine, times=10, started=now - timedelta(days=6), reached=1)
    open_many(mine, times=10, started=now - timedelta(days=8), reached=1)
    fold()
    told = ask(member(mine), "dashboard-overview", range="7d").json()
    assert told["overall_conversion"] == 0.5
    assert told["previous"]["value"] == 0.0
    assert told["change"]["language"]["after"] == 0.5
    assert len(told["trend"]["days"]) == 7
    assert told["drop_off_heatmap"]["total"] == sum(
        row["total"] for row in told["drop_off_heatmap"]["heatmap"]
    )
    assert told["now"]["active_sessions"] == 0
    assert [point["stage"] for point in told["top_drop_off_points"]] == ["engaged"]


def test_the_overview_of_many_clients_takes_no_more_queries_than_that_of_two() -> None:
    """And says the same as that of each, put together."""
    owners = [client(time_zone="UTC") for _ in range(9)]
    now = timezone.now()
    for n, owner in enumerate(owners):
        open_many(owner, times=n + 1, started=now - timedelta(days=6, hours=n), reached=n % 5)
        open_session(owner, started=now - timedelta(hours=1), reached=1)
    fold()
    taken, told = {}, {}
    for n in (2, 9):
        person = member(*owners[:n])
        ask(person, "dashboard-overview", range="7d", time_zone="UTC")
        caching.kept.forget()
        with CaptureQueriesContext(connection) as asked:
            told[n] = ask(person, "dashboard-overview", range="7d", time_zone="UTC").json()
        taken[n] = len(asked)
    assert taken[9] == taken[2] < 60
    by_client = [
        ask(member(owner), "dashboard-overview", range="7d", time_zone="UTC").json() for owner in owners
    ]
    assert told[9]["sessions"] == sum(one["sessions"] for one in by_client) == 54
    assert told[9]["now"]["active_sessions"] == sum(one["now"]["active_sessions"] for one in by_client)
    for index in range(5):
        reached = [one["stages"][index]["reached"] for one in by_client]
        assert told[9]["stages"][index]["reached"] == sum(reached)


@pytest.mark.parametrize("end", ["2026-11-01T00:00", "2026-10-30T10:07"])
def test_figures_by_client_are_those_of_each_client(end: str) -> None:
    owners = [client(time_zone=zone) for zone in ("UTC", "Asia/Kolkata", "UTC")]
    for n, owner in enumerate(owners, start=1):
        open_many(owner, times=n, started=moment("2026-10-30T10:00"), reached=n)
        open_many(owner, times=2, started=moment("2026-10-12T10:00"), reached=1)
    fold()
    asked = question(*owners, start="2026-10-05T09:03", end=end, zone="UTC")
    found = cohorts.by(asked, "client")
    for owner in owners:
        alone = cohorts.total(question(owner, start="2026-10-05T09:03", end=end, zone="UTC"))
        assert found[str(owner.pk)] == alone
    assert sum(one.reached[0] for one in found.values()) == 12
    assert cohorts.total(asked).reached == tuple(
        map(sum, zip(*(one.reached for one in found.values()), strict=True))
    )


def test_both_addresses_of_the_heat_map_say_the_same() -> None:
    viewer = member(client())
    first, second = (ask(viewer, route).json() for route in ("analytics-heatmap", "dashboard-heatmap"))
    assert {**first, "timestamp": 0, "known_until": 0} == {**second, "timestamp": 0, "known_until": 0}


# every cell opens its sessions


def _cells(told: dict[str, Any]) -> Iterator[tuple[str, int]]:
    """(address, how many sessions the figure beside it says) of all that has an address."""
    for stage in told.get("stages", ()):
        counts = {"converted": "advanced", "dropped": "dropped", "open": "current_count"}
        is_last = stage["stage"] == "completed"
        for outcome, address in stage["sessions"].items():
            yield address, stage["reached" if is_last else counts[outcome]]
    for reached in told.get("conversion_funnel", ()):
        yield reached["address"], reached["count"]
    for point in told.get("top_drop_off_points", ()):
        yield point["address"], point["dropped"]
    trend = told.get("trend", {"days": (), "weeks": ()})
    for period in (*trend["days"], *trend["weeks"]):
        yield period["address"], period["started"]
    heat = told.get("drop_off_heatmap", told)
    for row in heat.get("heatmap", ()):
        for stage, address in row["addresses"].items():
            yield address, row["drop_offs"][stage]
    cohorts_told = told.get("cohorts", {})
    lists = cohorts_told.values() if isinstance(cohorts_told, dict) else [cohorts_told]
    for cell in (*(one for those in lists for one in those), *told.get("cells", ())):
        yield cell["address"], cell["sessions"]


@pytest.mark.parametrize(
    ("route", "parameters"),
    [
        ("dashboard-overview", {"range": "30d"}),
        ("analytics-heatmap", {"range": "7d", "time_zone": "Pacific/Auckland"}),
        ("analytics-funnel", {"cohort": "language:hi"}),
        ("analytics-funnel", {"time_zone": "America/New_York"}),
        ("analytics-cohorts", {"by": "client"}),
        ("analytics-cohorts", {"by": "hour"}),
        ("analytics-slice", {"by": "client,weekday"}),
        ("analytics-slice", {"by": "language,variant", "time_zone": "UTC"}),
    ],
)
def test_every_cell_opens_the_sessions_that_it_counts(route: str, parameters: dict[str, Any]) -> None:
    first, second, foreign = client(), client(), client()
    now = timezone.now()
    for n, owner in enumerate((first, second, foreign)):
        open_many(owner, times=2, started=now - timedelta(days=12, hours=3 * n), reached=1, language="hi")
        open_many(owner, times=3, started=now - timedelta(days=8), reached=4, variants={"words": "a"})
        open_session(
            owner, started=now - timedelta(days=5, hours=7), last=now - timedelta(days=4, hours=n), reached=2
        )
        open_session(owner, started=now - timedelta(hours=2), reached=n, device="Phone & co")
    fold()
    viewer, seen = member(first, second), 0
    for address, n in _cells(ask(viewer, route, **parameters).json()):
        if n or seen % 25 == 0:
            listed = Caller(viewer)("GET", address)
            assert (listed.status_code, listed.json().get("total")) == (200, n), address
        seen += 1
    assert seen


def test_an_address_of_one_client_asks_for_it_once() -> None:
    mine = client()
    open_many(mine, times=3, started=timezone.now() - timedelta(days=8), reached=1)
    fold()
    told = ask(member(mine, client()), "analytics-slice", by="client,language", client_id=mine.pk).json()
    (cell,) = told["cells"]
    assert cell["address"].count("client_id") == 1
    assert Caller(staff())("GET", cell["address"]).json()["total"] == 3


def test_now_in_a_kept_overview_is_of_this_moment() -> None:
    mine = client()
    viewer = member(mine)
    first = ask(viewer, "dashboard-overview")
    open_session(mine, started=timezone.now(), reached=0)
    again = ask(viewer, "dashboard-overview", headers={"If_None_Match": first.headers["ETag"]})
    assert again.status_code == 200
    assert again.json()["now"]["active_in_last_5_minutes"] == 1
    assert again.json()["now"]["timestamp"] > first.json()["now"]["timestamp"]


# replay


@pytest.fixture
def replayed() -> ConversationSession:
    """Ten minutes of silence, an answer with a number that should have been redacted, and a provider that failed."""
    session: ConversationSession = factories.SessionFactory.create()
    turn = factories.TurnFactory.create(session=session, number=1, text="call me on 98765 43210")
    answered = timezone.now() + timedelta(minutes=10)
    Turn.objects.filter(pk=turn.pk).update(
        finished_at=answered,
        reply={"text": "Thanks. How many floors?", "question": "How many floors?", "slot": "floors"},
    )
    with event_log.writing(session.pk) as locked:
        event_log.append(
            locked,
            event_log.Kind.ANSWER_RECEIVED,
            {"turn_id": str(turn.pk), "text": "call me on 98765 43210", "choice": ["priya@example.org"]},
            actor=session.user,
        )
    factories.UploadFactory.create(session=session)
    task = TaskRecord(
        id=turn.task_id, name="process_conversation_step", queue="conversation", subject_id=session.pk,
        due_at=timezone.now(), state="done", started_at=timezone.now(), last_started_at=timezone.now(),
        finished_at=answered, attempt=1,
    )  # fmt: skip
    task.seal((), {})
    task.save()
    TaskAttempt.objects.create(
        task=task, generation=0, attempt=0, fence=1, outcome="retried", started_at=timezone.now(),
        error={"code": "provider_timeout", "class": "ProviderTimeout", "message": "said 98765 43210"},
    )  # fmt: skip
    return session


def test_a_replay_tells_the_session_from_end_to_end(replayed: ConversationSession) -> None:
    told = ask(member(replayed.client), "dashboard-replay", replayed.pk).json()
    assert told.keys() >= {"session_id", "timeline", "duration_seconds", "final_state"}
    assert told["session_id"] == str(replayed.pk)
    assert told["final_state"] == "STARTED"
    assert told["duration_seconds"] == pytest.approx(600, abs=5)
    events = [item["event"] for item in told["timeline"]]
    assert events[0] == "session_started"
    assert {
        "answer_received",
        "upload_received",
        "task_run_failed",
        "silence",
        "replied",
        "task_ended",
    } <= set(events)
    times = [item["timestamp"] for item in told["timeline"]]
    assert times == sorted(times)
    by_event = {item["event"]: item["data"] for item in told["timeline"]}
    assert by_event["replied"]["question"] == "How many floors?"
    assert by_event["replied"]["waited_seconds"] == pytest.approx(600, abs=5)
    assert by_event["task_run_failed"]["error"] == {"code": "provider_timeout", "class": "ProviderTimeout"}
    assert by_event["task_ended"]["retries"] == 1
    assert by_event["answer_received"]["by"] == "person"
    assert by_event["session_started"]["by"] == "system"


def test_a_replay_shows_nothing_personal_even_where_it_was_kept(replayed: ConversationSession) -> None:
    viewer = member(replayed.client)
    asked: list[dict[str, Any]] = [{}, {"export": "csv"}]
    for parameters in asked:
        text = ask(viewer, "dashboard-replay", replayed.pk, **parameters).content.decode()
        assert replayed.user is not None
        for value in ("98765", "43210", "priya@", replayed.user.username):
            assert value not in text
        assert "[REDACTED_" in text


def test_the_replay_of_another_tenant_does_not_exist(replayed: ConversationSession) -> None:
    hidden = ask(member(client()), "dashboard-replay", replayed.pk)
    missing = ask(member(client()), "dashboard-replay", uuid4())
    assert_problem(hidden, 404)
    assert {**hidden.json(), "correlation_id": ""} == {**missing.json(), "correlation_id": ""}


def test_a_replay_says_what_the_funnel_counts_the_session_as(replayed: ConversationSession) -> None:
    fold()
    told = ask(member(replayed.client), "dashboard-replay", replayed.pk).json()
    assert (told["stage"], told["outcome"]) == ("started", "open")
    assert told["rule"].startswith("Open: ")


# kept answers


@pytest.mark.parametrize("route", FIGURES)
def test_figures_that_are_known_are_not_sent_again(route: str) -> None:
    viewer = member(client())
    first = ask(viewer, route, **FIGURES[route])
    assert first.headers["Cache-Control"].startswith("private")
    assert "Authorization" in first.headers["Vary"]
    for _ in range(3):  # the minute may have turned between two requests
        again = ask(viewer, route, headers={"If_None_Match": f"W/{first.headers['ETag']}"}, **FIGURES[route])
        if again.status_code == 304:
            break
        first = again
    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["ETag"] == first.headers["ETag"]


def test_a_change_of_ones_own_figures_makes_a_new_tag_and_of_others_none() -> None:
    mine, other = client(), client()
    asked = question(mine, start="2026-10-01T00:00", end="2026-11-01T00:00")

    def tag() -> str:
        return caching.tag_of(asked, kind="funnel", parameters={})

    fold()
    before = tag()
    open_session(other, started=timezone.now())
    fold()
    assert tag() == before
    open_session(mine, started=timezone.now())
    fold()
    assert tag() != before


@pytest.mark.parametrize("route", FIGURES)
def test_what_is_kept_for_one_is_never_told_to_another(route: str) -> None:
    """Each asks twice, in turns, the same question in the same words: what they get never holds what is others'."""
    first, second = client(name="Alpha Works"), client(name="Beta Works")
    now = timezone.now()
    open_many(first, times=3, started=now - timedelta(days=5), reached=1, language="hi", device="Alpha phone")
    open_many(second, times=5, started=now - timedelta(days=5), reached=2, language="ta", device="Beta phone")
    fold()
    people = {
        "first": member(first), "second": member(second), "both": member(first, second), "none": member(),
        "staff": staff(),
    }  # fmt: skip
    foreign = {
        "first": ("Beta", str(second.pk), '"ta"'),
        "second": ("Alpha", str(first.pk), '"hi"'),
        "both": (),
        "none": ("Alpha", "Beta", str(first.pk), str(second.pk), '"hi"', '"ta"'),
        "staff": (),
    }
    told: dict[str, set[str]] = {name: set() for name in people}
    for _ in range(2):
        for name, person in people.items():
            text = ask(person, route, **FIGURES[route]).content.decode()
            assert [word for word in foreign[name] if word in text] == []
            told[name].add(_without_times(text))
    bodies = [body for name in ("first", "second", "both", "none") for body in told[name]]
    assert len(set(bodies)) == len(bodies)


def _without_times(text: str) -> str:
    found = json.loads(text)
    found.pop("timestamp", None)
    return json.dumps(found)


def test_a_right_that_is_taken_away_takes_the_kept_answer_along() -> None:
    first, second = client(), client()
    open_many(second, times=5, started=moment("2026-10-05T10:00"))
    fold()
    both = member(first, second)
    assert ask(both, "analytics-funnel", **DATES).json()["sessions"] == 5
    both.memberships.filter(client=second).delete()
    assert ask(both, "analytics-funnel", **DATES).json()["sessions"] == 0
    assert_problem(ask(both, "analytics-funnel", client_id=second.pk), 404)


def test_a_kept_answer_is_not_computed_again_and_a_new_one_is() -> None:
    made: list[str] = []

    def make() -> dict[str, int]:
        made.append("one")
        return {"n": len(made)}

    told = [
        caching.answered(tag, make, lambda figures: json.dumps(figures).encode()) for tag in ("a", "a", "b")
    ]
    assert told == [b'{"n": 1}', b'{"n": 1}', b'{"n": 2}']


def test_a_kept_answer_can_be_asked_for_with_indents() -> None:
    person = member(client())
    plain = ask(person, "dashboard-overview")
    read = ask(person, "dashboard-overview", headers={"Accept": "application/json; indent=2"})
    assert read.content.startswith(b'{\n  "timestamp"')
    assert list(read.json()) == list(plain.json())


def test_kept_answers_stay_within_their_size() -> None:
    kept = Kept(most_bytes=100)
    for n in range(50):
        kept.keep(str(n), b"x" * 30)
    kept.keep("too large", b"x" * 101)
    assert len(kept) == 3
    assert kept.find("49")
    assert kept.find("0") is None
    assert kept.find("too large") is None


# tables


def test_the_funnel_comes_as_a_table_that_a_spreadsheet_reads() -> None:
    mine = client(time_zone="UTC")
    open_session(mine, started=moment("2026-10-05T10:00"), reached=4)
    open_session(mine, started=moment("2026-10-05T10:00"), reached=1)
    fold()
    viewer = member(mine)
    response = ask(viewer, "analytics-funnel", export="csv", **DATES)
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.headers["Content-Disposition"] == 'attachment; filename="funnel.csv"'
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert [(row["stage"], row["reached"], row["dropped"], row["completion"]) for row in rows[:2]] == [
        ("started", "2", "0", "1.0"),
        ("engaged", "2", "1", "0.5"),
    ]
    accepted = ask(viewer, "analytics-funnel", headers={"Accept": "text/csv"}, **DATES)
    assert accepted.content == response.content
    assert "attachment" in ask(viewer, "analytics-funnel", export="json").headers["Content-Disposition"]


@pytest.mark.parametrize("route", ALL_ROUTES)
def test_every_answer_has_a_table(route: str) -> None:
    mine = client()
    open_many(mine, times=3, started=timezone.now() - timedelta(days=5), reached=1)
    fold()
    response = ask(member(mine), route, export="csv", **ALL_ROUTES[route])
    assert response.status_code == 200
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert len(rows) > 1
    assert {len(row) for row in rows} == {len(rows[0])}


@pytest.mark.parametrize("route", ALL_ROUTES)
def test_no_cell_is_a_formula_whoever_wrote_it(route: str) -> None:
    mine = client(name='=HYPERLINK("http://evil")')
    for device in ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1", " =1"):
        open_session(mine, started=timezone.now() - timedelta(days=5), device=device, variants={"=x": "-y"})
    fold()
    asked = {"analytics-cohorts": {"by": "device"}, "analytics-slice": {"by": "device,variant"}}.get(
        route, ALL_ROUTES[route]
    )
    table = ask(member(mine), route, export="csv", **asked).content.decode("utf-8-sig")
    for cell in (cell for row in csv.reader(io.StringIO(table)) for cell in row):
        assert not cell.lstrip(" ").startswith(("=", "+", "@", "\t", "\r", "＝"))
        assert not cell.startswith("-") or _is_number(cell)


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1", "'=1"), ("-x", "'-x"), (-0.5, "-0.5"), (None, ""), (True, "true"), (["a", "b"], "a; b"), ("a=b", "a=b"),
        (["=a"], "'=a"), ("a\0b", "ab"), ({"a": 1}, "{'a': 1}"),
    ],
)  # fmt: skip
def test_cells_are_text_or_numbers(value: Any, cell: str) -> None:
    assert exporting.cell(value) == cell


def test_a_problem_is_a_problem_whatever_form_was_asked_for() -> None:
    assert_problem(ask(member(client()), "analytics-funnel", export="csv", cohort="shoe:44"), 400)


# what cannot be used

BAD: dict[str, tuple[str, dict[str, Any]]] = {
    "rubbish date": ("analytics-funnel", {"start_date": "yesterday"}),
    "a date that is none": ("analytics-funnel", {"start_date": "2026-02-30"}),
    "a moment for a date": ("analytics-funnel", {"start_date": "2026-10-05T10:00:00Z"}),
    "empty date": ("analytics-funnel", {"start_date": ""}),
    "year 1": ("analytics-funnel", {"start_date": "0001-01-01"}),
    "year 9999": ("analytics-funnel", {"end_date": "9999-12-31"}),
    "end before start": ("analytics-funnel", {"start_date": "2026-10-05", "end_date": "2026-10-04"}),
    "a hundred years": ("analytics-funnel", {"start_date": "2000-01-01", "end_date": "2099-12-31"}),
    "years up to now": ("analytics-funnel", {"start_date": "2001-01-01"}),
    "digits of another script": ("analytics-funnel", {"start_date": "٢٠٢٦-١٠-٠٥-"}),
    "nul in a date": ("analytics-funnel", {"start_date": "2026-10-05\0"}),
    "nul in a cohort": ("analytics-funnel", {"cohort": "device:a\0b"}),
    "unknown cohort": ("analytics-funnel", {"cohort": "shoe:44"}),
    "cohort without a value": ("analytics-funnel", {"cohort": "language:"}),
    "cohort without a colon": ("analytics-funnel", {"cohort": "language"}),
    "cohort of everything": ("analytics-funnel", {"cohort": "all:"}),
    "hour 24": ("analytics-funnel", {"cohort": "hour:24"}),
    "hour of another script": ("analytics-funnel", {"cohort": "hour:٣"}),
    "weekday 8": ("analytics-funnel", {"cohort": "weekday:8"}),
    "client that is no id": ("analytics-funnel", {"cohort": "client:acme"}),
    "endless cohort": ("analytics-funnel", {"cohort": "device:" + "x" * 5000}),
    "cohort that would be sql": ("analytics-funnel", {"cohort": "hour:1; drop table"}),
    "client id": ("analytics-funnel", {"client_id": "acme"}),
    "zone": ("analytics-funnel", {"time_zone": "Mars/Olympus"}),
    "zone as a path": ("analytics-funnel", {"time_zone": "../../etc/passwd"}),
    "nul in a zone": ("analytics-funnel", {"time_zone": "Asia/Kolkata\0"}),
    "unknown parameter": ("analytics-funnel", {"from": "2026-10-05"}),
    "unknown export": ("analytics-funnel", {"export": "xlsx"}),
    "range": ("analytics-heatmap", {"range": "3650d"}),
    "dates of a heat map": ("analytics-heatmap", {"start_date": "2026-10-05"}),
    "by nothing": ("analytics-cohorts", {"by": ""}),
    "by mood": ("analytics-cohorts", {"by": "mood"}),
    "stage": ("analytics-cohorts", {"stage": "limbo"}),
    "compare within a cohort": ("analytics-cohorts", {"cohort": "language:hi"}),
    "slice by one": ("analytics-slice", {"by": "language"}),
    "slice by three": ("analytics-slice", {"by": "language,hour,device"}),
    "slice by the same": ("analytics-slice", {"by": "language,language"}),
    "slice by sql": ("analytics-slice", {"by": "language,1); select 1"}),
    "stage of sessions": ("analytics-sessions", {"stage": "9"}),
    "outcome": ("analytics-sessions", {"outcome": "lost"}),
    "limit": ("analytics-sessions", {"limit": "100000"}),
    "left hour": ("analytics-sessions", {"left_hour": "-1"}),
    "nul in a device": ("analytics-sessions", {"device": "a\0"}),
    "overview of a year": ("dashboard-overview", {"range": "365d"}),
    "realtime of a day": ("dashboard-realtime", {"start_date": "2026-10-05"}),
}


def test_unknown_parameters_are_counted_where_they_could_name_somebody() -> None:
    given: dict[str, Any] = {"zunderbyx": "1", "call_9822051337": "1", "page_size": "1"}
    problem = assert_problem(ask(staff(), "analytics-funnel", **given), 400, "invalid_input")
    assert "zunderbyx" not in str(problem)
    assert "9822051337" not in str(problem)
    assert [one["pointer"] for one in problem["errors"]] == ["/page_size", "/non_field_errors"]


@pytest.mark.parametrize(("route", "parameters"), BAD.values(), ids=BAD.keys())
def test_what_cannot_be_used_is_said(route: str, parameters: dict[str, Any]) -> None:
    problem = assert_problem(ask(staff(), route, **parameters), 400, "invalid_input")
    assert problem["errors"] or problem["detail"]


def test_a_parameter_given_twice_is_refused() -> None:
    address = f"{reverse('analytics-funnel')}?start_date=2026-10-01&start_date=2026-10-02"
    assert_problem(Caller(staff())("GET", address), 400)


def test_a_forged_cursor_is_not_found() -> None:
    assert_problem(ask(staff(), "analytics-sessions", cursor="WyJhIl0:1:x"), 400)


@pytest.mark.parametrize(
    "parameters",
    [
        {"start_date": "2099-12-31"},
        {"end_date": "2000-01-01"},
        {"start_date": "2023-11-20", "end_date": "2026-11-20"},
        {"start_date": "2026-10-05", "end_date": "2026-10-05", "time_zone": "Pacific/Kiritimati"},
        {"cohort": "device:'; DROP TABLE onboarding_funnelfact; --"},
        {"cohort": "variant:%s:%(x)s"},
        {"cohort": "device:\U0001f600\u202e"},
    ],
)
def test_what_is_odd_and_sound_is_answered(parameters: dict[str, Any]) -> None:
    assert ask(staff(), "analytics-funnel", **parameters).status_code == 200


# off


@pytest.mark.parametrize("route", [*ALL_ROUTES, "dashboard-replay"])
def test_where_nobody_counts_the_routes_say_so(route: str, settings: Any) -> None:
    settings.ENABLE_FUNNEL_ANALYTICS = False
    args = [uuid4()] if route == "dashboard-replay" else []
    assert_problem(ask(staff(), route, *args), 409, "funnel_analytics_off")
    assert_problem(Caller()("GET", reverse(route, args=args)), 401)


def test_the_revision_is_that_of_the_scopes_and_no_other() -> None:
    mine = client()
    open_session(mine, started=timezone.now())
    fold()
    assert FunnelScope.objects.filter(pk=mine.pk, revision__gt=0).exists()
    assert funnel_analytics.audit().agrees
