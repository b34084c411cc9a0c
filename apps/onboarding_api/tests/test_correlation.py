"""One correlation id from the request through events, tasks, problems and log lines, back to the answer."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.urls import reverse

from apps.onboarding.models import SessionEvent
from apps.onboarding_api.tests import api_world, factories
from apps.onboarding_api.tests.api_world import Caller, assert_problem
from apps.task_ledger import correlation
from apps.task_ledger.models import TaskRecord

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_storage", "kept_connection")]
MINE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
OTHER = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
INSANE = [
    "",
    "short",
    "x" * 65,
    "two words",
    'quote"d-value',
    "line%0abreak",
    "ünïcode-value",
    "<script>1</script>",
]


@pytest.fixture
def caller() -> Caller:
    return Caller(factories.MembershipFactory.create().user)


def test_a_sane_id_comes_back_as_it_was(caller: Caller) -> None:
    answer = caller("GET", reverse("sessions"), X_Correlation_ID=MINE)
    assert answer.headers["X-Correlation-ID"] == MINE


@pytest.mark.parametrize("value", INSANE)
def test_an_insane_id_is_replaced(caller: Caller, value: str) -> None:
    answer = caller("GET", reverse("sessions"), X_Correlation_ID=value)
    given = answer.headers["X-Correlation-ID"]
    assert given != value
    assert correlation.accept(given) == given


def test_id_of_words_becomes_the_same_digest_each_time(caller: Caller) -> None:
    first, again, other = (
        caller("GET", reverse("sessions"), X_Correlation_ID=value).headers["X-Correlation-ID"]
        for value in ("opening-of-zunderbyx", "opening-of-zunderbyx", "opening-of-another")
    )
    assert first == again != other
    assert "zunderbyx" not in first


def test_each_request_without_an_id_gets_one_of_its_own(caller: Caller) -> None:
    ids = {caller("GET", reverse("sessions")).headers["X-Correlation-ID"] for _ in range(3)}
    assert len(ids) == 3


def test_the_id_is_on_events_and_tasks(caller: Caller) -> None:
    factories.default_flow()
    opened = caller("POST", reverse("conversation"), {}, X_Correlation_ID=OTHER).json()
    body = {"session_id": opened["session_id"], "text": "a warehouse"}
    answered = caller("POST", reverse("conversation"), body, X_Correlation_ID=MINE).json()
    events = SessionEvent.objects.filter(session=opened["session_id"])
    assert set(events.values_list("correlation_id", flat=True)) == {OTHER, MINE}
    assert events.get(kind="answer_received").correlation_id == MINE
    assert TaskRecord.objects.get(pk=answered["task_id"]).correlation_id == MINE


@pytest.mark.parametrize(
    ("path", "status"),
    [("/api/v1/onboarding/sessions/nonsense/", 404), ("/api/nowhere/", 404), ("/nowhere/", 404)],
)
def test_the_id_is_on_answers_outside_the_api_views(caller: Caller, path: str, status: int) -> None:
    answer = caller("GET", path, X_Correlation_ID=MINE)
    assert answer.status_code == status
    assert answer.headers["X-Correlation-ID"] == MINE
    assert MINE in answer.content.decode()


class _Noting(correlation.CorrelationFilter):
    """The filter of the product's handlers, which also remembers what it put on the records."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def filter(self, record: logging.LogRecord) -> bool:
        passes = super().filter(record)
        self.seen.append(vars(record)["correlation_id"])
        return passes


def test_the_id_is_in_problems_and_in_the_log_line(
    caller: Caller, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from apps.onboarding_api.services import access

    def crash(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("no such luck")

    keeper = _Noting()
    monkeypatch.setattr(access, "visible_session", crash)
    monkeypatch.setattr(
        logging.getLogger("django.request"), "filters", [keeper]
    )  # fmt: skip
    session = factories.SessionFactory.create()
    answer = caller("GET", reverse("session", args=[session.pk]), X_Correlation_ID=MINE)
    assert assert_problem(answer, 500, "internal_error")["correlation_id"] == MINE
    assert MINE in keeper.seen


def test_no_id_is_left_behind_after_a_request(caller: Caller) -> None:
    caller("GET", reverse("sessions"), X_Correlation_ID=MINE)
    assert correlation.current() == ""


def test_event_rows_tell_their_id_to_clients(caller: Caller) -> None:
    world = api_world.make_world()
    page = Caller(world.person("manager"))("GET", reverse("events", args=[world.session.pk])).json()
    assert all("correlation_id" in event for event in page["results"])
