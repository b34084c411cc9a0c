"""The log formatter: the final string is clean, readable, bounded, and never an error."""

from __future__ import annotations

import json
import logging
import sys
from typing import Any

import pytest

from apps.onboarding_api.services.pii_integration.logs import (
    _MOST_SCRUBBED,
    MAX_LINE_CHARS,
    ScrubbingFormatter,
)

TEXT, JSON = ScrubbingFormatter("text"), ScrubbingFormatter("json")


def record(message: object, *arguments: object, **extra: object) -> logging.LogRecord:
    made = logging.LogRecord("celery.task", logging.INFO, "/srv/app/tasks.py", 12, message, arguments, None)
    made.__dict__.update(extra)
    return made


@pytest.mark.parametrize(
    "line",
    [
        "Task onboarding.step[110bcd25-a55d-453a-8046-1297901ea002] succeeded in 0.0312s: None",
        "GET /api/v1/onboarding/tasks/110bcd25-a55d-453a-8046-1297901ea002/ 200 12 ms",
        "listening on 127.0.0.1:8000 at 2026-11-22T00:16:02.732Z",
        'File "/srv/app/apps/onboarding_api/services/llm/__init__.py", line 1423, in handle_request',
        "celery 5.7.0, redis-py 8.1.0, Python 3.11.7",
        "worker 20481 lost 3 of 1200 leases, 1048576 bytes, 12 ms",
        "commit 7622dec1e5f7d25dc60b57c28c39f4c4af197018",
        "trace 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "Not Found: /api/v1/nothing/",
        "Circuit breaker for Speech opened after 5 failures",
        "<object at 0x7f8a3c2d1e40>",
    ],
)
def test_ordinary_lines_stay_as_they_are(line):
    assert TEXT.format(record(line)).endswith(line)


def test_line_has_utc_time_level_logger_and_correlation():
    made = record("hello", correlation_id="abc-12345")
    made.created = 0
    assert TEXT.format(made) == "1970-01-01T00:00:00.000Z INFO celery.task [abc-12345] hello"


def test_missing_correlation_is_a_dash():
    assert "[-] hello" in TEXT.format(record("hello"))


def test_json_is_one_line_with_the_same_facts():
    line = JSON.format(record("call %s\nnow", "+91 98765 43210", correlation_id="abc-12345"))
    assert "\n" not in line
    read = json.loads(line)
    assert read["message"] == "call [REDACTED_PHONE]\nnow"
    assert read["correlation_id"] == "abc-12345"
    assert read["source"] == "tasks.py:12"


@pytest.mark.parametrize("formatter", [TEXT, JSON])
def test_planted_address_is_in_no_part_of_an_exception(formatter):
    secret = "jane.roe@example.org"
    try:
        try:
            raise ValueError(secret)
        except ValueError as error:
            raise KeyError(f"no {secret}") from error
    except KeyError:
        made = record("while %s", {"email": secret}, stack_info=f"Stack: {secret}")
        made.exc_info = sys.exc_info()
    line = formatter.format(made)
    assert "jane" not in line
    assert "test_pii_logs.py" in line
    assert made.exc_text is None


def test_text_of_an_exception_another_formatter_left_is_scrubbed():
    assert "jane" not in TEXT.format(record("x", exc_text="ValueError: jane.roe@example.org"))


@pytest.mark.parametrize(
    ("said", "gone"),
    [
        ("kwargs={'full_name': 'ravi teja', 'retries': 2}", "ravi"),
        ("password='hunter22'", "hunter"),
        ("Authorization: Bearer abcdefghijklmnop", "abcdefgh"),
        ("postgresql://app:s3cret@db:5432/x", "s3cret"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abcdefghijk", "eyJ"),
        ("client 203.0.113.9 refused", "203.0"),
    ],
)
def test_secrets_and_names_go(said, gone):
    assert gone not in TEXT.format(record(said))


def test_bad_arguments_do_not_raise():
    assert "could not be formatted" in TEXT.format(record("%d and %s", "x"))


def test_object_that_cannot_be_printed_does_not_raise():
    class Bad:
        def __str__(self) -> str:
            raise RuntimeError("jane.roe@example.org")

    line = TEXT.format(record(Bad()))
    assert "jane" not in line


def test_failing_scrubber_withholds_the_line(monkeypatch):
    from apps.onboarding_api.services.pii_integration import logs

    monkeypatch.setattr(logs, "scrub", lambda _: 1 / 0)
    assert "jane" not in TEXT.format(record("jane.roe@example.org"))


def test_long_line_is_cut_and_says_so():
    line = TEXT.format(record("x y " * 20_000))
    assert len(line) < MAX_LINE_CHARS + 200
    assert line.endswith("[cut, 80000 characters]")


def test_value_across_the_cut_leaves_no_half_where_scrubbing_made_the_line_short():
    said = "write to asha.kulkarni.of.the.long.address.of.sunrise.hospital@sunrise-hospital.example " * 150
    before = said + "x " * ((_MOST_SCRUBBED - 6 - len(said)) // 2)
    _, _, line = TEXT.format(record(before + "9822051337 " + "word " * 400)).partition("write")
    assert len(line) < MAX_LINE_CHARS
    assert "9" not in line.rpartition("[cut")[0]
    assert line.endswith(" characters]")


def test_value_across_the_cut_leaves_no_half():
    padding = "word " * (MAX_LINE_CHARS // 5)
    line = TEXT.format(record(padding[: MAX_LINE_CHARS - 8] + " call +91 98765 43210 " + "x" * 3_000))
    assert "98765" not in line
    assert "+91" not in line


def test_unknown_style_is_refused():
    style: Any = "xml"
    with pytest.raises(ValueError, match="text or json"):
        ScrubbingFormatter(style)
