"""What is answered where no API view could: problems under /api/, a short page elsewhere, nothing told, logged once."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client as Browser
from django.urls import reverse

from apps.onboarding_api.services import access
from apps.onboarding_api.tests import factories
from apps.onboarding_api.tests.api_world import Caller, assert_problem

pytestmark = pytest.mark.django_db
SECRET = "the mobile 9822051337 of asha.kulkarni@sunrise.example"


@pytest.fixture
def browser() -> Browser:
    return Browser(raise_request_exception=False)


def crash(*args: Any, **kwargs: Any) -> Any:
    raise RuntimeError(SECRET)


@pytest.mark.parametrize("path", ["/api/", "/api/v2/onboarding/", "/api/v1/onboarding/sessions/not-a-uuid/"])
def test_unknown_addresses_of_the_api_are_problems(browser: Browser, path: str) -> None:
    assert_problem(browser.get(path), 404, "not_found")


@pytest.mark.usefixtures("kept_connection")
@pytest.mark.parametrize("accept", ["application/xml", "image/png", "nonsense"])
def test_a_form_of_answer_that_is_not_offered_is_a_problem(accept: str) -> None:
    session = factories.SessionFactory.create()
    caller = Caller(factories.UserFactory.create(is_staff=True), Accept=accept)
    for address in (
        reverse("sessions"),
        reverse("session", args=[session.pk]),
        reverse("events", args=[session.pk]),
    ):
        assert_problem(caller("GET", address), 406, "not_acceptable")


@pytest.mark.usefixtures("kept_connection")
def test_who_asks_for_a_stream_gets_problems_in_json() -> None:
    session = factories.SessionFactory.create()
    caller = Caller(factories.UserFactory.create(), Accept="text/event-stream")
    assert_problem(caller("GET", reverse("events", args=[session.pk])), 404, "not_found")


def test_unknown_addresses_elsewhere_are_a_page(browser: Browser) -> None:
    answer = browser.get("/nowhere/<script>/")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("text/html")
    assert b"<script>" not in answer.content
    assert len(answer.content) < 1500


@pytest.mark.parametrize(("path", "is_api"), [("/api/v1/onboarding/sessions/", True), ("/admin/", False)])
def test_a_host_that_is_not_ours_is_refused(browser: Browser, settings: Any, path: str, is_api: bool) -> None:
    settings.ALLOWED_HOSTS = ["onboarding.example"]
    answer = browser.get(path, headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert b"evil" not in answer.content
    if is_api:
        assert_problem(answer, 400)


def test_an_exception_in_an_api_view_is_a_problem_that_tells_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(access, "visible_session", crash)
    session = factories.SessionFactory.create()
    answer = Caller(factories.UserFactory.create())("GET", reverse("session", args=[session.pk]))
    assert_problem(answer, 500, "internal_error")
    for part in ("9822051337", "asha", "RuntimeError", "Traceback", ".py"):
        assert part not in answer.content.decode()


class _Keeper(logging.Handler):
    """Keeps the records."""

    def __init__(self, records: list[logging.LogRecord]) -> None:
        super().__init__()
        self._records = records

    def emit(self, record: logging.LogRecord) -> None:
        self._records.append(record)


def test_an_exception_is_logged_once_and_scrubbed(monkeypatch: pytest.MonkeyPatch) -> None:
    records: list[logging.LogRecord] = []
    keeper = _Keeper(records)
    monkeypatch.setattr(access, "visible_session", crash)
    session = factories.SessionFactory.create()
    caller = Caller(factories.UserFactory.create())
    loggers = [logging.getLogger(), logging.getLogger("django")]
    for logger in loggers:
        logger.addHandler(keeper)
    try:
        caller("GET", reverse("session", args=[session.pk]))
    finally:
        for logger in loggers:
            logger.removeHandler(keeper)
    errors = [record for record in records if record.levelno >= logging.ERROR]
    assert len(errors) == 1
    formatter = next(
        handler.formatter for handler in logging.getLogger("django").handlers if handler.formatter
    )
    line = formatter.format(errors[0])
    assert "RuntimeError" in line
    assert "9822051337" not in line
    assert "asha.kulkarni" not in line


def test_an_exception_elsewhere_is_a_page_that_tells_nothing(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    from apps.onboarding_api.services import metrics

    monkeypatch.setattr(metrics, "exposition", crash)
    answer = browser.get(reverse("metrics"))
    assert answer.status_code == 500
    assert answer.headers["Content-Type"].startswith("text/html")
    assert b"9822051337" not in answer.content
    assert answer.headers["X-Correlation-ID"].encode() in answer.content


def test_csrf_is_enforced_on_pages_in_words(settings: Any) -> None:
    strict = Browser(enforce_csrf_checks=True)
    answer = strict.post("/admin/login/", {"username": "a", "password": "b"})
    assert answer.status_code == 403
    assert b"load it again" in answer.content


def test_forbidden_pages_of_the_admin_are_short(browser: Browser) -> None:
    staff = User.objects.create(username="looker", is_staff=True)
    browser.force_login(staff)
    answer = browser.get(reverse("admin:onboarding_client_changelist"))
    assert answer.status_code == 403
    assert b"not allowed" in answer.content
