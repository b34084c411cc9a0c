"""Registers, meters and text, by the real embedded engine, loaded once."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from apps.onboarding_api.services.ocr_service import OnboardingOCRService
from apps.onboarding_api.services.photos.errors import ImageUnreadable
from apps.onboarding_api.tests import factories

MEDIA = Path(__file__).parent / "media"
pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def session_id():
    return factories.SessionFactory().session_id


def test_register_page_becomes_rows_without_names_and_phones(session_id, caplog):
    with caplog.at_level(logging.DEBUG), (MEDIA / "register_page.jpg").open("rb") as photo:
        found = OnboardingOCRService().read_register(photo, session_id)
    assert found["columns"] == ["No", "Name", "Phone", "Time in", "Purpose"]
    assert found["header_detected"]
    texts = [[cell["text"] for cell in row["cells"]] for row in found["rows"]]
    assert [(row[0], row[3], row[4]) for row in texts] == [
        ("1", "09:10", "Delivery"),
        ("2", "09:42", "Interview"),
        ("3", "10:05", "Audit"),
        ("4", "10:30", "Repairs"),
        ("5", "11:15", "Meeting"),
    ]
    assert all("REDACTED_NAME" in row[1] and "REDACTED_PHONE" in row[2] for row in texts)
    written = json.dumps(found)
    for personal in ("Verma", "Meera", "98450", "54321"):
        assert personal not in written
        assert personal not in caplog.text
    assert found["pii_redacted"]
    assert found["redaction_metadata"]["redactions_count"] >= 10


def test_lcd_meter_is_read_where_the_last_reading_is_known(session_id):
    with (MEDIA / "meter_lcd.jpg").open("rb") as photo:
        found = OnboardingOCRService().read_meter(photo, session_id, previous="004498")
    assert (found["status"], found["value"], found["unit"]) == ("read", "004512", "kWh")
    json.dumps(found)


def test_drum_meter_without_a_last_reading_is_proposed_and_asked(session_id):
    with (MEDIA / "meter_drum.jpg").open("rb") as photo:
        found = OnboardingOCRService().read_meter(photo, session_id)
    assert (found["status"], found["value"], found["unit"]) == ("needs_confirmation", "01834", "m3")
    assert found["reasons"] == ["digit_count_unknown"]


def test_text_of_a_page_is_sanitised_as_one(session_id):
    with (MEDIA / "register_page.jpg").open("rb") as photo:
        found = OnboardingOCRService().read_text(photo, session_id, document_type="register")
    assert found["text"].startswith("VISITORS REGISTER")
    assert "98450" not in found["text"]


def test_scene_is_no_meter(session_id):
    found = OnboardingOCRService().read_meter((MEDIA / "scene_plain.jpg").read_bytes(), session_id)
    assert (found["status"], found["value"]) == ("unreadable", None)


def test_recording_is_no_photo(session_id):
    with pytest.raises(ImageUnreadable):
        OnboardingOCRService().read_text((MEDIA / "voice_cctv.wav").read_bytes(), session_id)
