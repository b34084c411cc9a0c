"""The dead letter queue over HTTP: what staff see, what they can do, and what is refused."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.onboarding_api.serializers import dlq_shapes as shapes
from apps.onboarding_api.tests import factories
from apps.onboarding_api.tests.api_world import Caller, assert_problem
from apps.task_ledger.dead_letters import bulk as bulks
from apps.task_ledger.models import BulkRedrive, TaskAction, TaskRecord
from apps.task_ledger.tests import dead
from background_tasks.dead_letter_queue import dlq_handler

pytestmark = pytest.mark.django_db
BASE = "/api/v1/admin/dlq/"
State = TaskRecord.State
NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def staff() -> User:
    return User.objects.create(
        username="operator", is_staff=True
    )  # hashing a password takes longer than a test


@pytest.fixture
def ask(staff: User) -> Caller:
    return Caller(staff)


def entry(task_id: Any) -> str:
    return reverse("dlq-task", args=[task_id])


def ids(page: Any) -> list[str]:
    return [row["task_id"] for row in page["results"]]


def deaths(number: int, **kwargs: Any) -> list[TaskRecord]:
    """Dead letters a minute apart, the newest first."""
    records = [dead.dead_letter(number=n, **kwargs) for n in range(number)]
    now = timezone.now()
    for age, record in enumerate(records):
        record.finished_at = now - timedelta(minutes=age)
        record.save()
    return records


# the list


def test_list_shows_the_newest_first_with_an_honest_total(ask: Caller) -> None:
    records = deaths(3)
    page = ask("GET", f"{BASE}tasks/?limit=2").json()
    assert ids(page) == [str(records[0].pk), str(records[1].pk)]
    assert (page["total"], page["previous"]) == (3, None)
    assert set(page["results"][0]) == set(shapes.DeadLetterRowSerializer().fields)


def test_pages_go_forth_and_back_over_equal_times(ask: Caller) -> None:
    moment = timezone.now()
    wanted = sorted(str(dead.dead_letter().pk) for _ in range(7))
    TaskRecord.objects.update(finished_at=moment)
    seen, url, pages = [], f"{BASE}tasks/?limit=3", []
    while url:
        page = ask("GET", url).json()
        pages.append(page)
        seen += ids(page)
        url = page["next"]
    assert seen == wanted
    back = ask("GET", pages[2]["previous"]).json()
    assert ids(back) == ids(pages[1])
    first = ask("GET", back["previous"]).json()
    assert (ids(first), first["previous"]) == (ids(pages[0]), None)
    assert ids(ask("GET", first["next"]).json()) == ids(pages[1])


def test_what_leaves_the_list_meanwhile_shifts_no_page(ask: Caller) -> None:
    records = deaths(4)
    page = ask("GET", f"{BASE}tasks/?limit=2").json()
    dlq_handler.discard_dlq_task(str(records[0].pk))
    assert ids(ask("GET", page["next"]).json()) == [str(records[2].pk), str(records[3].pk)]


FILTERS = {
    "task_name": lambda r: r.name,
    "exception_type": lambda _: "ValueError",
    "cause": lambda r: r.cause,
    "client_id": lambda r: str(r.client_id),
    "since": lambda r: r.finished_at.isoformat(),
    "until": lambda r: (r.finished_at + timedelta(seconds=1)).isoformat(),
    "state": lambda r: r.state,
}


@pytest.mark.parametrize("name", FILTERS)
def test_each_filter_finds_what_it_names(ask: Caller, name: str) -> None:
    wanted, other = dead.dead_letter(cause="one"), dead.dead_letter(cause="two")
    now = timezone.now()
    away = now + timedelta(days=1) if name == "until" else now - timedelta(days=1)
    TaskRecord.objects.filter(pk=wanted.pk).update(client_id=uuid4())
    TaskRecord.objects.filter(pk=other.pk).update(
        name="another", error_class="shop.OddValueError", client_id=uuid4(), state="expired", finished_at=away
    )
    wanted.refresh_from_db()
    page = ask("GET", f"{BASE}tasks/?{name}={quote(FILTERS[name](wanted))}").json()
    assert (ids(page), page["total"]) == ([str(wanted.pk)], 1)
    groups = ask("GET", f"{BASE}causes/?{name}={quote(FILTERS[name](wanted))}").json()
    assert ([group["cause"] for group in groups["results"]], groups["total"]) == (["one"], 1)


def test_list_asks_the_database_as_often_for_many_as_for_few(ask: Caller) -> None:
    def queries(limit: int) -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert ask("GET", f"{BASE}tasks/?limit={limit}").status_code == 200
        return len(caught)

    deaths(5)
    assert queries(1) == queries(5)


# bad input

MOMENT = "2026-01-01T00:00:00Z"
WRONG = {
    "task_nam=x": "task_nam",
    "task_name=": "task_name",
    "task_name=a&task_name=b": "task_name",
    f"task_name={'x' * 121}": "task_name",
    "task_name=%00": "task_name",
    "exception_type=a%20b": "exception_type",
    "exception_type=%00": "exception_type",
    "cause=%25": "cause",
    f"cause={'f' * 400}": "cause",
    "client_id=7": "client_id",
    f"client_id={'9' * 4000}": "client_id",
    "since=yesterday": "since",
    "since=2026-01-01": "since",
    "since=2026-01-01T00:00:00": "since",
    "since=2026-13-45T00:00:00Z": "since",
    "since=0001-01-01T00:00:00%2B23:59": "since",
    "until=9999-12-31T23:59:59-23:59": "until",
    f"since={MOMENT}&until={MOMENT}": "until",
    "state=done": "state",
    "state=%00": "state",
}
WRONG_IN_LISTS = {
    "limit=0": "limit",
    "limit=201": "limit",
    "limit=-1": "limit",
    "limit=ten": "limit",
    f"limit={'9' * 5000}": "limit",
    "limit=": "limit",
    "cursor=": "cursor",
    f"cursor={'x' * 301}": "cursor",
    "all=true": "all",
}


def assert_names(answer: Any, name: str) -> None:
    problem = assert_problem(answer, 400, "invalid_input")
    assert name in [error["pointer"].split("/")[1] for error in problem["errors"]], problem["errors"]


@pytest.mark.parametrize("query", [*WRONG, *WRONG_IN_LISTS])
def test_wrong_parameter_of_the_list_is_named(ask: Caller, query: str) -> None:
    assert_names(ask("GET", f"{BASE}tasks/?{query}"), {**WRONG, **WRONG_IN_LISTS}[query])


@pytest.mark.parametrize("query", [*WRONG, "older_than_days=0", "older_than_days=nan", "older_than_days=1e999",
                                   "older_than_days=-1", "older_than_days=99999", "limit=5", "all=perhaps",
                                   "all=true&task_name=x", "all=true&older_than_days=1"])  # fmt: skip
def test_typing_error_in_a_filter_discards_nothing(ask: Caller, query: str) -> None:
    dead.dead_letter()
    name = WRONG.get(query, query.partition("=")[0])
    assert_names(ask("DELETE", f"{BASE}clear/?{query}"), name)
    assert not TaskRecord.objects.filter(state=State.DISCARDED).exists()


@pytest.mark.parametrize(
    "cursor", ["rubbish", "%00", "a:b:c", "WyJhIl0:1tEOjx:AAAA", "%ed%a0%80", "cD0yMDI2", "...", "é"]
)
@pytest.mark.parametrize("route", ["tasks/", "bulk/"])
def test_cursor_that_was_not_given_out_is_refused(ask: Caller, route: str, cursor: str) -> None:
    answer = ask("GET", f"{BASE}{route}?cursor={quote(cursor, safe='%')}")
    assert_problem(answer, 400)


def test_cursor_of_one_list_is_no_cursor_of_another(ask: Caller) -> None:
    deaths(2)
    following = ask("GET", f"{BASE}tasks/?limit=1").json()["next"]
    assert_problem(ask("GET", following.replace("/tasks/", "/bulk/")), 400)


@pytest.mark.parametrize("route", ["stats/", f"bulk/{NOBODY}/", f"tasks/{NOBODY}/", "bulk/"])
def test_parameters_where_none_are_taken_are_refused(ask: Caller, route: str) -> None:
    assert_names(ask("GET", f"{BASE}{route}?task_name=x"), "task_name")


DEEP = b'{"changes": {"a": ' + b"[" * 100 + b"]" * 100 + b"}}"
NO_OBJECTS: list[Any] = [[], "text", 5, None, b"{", b'{"reason": "a\\u0000"}', DEEP]
"""Bodies that are wrong as a whole."""
WRONG_IN_RETRY: dict[str, list[Any]] = {
    "changes": [[], {}, None, "x"],
    "generation": ["one", -1, 10**9, [0], None],
    "reason": [[], None, "x" * 2001],
    "change": [{"number": 1}],
    "filters": [{}],
}
WRONG_IN_BULK: dict[str, list[Any]] = {
    "filters": [
        [], "x", None, {"task_nam": "x"}, {"limit": 5}, {"state": []}, {"task_name": ""}, {"client_id": 5},
        {"since": 5}, {"since": "2026-01-01T00:00:00"}, {"state": "dead"},
    ],
    "task_name": ["x"],
    "all": [[], None, "perhaps"],
    "dry_run": [None, 7, "yess"],
    "rate_per_minute": [0, -1, 10**12, "fast", 1.5],
    "reason": [{}],
}  # fmt: skip


def _each(wrong: dict[str, list[Any]]) -> list[tuple[str, Any]]:
    return [(name, value) for name, values in wrong.items() for value in values]


def _raw(body: Any) -> bytes:
    return body if isinstance(body, bytes) else json.dumps(body).encode()


@pytest.mark.parametrize(("name", "value"), _each(WRONG_IN_RETRY))
def test_wrong_name_in_a_retry_is_told_and_sends_nothing_back(ask: Caller, name: str, value: Any) -> None:
    record = dead.dead_letter()
    assert_names(ask("POST", f"{entry(record.pk)}retry/", {name: value}), name)
    assert TaskRecord.objects.get(pk=record.pk).state == State.DEAD


@pytest.mark.parametrize(("name", "value"), _each(WRONG_IN_BULK))
def test_wrong_name_in_a_bulk_is_told_and_begins_none(ask: Caller, name: str, value: Any) -> None:
    dead.dead_letter()
    told = "all" if value == {"state": "dead"} else name  # right by itself, but not together with all
    assert_names(ask("POST", f"{BASE}retry/", {"all": True, "dry_run": False, name: value}), told)
    assert not BulkRedrive.objects.exists()


@pytest.mark.parametrize("body", NO_OBJECTS)
def test_body_that_is_no_object_does_nothing(ask: Caller, body: Any) -> None:
    record = dead.dead_letter()
    for url in (f"{entry(record.pk)}retry/", f"{BASE}retry/"):
        assert_problem(ask("POST", url, _raw(body)), 400)
    assert TaskRecord.objects.get(pk=record.pk).state == State.DEAD


@pytest.mark.parametrize("body", [{}, {"filters": {}}, {"all": False, "dry_run": False}])
def test_bulk_without_a_filter_needs_all(ask: Caller, body: Any) -> None:
    assert_problem(ask("POST", f"{BASE}retry/", body), 400, "filter_required")


# one entry

READABLE = ["celery-17", "bf6c4cabff8048d4"]
FOREIGN = [*READABLE, "asha-kulkarni-17", "a b", "50%", "शिफ्ट", "x" * 200, "..;", "a?b#c"]


@pytest.mark.parametrize("task_id", FOREIGN)
def test_task_with_an_id_of_any_kind_is_found_and_discarded(ask: Caller, task_id: str) -> None:
    dlq_handler.send_to_dlq(task_id, dead.NAME, kwargs={"number": 1}, exception=ValueError("no"))
    (row,) = ask("GET", f"{BASE}tasks/").json()["results"]
    url = f"{BASE}tasks/{quote(task_id, safe='')}/"
    found = ask("GET", url).json()
    assert found["task_id"] == row["task_id"]
    assert ask("GET", entry(row["row_id"])).json() == found
    assert found["task_id"] == (task_id if task_id in READABLE else row["row_id"])
    assert ask("DELETE", url).status_code == 204
    assert_problem(ask("GET", url), 404)


@pytest.mark.parametrize("task_id", [NOBODY, "nothing", "x" * 201, "%00", "%ff%fe", "9" * 3000, "-", "0"])
@pytest.mark.parametrize(("method", "tail"), [("GET", ""), ("DELETE", ""), ("POST", "retry/")])
def test_entry_that_is_not_there_is_404(ask: Caller, task_id: str, method: str, tail: str) -> None:
    assert_problem(ask(method, f"{BASE}tasks/{task_id}/{tail}"), 404)


def test_entry_shows_its_runs_and_what_people_did(ask: Caller, staff: User) -> None:
    record = dead.dead_letter(fails=True, word="Asha Rao", number=4)
    ask("POST", f"{entry(record.pk)}retry/", {"reason": "try again, ask asha.rao@example.com"})
    dead.run(record)
    found = ask("GET", entry(record.pk)).json()
    assert set(found) == set(shapes.DeadLetterSerializer().fields)
    assert [run["generation"] for run in found["attempts"]] == [1, 0]
    assert set(found["attempts"][0]) == set(shapes.AttemptSerializer().fields)
    (deed,) = found["actions"]
    assert (deed["operation"], deed["actor_id"]) == ("redrive", staff.pk)
    assert "asha" not in deed["reason"].lower()
    assert (found["can_retry"], found["why_not"]) == (True, "")
    assert "Asha" not in json.dumps(found)


def test_retry_queues_the_task_and_says_where_to_look(ask: Caller) -> None:
    record = dead.dead_letter(number=7)
    answer = ask("POST", f"{entry(record.pk)}retry/", {"reason": "mended", "generation": 0})
    assert (answer.status_code, answer.json()["status"], answer.json()["generation"]) == (202, "queued", 1)
    assert set(answer.json()) == set(shapes.RedrivenSerializer().fields)
    task = ask("GET", answer.headers["Location"]).json()
    assert (task["task_id"], task["status"]) == (str(record.pk), "queued")
    assert dead.run(record).result == {"number": 7}


def test_second_retry_is_told_where_the_task_stands(ask: Caller) -> None:
    record = dead.dead_letter()
    ask("POST", f"{entry(record.pk)}retry/", {})
    for body in ({}, {"generation": 0}, {"changes": {"number": 1}}):
        problem = assert_problem(ask("POST", f"{entry(record.pk)}retry/", body), 409, "not_dead")
        assert (problem["state"], problem["generation"]) == ("queued", 1)
    assert TaskAction.objects.count() == 1


def test_retry_of_an_entry_that_failed_again_since_is_refused(ask: Caller) -> None:
    record = dead.dead_letter(fails=True)
    ask("POST", f"{entry(record.pk)}retry/", {})
    dead.run(record)
    for method, url, body in (
        ("POST", f"{entry(record.pk)}retry/", {"generation": 0}),
        ("DELETE", f"{entry(record.pk)}?generation=0", None),
    ):
        problem = assert_problem(ask(method, url, body), 409, "not_dead")
        assert (problem["state"], problem["generation"]) == ("dead", 1)


def test_same_key_answers_the_same_and_sends_back_once(ask: Caller) -> None:
    record = dead.dead_letter(fails=True)
    url = f"{entry(record.pk)}retry/"
    first = ask("POST", url, {}, Idempotency_Key="k1")
    dead.run(record)
    again = ask("POST", url, {}, Idempotency_Key="k1")
    assert (again.status_code, again.json()) == (202, first.json())
    assert again.headers["Location"] == first.headers["Location"]
    assert TaskRecord.objects.get(pk=record.pk).generation == 1


def test_arguments_of_today_take_the_place_of_those_that_failed(ask: Caller) -> None:
    record = dead.dead_letter(fails=True, number=3)
    answer = ask(
        "POST", f"{entry(record.pk)}retry/", {"changes": {"fails": None, "word": "Asha"}, "reason": "typo"}
    )
    assert answer.status_code == 202
    assert dead.run(record).result == {"number": 3}
    assert dead.ran[-1] == {"number": 3, "fails": False, "word": "Asha"}
    deed = TaskAction.objects.get()
    assert (deed.operation, deed.details["changed"]) == ("edit", ["fails", "word"])
    assert "Asha" not in json.dumps(deed.details)


def test_arguments_that_do_not_fit_are_422_and_the_entry_says_so(ask: Caller) -> None:
    record = dead.dead_letter(no_such=1)
    assert_problem(ask("POST", f"{entry(record.pk)}retry/", {}), 422, "arguments_do_not_fit")
    fitting = dead.dead_letter()
    answer = ask("POST", f"{entry(fitting.pk)}retry/", {"changes": {"no_such": 1}})
    assert_problem(answer, 422, "arguments_do_not_fit")
    found = ask("GET", entry(record.pk)).json()
    assert found["can_retry"] is False
    assert "1 of them unknown" in found["why_not"]
    assert TaskRecord.objects.filter(state=State.DEAD).count() == 2


def test_retry_that_the_business_refuses_is_told_why(ask: Caller) -> None:
    recommendation = factories.RecommendationFactory.create()
    kwargs = {"session_id": str(recommendation.session_id)}
    task_id = str(uuid4())
    dlq_handler.send_to_dlq(task_id, "generate_recommendations", kwargs=kwargs, exception=ValueError())
    TaskRecord.objects.filter(pk=task_id).update(subject_id=recommendation.session_id)
    problem = assert_problem(ask("POST", f"{entry(task_id)}retry/", {}), 409, "redrive_refused")
    assert "AWAITING_APPROVAL" in problem["detail"]
    TaskRecord.objects.filter(pk=task_id).update(subject_id=uuid4())
    assert_problem(ask("POST", f"{entry(task_id)}retry/", {}), 409, "redrive_refused")
    assert TaskRecord.objects.get(pk=task_id).state == State.DEAD


def test_discarding_keeps_who_and_why(ask: Caller, staff: User) -> None:
    record = dead.dead_letter()
    assert ask("DELETE", f"{entry(record.pk)}?reason=not%20wanted&generation=0").status_code == 204
    deed = TaskAction.objects.get()
    assert (deed.operation, deed.actor, deed.reason, deed.task_id) == (
        "discard",
        staff,
        "not wanted",
        record.pk,
    )
    problem = assert_problem(ask("DELETE", entry(record.pk)), 409, "not_dead")
    assert problem["state"] == "discarded"


# clearing


def test_clear_discards_what_the_filter_chooses_each_with_a_record(ask: Caller, staff: User) -> None:
    gone = [dead.dead_letter(cause="one"), dead.dead_letter(cause="one")]
    stays = dead.dead_letter(cause="two")
    answer = ask("DELETE", f"{BASE}clear/?cause=one&reason=mended%20by%20hand")
    assert answer.json() == {"discarded": 2}
    assert set(TaskRecord.objects.filter(state=State.DISCARDED)) == set(gone)
    assert TaskRecord.objects.get(pk=stays.pk).state == State.DEAD
    deeds = TaskAction.objects.filter(operation="discard", actor=staff, reason="mended by hand")
    assert {deed.task_id for deed in deeds} == {record.pk for record in gone}
    assert {deed.task_name for deed in deeds} == {dead.NAME}


def test_clear_by_age_spares_the_younger(ask: Caller) -> None:
    old, young = dead.dead_letter(), dead.dead_letter()
    TaskRecord.objects.filter(pk=old.pk).update(finished_at=timezone.now() - timedelta(days=3))
    assert ask("DELETE", f"{BASE}clear/?older_than_days=2.5").json() == {"discarded": 1}
    assert TaskRecord.objects.get(pk=young.pk).state == State.DEAD


def test_clear_of_all_must_be_said(ask: Caller) -> None:
    deaths(3)
    for query in ("", "?all=false", "?reason=spring"):
        assert_problem(ask("DELETE", f"{BASE}clear/{query}"), 400, "filter_required")
    assert ask("DELETE", f"{BASE}clear/?all=true").json() == {"discarded": 3}


def test_filter_in_the_body_of_a_clear_is_not_passed_over(ask: Caller) -> None:
    dead.dead_letter()
    assert_names(ask("DELETE", f"{BASE}clear/?all=true", {"task_name": "x"}), "task_name")
    assert TaskRecord.objects.filter(state=State.DEAD).count() == 1


def test_same_key_with_another_filter_is_another_request(ask: Caller) -> None:
    deaths(1)
    assert ask("DELETE", f"{BASE}clear/?cause=no", Idempotency_Key="k").json() == {"discarded": 0}
    answer = ask("DELETE", f"{BASE}clear/?all=true", Idempotency_Key="k")
    assert_problem(answer, 422, "idempotency_key_reused")


# counts


def test_causes_are_counted_with_the_most_frequent_first(ask: Caller) -> None:
    for cause in ("one", "two", "two"):
        dead.dead_letter(cause=cause)
    groups = ask("GET", f"{BASE}causes/").json()
    assert [(group["cause"], group["count"]) for group in groups["results"]] == [("two", 2), ("one", 1)]
    assert set(groups["results"][0]) == set(shapes.CauseSerializer().fields)
    few = ask("GET", f"{BASE}causes/?limit=1").json()
    assert (len(few["results"]), few["total"]) == (1, 3)


def test_stats_count_the_table_and_balance_the_ledger(ask: Caller) -> None:
    deaths(2)
    discarded = dead.dead_letter()
    dlq_handler.discard_dlq_task(str(discarded.pk))
    stats = ask("GET", f"{BASE}stats/").json()
    assert set(stats) == set(shapes.StatsSerializer().fields)
    assert (stats["total"], stats["dead"], stats["discarded"], stats["by_task"]) == (2, 2, 1, {dead.NAME: 2})
    assert set(stats["index"]) == set(shapes.IndexSerializer().fields)
    assert set(stats["balance"]) == set(shapes.BalanceSerializer().fields)
    assert stats["balance"]["missing"] == 0


# bulks


def test_bulk_only_counts_unless_told_to_begin(ask: Caller) -> None:
    deaths(2)
    dead.dead_letter(no_such=1)
    preview = ask("POST", f"{BASE}retry/", {"filters": {"task_name": dead.NAME}}).json()
    assert set(preview) == set(shapes.PreviewSerializer().fields)
    assert (preview["dry_run"], preview["total"], preview["do_not_fit"]) == (True, 3, 1)
    assert preview["by_task"] == {dead.NAME: 3}
    assert not BulkRedrive.objects.exists()
    assert TaskRecord.objects.filter(state=State.DEAD).count() == 3


def test_bulk_is_begun_followed_and_stopped(ask: Caller, staff: User) -> None:
    deaths(30)
    skipped = dead.dead_letter(no_such=1)
    body = {
        "filters": {"exception_type": "ValueError"},
        "dry_run": False,
        "rate_per_minute": 90,
        "reason": "mended",
    }
    begun = ask("POST", f"{BASE}retry/", body)
    assert (begun.status_code, begun.json()["total"]) == (202, 31)
    url = begun.headers["Location"]
    fresh = ask("GET", url).json()
    assert set(fresh) == set(shapes.BulkSerializer().fields)
    assert fresh["filters"] == {"exception_type": "ValueError"}
    assert (fresh["items"]["pending"], fresh["actor_id"], fresh["rate_per_minute"]) == (31, staff.pk, 90)
    assert fresh["canaries"] == {"planned": 11, "sent": 0, "passed": False}

    bulks.advance()  # the newest does not fit: it is skipped, and is no canary
    bulks.advance()
    way = ask("GET", url).json()
    assert way["troubles"] == [
        {"task_id": str(skipped.pk), "state": "skipped", "why": way["troubles"][0]["why"]}
    ]
    assert (way["items"]["sent"], way["canaries"]["sent"]) == (1, 1)

    (listed,) = ask("GET", f"{BASE}bulk/").json()["results"]
    assert listed == {name: value for name, value in way.items() if name != "troubles"}
    stopped = ask("POST", f"{url}stop/", {"reason": "wrong cause"}).json()
    assert (stopped["state"], stopped["why_stopped"]) == ("stopped", "stopped by a person")
    assert_problem(ask("POST", f"{url}stop/", {}), 409, "bulk_ended")
    assert list(TaskAction.objects.values_list("operation", "actor")) == [
        ("bulk_stop", staff.pk), ("bulk_redrive", staff.pk),
    ]  # fmt: skip


def test_same_key_begins_one_bulk(ask: Caller) -> None:
    deaths(2)
    body = {"all": True, "dry_run": False}
    answers = [ask("POST", f"{BASE}retry/", body, Idempotency_Key="k") for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert BulkRedrive.objects.count() == 1


def test_bulks_come_in_pages(ask: Caller) -> None:
    for _ in range(3):
        ask("POST", f"{BASE}retry/", {"all": True, "dry_run": False})
    first = ask("GET", f"{BASE}bulk/?limit=2").json()
    second = ask("GET", first["next"]).json()
    assert (len(first["results"]), len(second["results"]), second["total"]) == (2, 1, 3)
    assert_problem(ask("GET", f"{BASE}bulk/?limit=0"), 400)


@pytest.mark.parametrize(("method", "tail"), [("GET", ""), ("POST", "stop/")])
def test_bulk_that_is_not_there_is_404(ask: Caller, method: str, tail: str) -> None:
    assert_problem(ask(method, f"{BASE}bulk/{NOBODY}/{tail}"), 404)


# who


def test_browser_session_needs_its_csrf_token(staff: User) -> None:
    record = dead.dead_letter()
    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(staff)
    assert browser.get(entry(record.pk)).status_code == 200
    refused = browser.post(f"{entry(record.pk)}retry/", b"{}", "application/json")
    assert_problem(refused, 403)
    browser.get("/admin/password_change/")  # a page with a form gives the token
    token = browser.cookies["csrftoken"].value
    sent = browser.post(
        f"{entry(record.pk)}retry/", b"{}", "application/json", headers={"X-CSRFToken": token}
    )
    assert sent.status_code == 202


# personal data

SECRETS = [
    "Asha Venkataraman",
    "98450 12345",
    "asha.v@example.com",
    "4111 1111 1111 1111",
    "ABCPV1234F",
    "Lake View Road",
]


def test_no_answer_shows_what_arguments_and_errors_held(ask: Caller) -> None:
    planted: list[str] = []
    for n, secret in enumerate(SECRETS):
        planted.append(f"{secret} {n}{n}")
        task_id = str(uuid4()) if n % 2 else f"foreign-{n}"
        name = (dead.NAME, "process_conversation_step", "removed_long_ago")[n % 3]
        try:
            try:
                int(planted[-1])
            except ValueError as error:
                raise KeyError({"who": planted[-1]}) from error
        except KeyError as error:
            nested = {"word": planted[-1], "context": {planted[-1]: [planted[-1]]}}
            dlq_handler.send_to_dlq(task_id, name, [planted[-1]], nested, error, 3)
    shown = _everything(ask)
    for secret in (*SECRETS, *planted):
        assert secret not in shown
        assert secret.split()[0] not in shown


def _everything(ask: Caller) -> str:
    """Every answer the queue gives about what it holds, with headers."""
    rows = ask("GET", f"{BASE}tasks/").json()["results"]
    assert len(rows) == len(SECRETS)
    told = SECRETS[1:5]  # people's own words are scrubbed by patterns, and these have one
    reason = {"reason": " and ".join(told)}
    answers = [ask("GET", f"{BASE}{route}") for route in ("tasks/", "stats/", "causes/")]
    answers += [ask("GET", entry(row["task_id"])) for row in rows]
    answers += [ask("POST", f"{entry(row['task_id'])}retry/", reason) for row in rows]
    answers += [ask("POST", f"{entry(row['task_id'])}retry/", {"changes": {"x": SECRETS[0]}}) for row in rows]
    answers += [ask("POST", f"{BASE}retry/", {"all": True, **reason})]
    begun = ask("POST", f"{BASE}retry/", {"all": True, "dry_run": False, **reason})
    bulks.advance()
    answers += [begun, ask("GET", begun.headers["Location"]), ask("GET", f"{BASE}bulk/")]
    answers += [ask("POST", f"{begun.headers['Location']}stop/", reason)]
    answers += [ask("DELETE", f"{entry(rows[0]['task_id'])}?reason={quote(told[0])}")]
    answers += [ask("DELETE", f"{BASE}clear/?all=true&reason={quote(told[0])}")]
    assert {answer.status_code for answer in answers} <= {200, 202, 204, 409, 422}
    return "\n".join(f"{answer.headers}{answer.content.decode()}" for answer in answers)
