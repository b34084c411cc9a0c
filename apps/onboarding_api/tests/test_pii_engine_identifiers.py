"""Personal values inside of identifiers, paths and escapes: what logs keep of them."""

from __future__ import annotations

import pytest

from apps.onboarding_api.services.pii_integration import engine, hooks
from apps.onboarding_api.services.pii_integration.keys import scrub_json
from apps.onboarding_api.services.pii_integration.strict import scrub


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("user asha_verma failed", "user [REDACTED_NAME] failed"),
        ("login of asha.verma denied", "login of [REDACTED_NAME] denied"),
        ("/home/asha.verma/x", "/home/[REDACTED_NAME]/x"),
        ("file_9845012345", "file_[REDACTED_PHONE]"),
        ("/files/9845012345.jpg", "/files/[REDACTED_PHONE].jpg"),
        ("a9845012345b", "a[REDACTED_PHONE]b"),
        ("98450,12345", "[REDACTED_PHONE]"),
        ("asha.rao%2540sunrise.example", "[REDACTED_EMAIL]"),
        (r"asha.rao\x40sunrise.example", "[REDACTED_EMAIL]"),
    ],
)
def test_people_are_taken_out_of_identifiers(written: str, kept: str) -> None:
    assert scrub(written) == kept


@pytest.mark.parametrize(
    "line",
    [
        "apps.onboarding_api.services.conversation failed", "celery.worker.consumer.connection", "user_rose_garden",
        "mark_done", "will_retry", "models.grant.access", "summer.may", "/home/root/x", "chunk_00012345678.bin",
        "took 1732271234567 ms", "id 0b8f2c44-1111-4222-8333-999988887777", "size 1234567890", "1.9845012345",
    ],
)  # fmt: skip
def test_words_of_code_stay(line: str) -> None:
    assert scrub(line) == line


def test_identifiers_of_things_stay_in_a_conversation() -> None:
    assert engine.find("the key is gate_9845012345 of asha_verma", policy="balanced") == ()


def test_numbers_with_a_point_are_numbers_too() -> None:
    assert scrub_json({"a": 9822051337.0, "b": 1.5}) == {"a": "[REDACTED_PHONE]", "b": 1.5}


def test_the_way_an_error_was_caught_is_scrubbed() -> None:
    error = {"type": "X", "mechanism": {"type": "asha.rao@sunrise.example", "handled": True}}
    sent = hooks.before_send({"exception": {"values": [error]}})
    assert sent is not None
    assert sent["exception"]["values"][0]["mechanism"] == {"type": "[REDACTED_EMAIL]", "handled": True}
