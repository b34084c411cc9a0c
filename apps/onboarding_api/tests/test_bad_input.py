"""What cannot be used is a clear 4xx that says what to do next, and leaves nothing behind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from apps.onboarding import event_log
from apps.onboarding.models import ConversationSession, Turn
from apps.onboarding_api.tests import api_world, shared_rows
from apps.onboarding_api.tests.api_world import Caller, World, assert_problem

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_storage", "kept_connection")]
NOISE = bytes((n * 7919 + 13) % 251 for n in range(4096))
DEEP = b"[" * 100_000 + b"]" * 100_000


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with shared_rows.committed(django_db_blocker):
        with shared_rows.building():
            world = api_world.make_world()
        yield world


@pytest.fixture
def ask(world: World) -> Caller:
    return Caller(world.person("manager"))


class Untouched:
    """Rows, files and versions as they were before."""

    def __init__(self, storage: Path) -> None:
        self._storage = storage
        self._before = self._look()

    def _look(self) -> Any:
        sessions = ConversationSession.objects.order_by("pk").values_list("pk", "version", "collected_data")
        files = sorted(self._storage.rglob("*.*")) if self._storage.exists() else []
        return api_world.row_counts(), list(sessions), files

    def check(self) -> None:
        assert self._look() == self._before


@pytest.fixture
def untouched(own_storage: Path, world: World) -> Untouched:
    return Untouched(own_storage)


def sound(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "audio/wav")


BODIES: dict[str, tuple[bytes, int]] = {
    "malformed": (b'{"text": ', 400),
    "not utf-8": (b"\xff\xfe{}", 400),
    "a list": (b"[]", 400),
    "a word": (b'"hello"', 400),
    "null": (b"null", 400),
    "nan": (b'{"choice": NaN}', 400),
    "bottomless nesting": (DEEP, 400),
    "nesting in a choice": (b'{"choice": ' + DEEP[:50] + DEEP[-50:] + b"}", 400),
    "more than a megabyte": (b'{"text": "' + b"x" * 1_100_000 + b'"}', 413),
    "a number of 5000 digits": (b'{"choice": ' + b"9" * 5000 + b"}", 400),
    "a number of 400 digits": (b'{"choice": ' + b"9" * 400 + b"}", 400),
    "a number beyond floats": (b'{"choice": 1e999}', 400),
    "nul in a text": (b'{"text": "a\\u0000b"}', 400),
    "nul in a key": (b'{"choice": {"a\\u0000": 1}}', 400),
    "lone surrogate": (b'{"text": "a\\ud83d"}', 400),
    "lone surrogate in a choice": (b'{"choice": ["\\udfff"]}', 400),
}


@pytest.mark.parametrize(("body", "status"), BODIES.values(), ids=BODIES.keys())
def test_bodies_that_cannot_be_read(ask: Caller, untouched: Untouched, body: bytes, status: int) -> None:
    assert_problem(ask("POST", reverse("conversation"), body), status)
    untouched.check()


TURNS: dict[str, tuple[dict[str, Any], int, str]] = {
    "session id is no uuid": ({"session_id": "42; drop"}, 400, "invalid_input"),
    "session id is a list": ({"session_id": [1]}, 400, "invalid_input"),
    "session id is a number": ({"session_id": 7}, 400, "invalid_input"),
    "unknown client": ({"client_id": str(uuid4())}, 404, "not_found"),
    "client id is no uuid": ({"client_id": "acme"}, 400, "invalid_input"),
    "unknown language": ({"language": "tlh"}, 400, "invalid_input"),
    "endless language": ({"language": "e" * 5000}, 400, "invalid_input"),
    "language is an object": ({"language": {"en": 1}}, 400, "invalid_input"),
    "unknown flow": ({"flow": "brain_surgery"}, 400, "invalid_input"),
    "text is an object": ({"text": {"a": 1}}, 400, "invalid_input"),
    "text is a list": ({"text": ["a"]}, 400, "invalid_input"),
    "text is true": ({"text": True}, 400, "invalid_input"),
    "audio as text": ({"audio": "UklGRg=="}, 400, "invalid_input"),
    "text and choice": ({"text": "a", "choice": "b"}, 400, "invalid_input"),
    "empty text": ({"text": ""}, 400, "invalid_input"),
    "blank text": ({"text": " \n\t "}, 400, "invalid_input"),
    "control characters only": ({"text": "\x01\x02\x07\x1b"}, 400, "invalid_input"),
    "right-to-left marks only": ({"text": "\u202e\u200f\u2067\ufeff"}, 400, "invalid_input"),
    "100 kB of text": ({"text": "warehouse " * 10_000}, 413, "too_large"),
    "100 kB in a choice": ({"choice": "x" * 100_000}, 413, "too_large"),
    "100 kB in a list of choices": ({"choice": ["x" * 1000] * 100}, 413, "too_large"),
    "10000 small choices": ({"choice": ["gate"] * 10_000}, 413, "too_large"),
}  # fmt: skip


@pytest.mark.parametrize(("answer", "status", "code"), TURNS.values(), ids=TURNS.keys())
def test_answers_that_cannot_be_used(
    ask: Caller, world: World, untouched: Untouched, answer: dict[str, Any], status: int, code: str
) -> None:
    body = {"session_id": str(world.session.pk), **answer}
    if "client_id" in answer or "language" in answer or "flow" in answer:
        del body["session_id"]
    assert_problem(ask("POST", reverse("conversation"), body), status, code)
    untouched.check()


AUDIO: dict[str, tuple[Any, int]] = {
    "empty": (sound("a.wav", b""), 400),
    "noise": (sound("a.wav", NOISE), 400),
    "text in disguise": (sound("a.wav", b"just words, no sound"), 400),
    "a program": (sound("a.exe", b"MZ" + NOISE), 400),
    "no extension": (sound("a", b"RIFF" + NOISE), 400),
    "too large": (sound("a.wav", b"RIFF\x00\x00\x00\x00WAVEfmt " + b"\0" * (10 * 1024 * 1024)), 413),
}


@pytest.mark.parametrize(("audio", "status"), AUDIO.values(), ids=AUDIO.keys())
def test_sound_that_is_none(
    ask: Caller, world: World, untouched: Untouched, audio: SimpleUploadedFile, status: int
) -> None:
    audio.seek(0)
    form = {"session_id": str(world.session.pk), "audio": audio}
    assert_problem(ask("POST", reverse("conversation"), form=form), status)
    untouched.check()


FORMS: dict[str, dict[str, Any]] = {
    "nul in a choice": {"choice": '"a\\u0000b"'},
    "lone surrogate in a choice": {"choice": '"\\ud800"'},
    "number beyond floats in a choice": {"choice": "1e999"},
    "nesting in a choice": {"choice": "[" * 50 + "]" * 50},
    "nul in a text": {"text": "a\x00b"},
    "200 fields": {f"field{n}": "x" for n in range(200)},
    "10 files": {f"file{n}": sound("a.wav", b"x") for n in range(10)},
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_forms_are_held_to_the_same_rules(
    ask: Caller, world: World, untouched: Untouched, form: dict[str, Any]
) -> None:
    form = {"session_id": str(world.session.pk), **form}
    assert_problem(ask("POST", reverse("conversation"), form=form), 400)
    untouched.check()


CONTENT_TYPES = {
    "no boundary": ("multipart/form-data", 400),
    "plain text": ("text/plain", 415),
    "xml": ("application/xml", 415),
    "not a type": ("nonsense", 415),
    "a charset that is a compression": ("application/json; charset=zlib", 400),
    "utf-16 that is none": ("application/json; charset=utf-16", 400),
    "a form in a compression": ("multipart/form-data; boundary=b; charset=zlib", 400),
}


@pytest.mark.parametrize(("content_type", "status"), CONTENT_TYPES.values(), ids=CONTENT_TYPES.keys())
def test_content_types_that_cannot_be_read(
    ask: Caller, untouched: Untouched, content_type: str, status: int
) -> None:
    form = b'--b\r\nContent-Disposition: form-data; name="text"\r\n\r\nhello\r\n--b--\r\n'
    body = b'{"text": "hello"}' if "json" in content_type else form
    answer = ask("POST", reverse("conversation"), body, Content_Type=content_type)
    assert_problem(answer, status)
    untouched.check()


PHOTOS: dict[str, tuple[dict[str, Any], int]] = {
    "no photo": ({"photo": None}, 400),
    "photo as text": ({"photo": "gate"}, 400),
    "empty": ({"photo": SimpleUploadedFile("a.jpg", b"")}, 400),
    "no photo at all": ({"photo": SimpleUploadedFile("a.jpg", b"this is a sentence, not a photo")}, 400),
    "a page in disguise": ({"photo": SimpleUploadedFile("a.png", b"<html><script>x</script></html>")}, 400),
    "a photo of another kind": ({"photo": SimpleUploadedFile("a.png", api_world.photo().read())}, 400),
    "drawing with scripts": ({"photo": SimpleUploadedFile("a.svg", b"<svg onload='x'/>")}, 400),
    "unknown kind": ({"kind": "selfie"}, 400),
    "latitude alone": ({"latitude": "18.5"}, 400),
    "latitude out of range": ({"latitude": "99", "longitude": "10"}, 400),
    "latitude is no number": ({"latitude": "nan", "longitude": "nan"}, 400),
    "latitude is endless": ({"latitude": "inf", "longitude": "0"}, 400),
    "latitude in words": ({"latitude": "north", "longitude": "0"}, 400),
    "time in words": ({"captured_at": "yesterday"}, 400),
    "time beyond the calendar": ({"captured_at": "9999-12-31T23:59:59-12:00"}, 400),
    "time before the calendar": ({"captured_at": "0001-01-01T00:00:00+12:00"}, 400),
    "no session": ({"session_id": ""}, 400),
    "unknown session": ({"session_id": str(uuid4())}, 404),
}  # fmt: skip


@pytest.mark.parametrize(("given", "status"), PHOTOS.values(), ids=PHOTOS.keys())
def test_photos_that_are_none(
    ask: Caller, world: World, untouched: Untouched, given: dict[str, Any], status: int
) -> None:
    form = {"session_id": str(world.session.pk), "photo": api_world.photo(), **given}
    form = {name: value for name, value in form.items() if value is not None}
    assert_problem(ask("POST", reverse("site-audit"), form=form), status)
    untouched.check()


@pytest.mark.parametrize(
    ("name", "content"),
    [("list.pdf", b"no pdf"), ("list.docx", NOISE), ("list.txt", NOISE), ("list.exe", b"MZ"), ("x.txt", b"")],
)
def test_documents_that_are_none(
    ask: Caller, world: World, untouched: Untouched, name: str, content: bytes
) -> None:
    form = {"session_id": str(world.session.pk), "document": SimpleUploadedFile(name, content)}
    assert_problem(ask("POST", reverse("documents"), form=form), 400)
    untouched.check()


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd.jpg",
        "etc%2fpasswd.jpg",
        "gate\u202egpj.exe.jpg",
        "a\x07b.jpg",
        "x" * 200 + ".jpg",
    ],
)
def test_names_of_files_are_only_text_to_show(
    ask: Caller, world: World, own_storage: Path, name: str
) -> None:
    form = {"session_id": str(world.session.pk), "photo": api_world.photo(name)}
    answer = ask("POST", reverse("site-audit"), form=form)
    assert answer.status_code == 201
    shown = answer.json()["display_name"]
    assert len(shown) <= 100
    assert not set("/\\\u202e\x07") & set(shown)
    stored = [path for path in own_storage.rglob("*") if path.is_file()]
    assert [path.parent for path in stored] == [own_storage / "quarantine"]
    assert "passwd" not in stored[0].name


@pytest.mark.parametrize("name", ["..%2f..%2fetc%2fpasswd.jpg", "%252e%252e%255cx.jpg"])
def test_names_that_are_paths_are_refused(ask: Caller, world: World, untouched: Untouched, name: str) -> None:
    form = {"session_id": str(world.session.pk), "photo": api_world.photo(name)}
    assert_problem(ask("POST", reverse("site-audit"), form=form), 400, "unsafe_name")
    untouched.check()


def test_the_type_of_a_document_is_only_text_to_show(ask: Caller, world: World, own_storage: Path) -> None:
    form = {
        "session_id": str(world.session.pk),
        "document": api_world.text_file(),
        "document_type": "rota of +91 98220 51337\u202e",
    }
    answer = ask("POST", reverse("documents"), form=form)
    assert answer.status_code == 201
    assert "98220" not in answer.json()["document_type"]
    assert "\u202e" not in answer.json()["document_type"]


PATCHES: dict[str, tuple[Any, int]] = {
    "not an object": ({"collected_data": [1]}, 400),
    "empty": ({"collected_data": {}}, 400),
    "missing": ({}, 400),
    "unknown slot": ({"collected_data": {"moon_phase": "full"}}, 400),
    "wrong type": ({"collected_data": {"floors": "many"}}, 400),
    "out of range": ({"collected_data": {"floors": -3}}, 400),
    "huge number": ({"collected_data": {"floors": 2**62}}, 400),
    "beyond floats": (b'{"collected_data": {"floors": 1e999}}', 400),
    "one right and one wrong": ({"collected_data": {"floors": 3, "entrances": "many"}}, 400),
    "100 kB": ({"collected_data": {"site_name": "x" * 100_000}}, 413),
}


@pytest.mark.parametrize(("patch", "status"), PATCHES.values(), ids=PATCHES.keys())
def test_corrections_are_taken_whole_or_not_at_all(
    ask: Caller, world: World, untouched: Untouched, patch: Any, status: int
) -> None:
    answer = ask("PATCH", reverse("session", args=[world.session.pk]), patch, If_Match=world.session.etag)
    assert_problem(answer, status)
    untouched.check()


DECISIONS: dict[str, Any] = {
    "unknown decision": {"decision": "maybe"},
    "decision is a list": {"decision": ["approve"]},
    "amend without changes": {"decision": "amend"},
    "changes without amend": {"changes": {"site": {"name": "x"}}},
    "changes are a list": {"decision": "amend", "changes": [1]},
    "changes of nothing known": {"decision": "amend", "changes": {"moon": 1}},
    "changes of a wrong type": {"decision": "amend", "changes": {"site": 7}},
    "changes beyond floats": b'{"decision": "amend", "changes": {"site": {"area_sq_m": 1e999}}}',
    "endless reason": {"reason": "x" * 3000},
    "reason is an object": {"reason": {"a": 1}},
}


@pytest.mark.parametrize("body", DECISIONS.values(), ids=DECISIONS.keys())
def test_decisions_that_make_no_sense(ask: Caller, world: World, untouched: Untouched, body: Any) -> None:
    answer = ask("POST", reverse("approve", args=[world.recommendation.pk]), body)
    assert_problem(answer, 422 if answer.status_code == 422 else 400)
    untouched.check()


@pytest.mark.parametrize(
    "value", ["", "abc", "12 34", "-5", "1" * 10, "٤٢١٧", "1.23456", {"a": 1}, "1\u202e2"]
)
def test_readings_that_are_none(ask: Caller, world: World, untouched: Untouched, value: Any) -> None:
    answer = ask("POST", reverse("confirm-reading", args=[world.reading.pk]), {"value": value})
    assert_problem(answer, 400)
    untouched.check()


@pytest.mark.parametrize("unit", ["9822051337", "call Asha", "<b>", "k\u202eWh", "m33", "Asha"])
def test_units_that_are_none(ask: Caller, world: World, untouched: Untouched, unit: str) -> None:
    body = {"value": "004217", "unit": unit}
    assert_problem(ask("POST", reverse("confirm-reading", args=[world.reading.pk]), body), 400)
    untouched.check()


@pytest.mark.parametrize("route", ["task", "session", "events", "recommendation", "upload"])
@pytest.mark.parametrize(
    "identity", ["not-a-uuid", "%00", "../..", "1" * 500, "\u202e", "84fcac02-42a7-4a5f-8ae8-e84a4a863cad"]
)
def test_unknown_and_malformed_ids_in_addresses(ask: Caller, route: str, identity: str) -> None:
    address = reverse(route, args=[uuid4()])
    parts = address.split("/")
    index = next(n for n, part in enumerate(parts) if part.count("-") == 4)
    parts[index] = identity
    assert_problem(ask("GET", "/".join(parts)), 404)


@pytest.mark.parametrize(
    ("route", "query"), [
        ("events", "after=-1"), ("events", "after=x"), ("events", "after=99999999999"), ("events", "after=%D9%A4"),
        ("sessions", "cursor=%00"), ("sessions", "cursor=bm9uc2Vuc2U="), ("sessions", "cursor=cD14eHg="),
    ]
)  # fmt: skip
def test_queries_that_make_no_sense(ask: Caller, world: World, route: str, query: str) -> None:
    args = [world.session.pk] if route == "events" else []
    answer = ask("GET", f"{reverse(route, args=args)}?{query}")
    assert_problem(answer, 400)


@pytest.mark.parametrize("limit", ["0", "-1", "x", "99999999999999999999", "%00"])
def test_a_limit_that_makes_no_sense_is_the_usual_one(ask: Caller, limit: str) -> None:
    assert ask("GET", f"{reverse('sessions')}?limit={limit}").status_code == 200


@pytest.mark.parametrize(
    "token", ["Bearer", "Bearer x", "Bearer a.b.c", "Bearer x y", "Basic YTpi", "Bearer \u00ff"]
)
def test_tokens_that_are_none(token: str) -> None:
    assert_problem(Caller()("GET", reverse("sessions"), Authorization=token), 401)


CREDENTIALS = [
    ({}, 400),
    ({"username": {"a": 1}, "password": "x"}, 400),
    ({"username": "a\u0007", "password": "x"}, 401),
]


@pytest.mark.parametrize(
    ("body", "status"), [*CREDENTIALS, (b"{", 400), (b'{"username":"\\u0000","password":"x"}', 400)]
)
def test_credentials_that_are_none(body: Any, status: int) -> None:
    assert_problem(Caller()("POST", reverse("token"), body), status)


def close(session: ConversationSession, state: event_log.State) -> None:
    with event_log.writing(session.pk) as locked:
        event_log.change_state(locked, state)
    session.refresh_from_db()


@pytest.mark.parametrize("state", ConversationSession.CLOSED_STATES)
def test_a_closed_session_takes_nothing_more(
    ask: Caller, world: World, own_storage: Path, state: event_log.State
) -> None:
    close(world.session, state)
    untouched = Untouched(own_storage)
    session_id = str(world.session.pk)
    answers = [
        ask("POST", reverse("conversation"), {"session_id": session_id, "text": "a warehouse"}),
        ask("POST", reverse("site-audit"), form={"session_id": session_id, "photo": api_world.photo()}),
        ask("POST", reverse("documents"), form={"session_id": session_id, "document": api_world.text_file()}),
        ask(
            "PATCH", reverse("session", args=[session_id]), {"collected_data": {"floors": 3}},
            If_Match=world.session.etag,
        ),
    ]  # fmt: skip
    for answer in answers:
        assert_problem(answer, 409, "session_closed")
    untouched.check()


def test_a_decision_is_taken_once(ask: Caller, world: World, own_storage: Path) -> None:
    address = reverse("approve", args=[world.recommendation.pk])
    assert ask("POST", address, {"decision": "reject"}).status_code == 200
    untouched = Untouched(own_storage)
    assert_problem(ask("POST", address, {}), 409)
    untouched.check()


def test_a_second_answer_waits_for_the_first(ask: Caller, world: World, own_storage: Path) -> None:
    body = {"session_id": str(world.session.pk), "text": "a warehouse"}
    first = ask("POST", reverse("conversation"), body)
    assert first.status_code == 202
    untouched = Untouched(own_storage)
    refused = assert_problem(ask("POST", reverse("conversation"), body), 409, "turn_in_progress")
    assert refused["task_id"] == first.json()["task_id"]
    assert refused["retryable"] is True
    untouched.check()


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("ware\x07house", "warehouse"),
        ("\u202ea warehouse\u202c", "a warehouse"),
        ("गोदाम\u200f", "गोदाम"),
        ("  two\tgates \n", "two\tgates"),
        ("क्\u200dष", "क्\u200dष"),  # the joiner between letters of Devanagari is part of the spelling
    ],
)
def test_marks_and_controls_in_a_text_are_dropped(ask: Caller, world: World, said: str, kept: str) -> None:
    answer = ask("POST", reverse("conversation"), {"session_id": str(world.session.pk), "text": said})
    assert answer.status_code == 202
    assert Turn.objects.get(pk=answer.json()["turn_id"]).text == kept
