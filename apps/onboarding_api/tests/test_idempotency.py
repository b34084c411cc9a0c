"""`Idempotency-Key`: the same key and body gives the same answer once; another body 422; still running 409."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Event
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.client import encode_multipart
from django.urls import reverse
from django.utils import timezone

from apps.onboarding.models import ConversationSession, IdempotencyRecord, SessionEvent, Turn, Upload
from apps.onboarding_api.services import conversation, idempotency
from apps.onboarding_api.tests import api_world, factories
from apps.onboarding_api.tests.api_world import Caller, assert_problem
from apps.task_ledger import publisher
from apps.task_ledger.models import TaskRecord

PHONE = "9822051337"
alone = [pytest.mark.django_db, pytest.mark.usefixtures("own_storage", "kept_connection")]
pytestmark = pytest.mark.usefixtures("own_storage")


def single(test: Callable[..., Any]) -> Callable[..., Any]:
    """A test that one request at a time is enough for: its rows are rolled back."""
    for mark in alone:
        test = mark(test)
    return test


class Scene:
    """A session with its first question open, and somebody who answers it."""

    def __init__(self) -> None:
        member = factories.MembershipFactory.create(role="contributor")
        self.user = member.user
        self.session = factories.SessionFactory.create(client=member.client, user=member.user)
        self.ask = Caller(member.user)
        self.key = str(uuid4())

    def answer(self, text: str = "a warehouse", *, key: str | None = None, **headers: Any) -> Any:
        body = {"session_id": str(self.session.pk), "text": text}
        return self.ask("POST", reverse("conversation"), body, Idempotency_Key=key or self.key, **headers)


@pytest.fixture
def scene(db: None) -> Scene:
    return Scene()


@single
def test_the_same_request_is_done_once_and_answered_alike(scene: Scene) -> None:
    first, second = scene.answer(), scene.answer()
    assert first.status_code == second.status_code == 202
    assert first.json() == second.json()
    assert first.headers["Location"] == second.headers["Location"]
    assert "Idempotent-Replay" not in first.headers
    assert second.headers["Idempotent-Replay"] == "true"
    assert Turn.objects.count() == TaskRecord.objects.count() == IdempotencyRecord.objects.count() == 1


@single
def test_who_has_left_the_client_is_not_told_again(scene: Scene) -> None:
    assert scene.answer().status_code == 202
    scene.user.memberships.all().delete()
    assert_problem(scene.answer(), 404, "not_found")


@single
def test_what_only_a_person_wrote_is_no_id(scene: Scene) -> None:
    others = factories.SessionFactory.create()
    kept = {
        "resumable_id": str(uuid4()),
        "display_name": str(others.pk),
        "form": {"id": str(scene.session.pk)},
    }
    assert list(idempotency._ids_in(kept)) == [kept["resumable_id"], str(scene.session.pk)]


@single
def test_another_body_under_the_same_key_is_refused(scene: Scene) -> None:
    scene.answer()
    assert_problem(scene.answer("an office"), 422, "idempotency_key_reused")
    assert Turn.objects.count() == 1


@single
def test_a_body_with_its_members_in_another_order_is_the_same(scene: Scene) -> None:
    one = b'{"session_id": "%s", "text": "a warehouse"}' % str(scene.session.pk).encode()
    other = b'{"text":"a warehouse","session_id":"%s"}' % str(scene.session.pk).encode()
    answers = [
        scene.ask("POST", reverse("conversation"), body, Idempotency_Key=scene.key) for body in (one, other)
    ]
    assert answers[0].json() == answers[1].json()


@single
def test_the_digest_of_a_key_is_keyed_and_known_after_a_rotation(scene: Scene, settings: Any) -> None:
    first = scene.answer(key=f"call-{PHONE}")
    bare = hashlib.sha256(f"POST {reverse('conversation')} call-{PHONE}".encode()).hexdigest()
    record = IdempotencyRecord.objects.get()
    assert record.key_digest != bare
    settings.SEALING_KEYS = (("new", b"n" * 32), *settings.SEALING_KEYS)
    assert scene.answer(key=f"call-{PHONE}").json() == first.json()
    IdempotencyRecord.objects.filter(pk=record.pk).update(key_digest=bare, sealed_answer=None)
    assert_problem(scene.answer(key=f"call-{PHONE}"), 409, "answer_lost")


@single
def test_keys_belong_to_the_person_who_sends_them() -> None:
    factories.default_flow()
    asks = [Caller(factories.MembershipFactory.create().user) for _ in range(2)]
    opened = [ask("POST", reverse("conversation"), {}, Idempotency_Key="shared-key").json() for ask in asks]
    assert opened[0]["session_id"] != opened[1]["session_id"]
    assert ConversationSession.objects.count() == 2


@single
def test_the_same_key_at_another_address_is_another_request(scene: Scene) -> None:
    other = factories.SessionFactory.create(client=scene.session.client, user=scene.user)
    for session in (scene.session, other):
        answer = scene.ask(
            "PATCH",
            reverse("session", args=[session.pk]),
            {"collected_data": {"floors": 3}},
            Idempotency_Key=scene.key,
            If_Match=session.etag,
        )
        assert answer.status_code == 200
        assert answer.json()["session_id"] == str(session.pk)


@single
def test_a_form_sent_again_with_another_boundary_is_the_same(scene: Scene) -> None:
    answers = []
    for boundary in ("first-boundary", "second-boundary"):
        form = {"session_id": str(scene.session.pk), "photo": api_world.photo()}
        answers.append(
            scene.ask(
                "POST", reverse("site-audit"), encode_multipart(boundary, form), Idempotency_Key=scene.key,
                Content_Type=f"multipart/form-data; boundary={boundary}",
            )
        )  # fmt: skip
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert Upload.objects.count() == 1


@single
def test_another_photo_under_the_same_key_is_refused(scene: Scene) -> None:
    for side, status in ((64, 201), (65, 422)):
        form = {"session_id": str(scene.session.pk), "photo": api_world.photo(side=side)}
        answer = scene.ask("POST", reverse("site-audit"), form=form, Idempotency_Key=scene.key)
        assert answer.status_code == status


@single
def test_the_kept_answer_holds_no_personal_value_in_the_clear(scene: Scene) -> None:
    def correct() -> Any:
        return scene.ask(
            "PATCH",
            reverse("session", args=[scene.session.pk]),
            {"collected_data": {"emergency_contact_phone": f"+91 {PHONE}"}},
            Idempotency_Key=scene.key,
            If_Match=scene.session.etag,
        )

    first = correct()
    assert PHONE in first.content.decode().replace(" ", "")  # the person sees their own words
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT row_to_json(r)::text, encode(sealed_answer, 'escape') FROM onboarding_idempotencyrecord r"
        )
        kept = str(cursor.fetchall())
    assert PHONE not in kept.replace(" ", "")
    assert correct().json() == first.json()


@single
def test_a_refused_request_frees_its_key(scene: Scene) -> None:
    assert_problem(scene.answer(""), 400)
    assert IdempotencyRecord.objects.count() == 0
    assert scene.answer("a warehouse").status_code == 202


@single
def test_a_crash_frees_the_key_and_leaves_nothing(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    before = api_world.row_counts()
    with monkeypatch.context() as broken:
        broken.setattr(conversation, "submit_answer", _crash)
        assert_problem(scene.answer(), 500, "internal_error")
    assert api_world.row_counts() == before
    assert scene.answer().status_code == 202


def _crash(**arguments: Any) -> Turn:
    raise RuntimeError("the machine room is on fire")


@single
def test_a_claim_of_a_process_that_died_lapses(scene: Scene) -> None:
    path = reverse("conversation")
    body = {"session_id": str(scene.session.pk), "text": "a warehouse"}
    assert scene.ask("POST", path, body, Idempotency_Key=scene.key).status_code == 202
    Turn.objects.all().delete()
    IdempotencyRecord.objects.update(
        status=None, sealed_answer=None, locked_until=timezone.now() + timedelta(minutes=1)
    )
    refused = scene.ask("POST", path, body, Idempotency_Key=scene.key)
    assert_problem(refused, 409, "request_in_progress")
    assert int(refused.headers["Retry-After"]) >= 1
    IdempotencyRecord.objects.update(locked_until=timezone.now())
    assert scene.ask("POST", path, body, Idempotency_Key=scene.key).status_code == 202


@pytest.mark.parametrize("key", ["", "two words", "x" * 201, "schlüssel", "tab\tbed"])
@single
def test_keys_that_are_none_are_refused(scene: Scene, key: str) -> None:
    body = {"session_id": str(scene.session.pk), "text": "a warehouse"}
    assert_problem(scene.ask("POST", reverse("conversation"), body, Idempotency_Key=key), 400)
    assert Turn.objects.count() == 0


@single
def test_old_answers_are_forgotten(scene: Scene, settings: Any) -> None:
    scene.answer()
    assert idempotency.purge() == 0
    age = timedelta(hours=settings.ONBOARDING.idempotency_hours, seconds=1)
    IdempotencyRecord.objects.update(cdtz=timezone.now() - age)
    assert idempotency.purge() == 1


@pytest.fixture
def at_once(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """A scene for several threads, each with its own connection; tasks stay rows, since nobody works here."""
    monkeypatch.setattr(publisher, "publish", lambda record: None)  # noqa: ARG005 -- as it is called
    return Scene()


def in_threads(*calls: Callable[[], Any]) -> list[Any]:
    """What the calls answer, made at the same time."""
    start = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        try:
            start.wait(timeout=30)
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_two_answers_at_once_to_one_question_admit_exactly_one(at_once: Scene) -> None:
    answers = in_threads(
        lambda: at_once.answer("a warehouse", key=str(uuid4())),
        lambda: at_once.answer("an office", key=str(uuid4())),
    )
    admitted, refused = sorted(answers, key=lambda answer: answer.status_code)
    assert admitted.status_code == 202
    assert assert_problem(refused, 409, "turn_in_progress")["task_id"] == admitted.json()["task_id"]
    assert Turn.objects.count() == TaskRecord.objects.count() == 1
    assert SessionEvent.objects.filter(kind="answer_received").count() == 1
    numbers = list(SessionEvent.objects.filter(session=at_once.session).values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))


def test_the_same_request_at_once_is_done_once(at_once: Scene) -> None:
    answers = in_threads(*[at_once.answer] * 4)
    assert {answer.status_code for answer in answers} <= {202, 409}
    assert 202 in {answer.status_code for answer in answers}
    for refused in (answer for answer in answers if answer.status_code == 409):
        assert_problem(refused, 409, "request_in_progress")
    assert Turn.objects.count() == TaskRecord.objects.count() == 1
    assert len({answer.json()["turn_id"] for answer in answers if answer.status_code == 202}) == 1


def test_a_request_that_still_runs_answers_409_until_it_has_ended(
    at_once: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside, go_on = Event(), Event()
    submit = conversation.submit_answer

    def slow(**arguments: Any) -> Turn:
        inside.set()
        assert go_on.wait(timeout=30)
        return submit(**arguments)

    monkeypatch.setattr(conversation, "submit_answer", slow)

    def second() -> Any:
        assert inside.wait(timeout=30)
        try:
            return at_once.answer(), at_once.answer("an office")
        finally:
            go_on.set()

    first, (same, other) = in_threads(at_once.answer, second)
    assert first.status_code == 202
    assert_problem(same, 409, "request_in_progress")
    assert_problem(other, 422, "idempotency_key_reused")
    again = at_once.answer()
    assert again.json() == first.json()
    assert again.headers["Idempotent-Replay"] == "true"


def test_one_session_id_made_by_a_client_opens_one_session(at_once: Scene) -> None:
    session_id = uuid4()
    answers = in_threads(
        *[lambda: at_once.ask("POST", reverse("conversation"), {"session_id": str(session_id)})] * 3
    )
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert {answer.json()["session_id"] for answer in answers} == {str(session_id)}
    assert SessionEvent.objects.filter(session=session_id, kind="session_started").count() == 1
