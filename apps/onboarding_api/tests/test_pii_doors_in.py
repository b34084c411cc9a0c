"""The doors by which text comes in: planted values go through, and the other side holds none of them."""

from __future__ import annotations

import io
import json
import logging
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from apps.onboarding.errors import InvalidInput
from apps.onboarding.models import ConversationSession, MeterReading, Turn, Upload
from apps.onboarding_api.services import conversation, uploads
from apps.onboarding_api.services.conversation import admission, hearing, processing
from apps.onboarding_api.services.document_service import OnboardingDocumentService
from apps.onboarding_api.services.image_analysis import OnboardingImageAnalysisService
from apps.onboarding_api.services.ocr_service import OnboardingOCRService
from apps.onboarding_api.services.photos import preparing
from apps.onboarding_api.services.pii_integration import vault
from apps.onboarding_api.tests import api_world, factories
from apps.onboarding_api.tests.api_world import Caller
from apps.onboarding_api.tests.pii_planting import (
    EMAIL,
    NAME,
    PHONE,
    PLANTED,
    UNLISTED,
    assert_clean,
    kept_text,
)
from scripts.pii_canaries import papers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_storage", "kept_connection")]
MEDIA = Path(__file__).parent / "media"


@dataclass(frozen=True)
class Scene:
    """A manager and a session whose first question is open."""

    user: User
    session: ConversationSession


@pytest.fixture
def scene() -> Scene:
    member = factories.MembershipFactory.create(role="manager")
    return Scene(member.user, factories.SessionFactory.create(client=member.client, user=member.user))


@pytest.fixture
def ask(scene: Scene) -> Caller:
    return Caller(scene.user)


def work(session: ConversationSession) -> None:
    """What the worker does with the open turn of a session."""
    turn = session.turns.latest("number")
    processing.process_step(session_id=session.pk, user_input="", context={"turn_id": str(turn.pk)})


def test_conversation_keeps_placeholders_only(ask: Caller, scene: Scene) -> None:
    body = {"session_id": str(scene.session.pk), "text": PLANTED}
    assert ask("POST", reverse("conversation"), body).status_code == 202
    work(scene.session)
    assert_clean(kept_text())
    turn = Turn.objects.get(session=scene.session)
    assert vault.restore_text(scene.session.pk, turn.text) == PLANTED
    assert turn.pii["by_type"] == {"NAME": 1, "PHONE": 1, "EMAIL": 1}


@pytest.mark.parametrize(
    "choice",
    [PLANTED, [PLANTED, {"who": PLANTED}], {PLANTED: 1}, 9822051337, {"call": 9822051337.0}],
    ids=["text", "list", "key", "number", "fraction"],
)
def test_choices_keep_placeholders_only(ask: Caller, scene: Scene, choice: Any) -> None:
    body = {"session_id": str(scene.session.pk), "choice": choice}
    assert ask("POST", reverse("conversation"), body).status_code == 202
    work(scene.session)
    assert_clean(kept_text())


@pytest.mark.parametrize("value", [[UNLISTED], {"name": UNLISTED}, {UNLISTED: 1}])
def test_a_personal_question_takes_one_text_only(scene: Scene, ask: Caller, value: Any) -> None:
    slot = SimpleNamespace(personal="NAME")
    with pytest.raises(InvalidInput):
        admission.as_text_where_personal(value, slot)  # type: ignore[arg-type]  # no more of a slot is read
    path = reverse("session", args=[scene.session.pk])
    body = {"collected_data": {"emergency_contact_name": value}}
    assert ask("PATCH", path, body, If_Match="*").status_code == 400
    assert_clean(kept_text(), unlisted=True)


def test_corrections_keep_placeholders_only(ask: Caller, scene: Scene) -> None:
    data = {
        "emergency_contact_name": UNLISTED, "emergency_contact_phone": PHONE, "emergency_contact_email": EMAIL,
        "notes": PLANTED,
    }  # fmt: skip
    body = {"collected_data": data}
    path = reverse("session", args=[scene.session.pk])
    assert ask("PATCH", path, body, If_Match="*").status_code == 200
    assert ask("PATCH", path, {"collected_data": {UNLISTED: PLANTED}}, If_Match="*").status_code == 400
    assert_clean(kept_text(), unlisted=True)


def test_reasons_and_amendments_keep_placeholders_only() -> None:
    world = api_world.make_world()
    ask, staff = Caller(world.person("manager")), Caller(world.person("staff"))
    contact = {"name": UNLISTED, "role": "manager", "phone": PHONE, "email": EMAIL}
    body = {
        "decision": "amend",
        "reason": PLANTED,
        "changes": {
            "contacts": {"second": contact},
            "posts": {"gate-1": {"name": f"Gate of {NAME}"}},
        },
    }
    amended = ask("POST", reverse("approve", args=[world.recommendation.pk]), body)
    assert amended.status_code == 200, amended.content
    following = amended.json()["next_recommendation_id"]
    applied = staff("POST", reverse("approve", args=[following]), {"decision": "approve", "reason": PLANTED})
    assert applied.status_code == 200, applied.content
    assert_clean(kept_text(), unlisted=True)


def test_transcript_keeps_placeholders_only(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    said = (
        "call me on nine eight two two zero five one three three seven or asha dot kulkarni at gmail dot com"
    )
    heard = SimpleNamespace(text=said, confidence=0.9, draft=False, mode="grammar", provider="a provider")
    monkeypatch.setattr(hearing, "listen", lambda *_, **__: heard)
    recording = SimpleUploadedFile(f"{UNLISTED}.wav", (MEDIA / "voice_hours.wav").read_bytes())
    conversation.submit_answer(
        session_id=scene.session.pk, user=scene.user, answer=conversation.Answer(audio=recording)
    )
    work(scene.session)
    kept = kept_text()
    assert_clean(kept, unlisted=True)
    assert "nine eight two" not in kept
    assert "asha dot" not in kept


@pytest.mark.slow
def test_text_on_photos_keeps_placeholders_only(scene: Scene) -> None:
    shown = papers.photo([f"Name: {NAME}", f"Phone: {PHONE}", f"Email: {EMAIL}"], in_exif=["Sample"])
    session = scene.session.pk
    found = [
        OnboardingOCRService().read_text(io.BytesIO(shown), session),
        OnboardingImageAnalysisService().analyze(io.BytesIO(shown), session, kind="scene"),
    ]
    for one in found:
        assert_clean(json.dumps(one))
    assert "REDACTED_PHONE" in json.dumps(found[0])


def test_reading_takes_figures_and_units_only(ask: Caller, scene: Scene) -> None:
    made = MeterReading.objects.create(
        upload=factories.UploadFactory.create(session=scene.session), value="004217"
    )
    path = reverse("confirm-reading", args=[made.pk])
    for reading in (PLANTED, PHONE, UNLISTED, "98220 51337", "12.34567"):
        assert ask("POST", path, {"value": reading[:20]}).status_code == 400
    assert ask("POST", path, {"value": "1234", "unit": UNLISTED}).status_code == 400
    assert MeterReading.objects.get(pk=made.pk).confirmed_value == ""


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", papers.txt([PLANTED, "two lifts"])),
        ("a.csv", papers.table([[NAME, PHONE, EMAIL], ["", "two lifts", ""]])),
        ("a.pdf", papers.pdf([PLANTED, "two lifts"], author=UNLISTED)),
        ("a.docx", papers.docx([PLANTED, "two lifts"], author=UNLISTED)),
        (
            "a.xlsx",
            papers.xlsx(
                [["Name", "Phone", "Of"], [NAME, PHONE, "two lifts"], ["", EMAIL, ""]], author=UNLISTED
            ),
        ),
    ],
)
def test_documents_keep_placeholders_only(scene: Scene, name: str, content: bytes) -> None:
    upload = uploads.receive(
        session_id=scene.session.pk,
        user=scene.user,
        file=SimpleUploadedFile(name, content),
        kind=Upload.Kind.DOCUMENT,
    )
    found = OnboardingDocumentService().read(
        io.BytesIO(content), scene.session.pk, content_type=upload.content_type
    )
    assert "two lifts" in found["text"]
    assert_clean(json.dumps(found), unlisted=True)


def test_exif_texts_are_not_read(caplog: pytest.LogCaptureFixture) -> None:
    """Pillow itself writes them to its debug log, which the settings keep shut."""
    taken = papers.photo(["GATE 1"], in_exif=[UNLISTED, EMAIL, PHONE, NAME])
    prepared = preparing.prepare(io.BytesIO(taken))
    assert_clean(str(prepared.position), unlisted=True)
    for word in (UNLISTED, EMAIL, PHONE, NAME):
        assert word.encode() in taken
        assert word.encode() not in prepared.photo.jpeg + prepared.thumbnail
    from django.conf import settings

    assert settings.LOGGING["root"]["level"] != "DEBUG"
    assert not any(name.startswith("PIL") for name in settings.LOGGING["loggers"])


@pytest.mark.parametrize(
    "name", [UNLISTED, NAME, EMAIL, PHONE, f"contract {UNLISTED} signed", "Zunderbyx's plan"]
)
def test_file_names_and_types_keep_everyday_words_only(ask: Caller, scene: Scene, name: str) -> None:
    form = {
        "session_id": str(scene.session.pk),
        "document": api_world.text_file(f"{name}.txt"),
        "document_type": f"letter of {name}"[:60],
    }
    answer = ask("POST", reverse("documents"), form=form)
    assert answer.status_code == 201
    assert_clean(kept_text() + answer.content.decode(), unlisted=True)
    assert answer.json()["display_name"].endswith(".txt")


def test_stored_files_have_names_of_ours(ask: Caller, scene: Scene, own_storage: Path) -> None:
    form = {"session_id": str(scene.session.pk), "photo": api_world.photo(f"{UNLISTED} {PHONE}.jpg")}
    assert ask("POST", reverse("site-audit"), form=form).status_code == 201
    assert_clean(" ".join(map(str, own_storage.rglob("*"))), unlisted=True)


@pytest.mark.parametrize(
    "value", ["Qwelthorpe-Zunderbyx", "asha.kulkarni", f"call-{9822051337}", EMAIL, UNLISTED]
)
def test_headers_that_are_kept_are_kept_by_shape(ask: Caller, value: str) -> None:
    headers: dict[str, Any] = {
        "X_Correlation_ID": value,
        "User_Agent": f"{value} Chrome/126.0",
        "Idempotency_Key": value.replace(" ", "-"),
    }
    made = str(uuid4())
    answer = ask("POST", reverse("conversation"), {"session_id": made}, **headers)
    assert answer.status_code == 200, answer.content
    assert_clean(f"{kept_text()} {dict(answer.headers)}", unlisted=True)
    assert ConversationSession.objects.get(pk=made).device == "Chrome"


def test_failed_sign_in_leaves_nothing_behind(client: Any, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        for path in (reverse("token"), reverse("admin:login")):
            client.post(path, {"username": EMAIL, "password": UNLISTED})
        client.post(reverse("token-refresh"), {"refresh": EMAIL})
    assert_clean(kept_text() + caplog.text, unlisted=True)
    assert not Session.objects.exists()


@pytest.mark.parametrize("name", ["language", "flow"])
def test_words_from_closed_sets_take_no_others(ask: Caller, name: str) -> None:
    made = str(uuid4())
    answer = ask("POST", reverse("conversation"), {"session_id": made, name: UNLISTED})
    assert answer.status_code in {400, 404} or name == "language"
    assert_clean(kept_text(), unlisted=True)


def test_search_for_planted_values_finds_one(scene: Scene) -> None:
    """The look into the tables is no empty promise."""
    factories.TurnFactory.create(session=scene.session, text=f"call {PHONE}")
    with pytest.raises(AssertionError):
        assert_clean(kept_text())
