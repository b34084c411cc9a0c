"""By shape only: addresses in log lines, ids that clients make, what a client says it is."""

from __future__ import annotations

import logging
import sys
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import get_resolver

from apps.onboarding_api.services.pii_integration import shape
from apps.onboarding_api.services.pii_integration.logs import ScrubbingFormatter

UNLISTED = "Qwelthorpe Zunderbyx"
"""A name that no list holds and no rule finds."""
LINES = ScrubbingFormatter()


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("/api/v1/onboarding/sessions/", "/api/v1/onboarding/sessions/"),
        (
            "/api/v1/onboarding/tasks/110bcd25-a55d-453a-8046-1297901ea002/",
            "/api/v1/onboarding/tasks/110bcd25-a55d-453a-8046-1297901ea002/",
        ),
        ("/admin/auth/user/17/change/", "/admin/auth/user/17/change/"),
        ("/api/v1/qwelthorpe/", "/api/v1/…/"),
        ("/9845012345/plan.pdf", "/…/…"),
        ("/health/live/", "/health/live/"),
    ],
)
def test_paths_keep_the_words_of_routes_and_ids(given: str, shown: str) -> None:
    get_resolver().resolve("/health/live/")
    assert shape.path(given) == shown


@pytest.mark.parametrize(
    "identity",
    [
        "bf6c4cabff8048d48358b0703d4ff140", "00f067aa0ba902b7", "01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "110bcd25-a55d-453a-8046-1297901ea002",
        "110BCD25-A55D-453A-8046-1297901EA002",
    ],
)  # fmt: skip
def test_ids_of_machines_are_such(identity: str) -> None:
    assert shape.is_machine_made(identity)


@pytest.mark.parametrize(
    "identity",
    [
        "Qwelthorpe-1",
        "zunderbyx.q",
        "call-asha-now",
        "ravi_teja_98",
        "0151-255-26239",
        "081256-58826",
        "610425735",
        "id-0044-7400-222262",
        "feed-face-bad",
        "4111111111111111",
        "asHa-kuLkarni-req",
        "test-correlation-id",
        "7ASHAKARANJKAR000000000000",
    ],
)
def test_ids_that_could_spell_somebody_are_not(identity: str) -> None:
    assert not shape.is_machine_made(identity)


@pytest.mark.parametrize(
    "identity", ["order-sync-42", "my-test-1", "test-correlation-id", "req_000123", "trace.7"]
)
def test_ids_of_everyday_words_spell_nobody(identity: str) -> None:
    assert shape.spells_nobody(identity)


@pytest.mark.parametrize(
    "identity",
    [
        "call-asha-now",
        "AshaKulkarni",
        "req-AshaVerma-1",
        "zunderbyx.q",
        "98220a51337",
        "0151-255-26239",
        "a-s-h-a",
        "ø-1",
    ],
)
def test_ids_of_other_words_or_many_digits_may(identity: str) -> None:
    assert not shape.spells_nobody(identity)


@pytest.mark.parametrize(
    ("agent", "told"),
    [
        (
            "Mozilla/5.0 (Linux; Android 14; Pixel 8) (KHTML, like Gecko) Chrome/126.0 Safari/537.36",
            "Chrome, Android",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile/15E148 Safari/604.1",
            "Safari, iPhone",
        ),
        ("python-httpx/0.28.1", "httpx"),
        (f"{UNLISTED}'s tablet", ""),
    ],
)
def test_device_is_told_in_known_words(agent: str, told: str) -> None:
    assert shape.device(agent) == told


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("site_brief", "site_brief"),
        ("WhatsApp Image 2026-01-15 at 09.30.00", "WhatsApp Image 2026-01-15 at 09.30.00"),
        ("SiteBrief-v2 (final)", "SiteBrief-v2 (final)"),
        (f"contract {UNLISTED} signed", "contract … signed"),
        ("Zunderbyx's IMG_0012", "…'s IMG_0012"),
        ("98450_12345 list", "… list"),
        ("Will Brown", "…"),
        ("[REDACTED_EMAIL] plan", "[REDACTED_EMAIL] plan"),
        ("98450 plan 12345", "… plan …"),
        ("list 9.8-4x5_0y1z2z3", "list …"),
        ("nine eight four five zero one two plan", "… plan"),
        ("plan q w e l t h", "plan …"),
        ("gate A to C 15-01-2026 to 2026-02 v2", "gate A to C 15-01-2026 to 2026-02 v2"),
    ],
)
def test_titles_keep_everyday_words_dates_and_small_numbers(given: str, shown: str) -> None:
    assert shape.title(given) == shown


def line(logger: str, message: object, *arguments: object, error: BaseException | None = None) -> str:
    info: Any = (type(error), error, error.__traceback__) if error else None
    return LINES.format(logging.LogRecord(logger, logging.ERROR, __file__, 1, message, arguments, info))


def test_error_that_quotes_an_unlisted_name_is_logged_without_it() -> None:
    try:
        try:
            int(UNLISTED)
        except ValueError as error:
            raise LookupError(f"no person {UNLISTED}") from error
    except LookupError:
        told = line("celery.task", "while %s", "working", error=sys.exc_info()[1])
    assert "Qwelthorpe" not in told
    assert "LookupError: no person" in told
    assert "invalid literal for int() with base 10" in told
    assert "test_pii_shape.py" in told


def test_error_among_the_arguments_is_logged_without_what_it_quotes() -> None:
    error = ValueError(f"cannot read {UNLISTED}")
    assert "Qwelthorpe" not in line("celery.task", "gave up: %s", error) + line("celery.task", error)
    assert "Qwelthorpe" not in line("celery.task", "gave up: %(error)s", {"error": error})


def test_text_of_an_exception_that_another_formatter_left_is_withheld() -> None:
    record = logging.LogRecord("celery.task", logging.ERROR, __file__, 1, "x", (), None)
    record.exc_text = f"ValueError: {UNLISTED}"
    assert "Qwelthorpe" not in LINES.format(record)


@pytest.mark.parametrize(
    ("path", "headers"),
    [(f"/api/v1/{UNLISTED}/", {}), (f"/{UNLISTED}", {}), ("/admin/", {"Host": "qwelthorpe.example"})],
)
def test_refused_requests_are_logged_by_shape(
    path: str, headers: dict[str, str], settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.ALLOWED_HOSTS = ["testserver"]
    caplog.handler.setFormatter(LINES)
    for name in ("django.request", "django.security"):
        logging.getLogger(name).addHandler(caplog.handler)
    try:
        answer = Browser(raise_request_exception=False).get(path, headers=headers)
    finally:
        for name in ("django.request", "django.security"):
            logging.getLogger(name).removeHandler(caplog.handler)
    assert answer.status_code in {400, 404}
    assert caplog.text
    assert "welthorpe" not in caplog.text
    assert "Zunderbyx" not in caplog.text
