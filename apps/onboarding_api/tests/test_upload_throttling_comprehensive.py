"""Quotas of a session's uploads: exact under threads, through lost and absent Redis, after every kind of failure."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
import redis
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.utils import timezone

from apps.onboarding import event_log
from apps.onboarding.errors import SessionClosed
from apps.onboarding.models import ConversationSession, Upload, UploadQuota
from apps.onboarding_api.services import conversation, metrics, upload_throttling
from apps.onboarding_api.services.upload_throttling import QuotaSpent, UploadRefused, places, shapes
from apps.onboarding_api.services.uploads import understanding
from apps.onboarding_api.tests import api_world, factories
from apps.onboarding_api.tests.api_world import Caller, assert_problem
from apps.onboarding_api.tests.quota_world import Kind, Uploading, uploading
from apps.task_ledger.dead_letters.errors import RedriveRefused
from scripts.limiter_model import server as servers
from scripts.limiter_model.server import Server

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_storage")]
QUOTA_EXCEEDED = "https://iana.org/assignments/http-problem-types#quota-exceeded"


@pytest.fixture
def session() -> Uploading:
    return uploading()


@pytest.fixture
def own_redis(settings: Any) -> Iterator[Server]:
    """A Redis that only this test speaks to, and may break."""
    with servers.running() as running:
        settings.REDIS_URL = running.url
        settings.RATE_LIMITING = replace(
            settings.RATE_LIMITING, redis_timeout_seconds=0.5, probe_seconds=0.05
        )
        yield running


def limit(settings: Any, **quotas: Any) -> None:
    settings.UPLOAD_QUOTAS = replace(settings.UPLOAD_QUOTAS, **quotas)


def refusal(session: Uploading, **of: Any) -> UploadRefused:
    with pytest.raises(UploadRefused) as raised:
        session.reserve(**of)
    return raised.value


# what is refused


def test_photo_quota_enforcement_per_session(session: Uploading) -> None:
    session.has_already(48, byte_size=10)
    assert [session.post_photo().status_code for _ in range(3)] == [201, 201, 429]

    refused = session.post_photo()
    body = assert_problem(refused, 429, "quota_spent")
    assert (body["type"], body["violated-policies"]) == (QUOTA_EXCEEDED, [shapes.PHOTOS])
    assert body["retryable"] is False
    assert "Retry-After" not in refused.headers  # waiting does not help
    assert f'"{shapes.PHOTOS}";r=0' in refused.headers["RateLimit"]
    assert session.ledger()[0] == 50

    assert session.post_document().status_code == 201  # another quota
    assert uploading().post_photo().status_code == 201  # another session


def test_document_quota_is_20(session: Uploading) -> None:
    session.has_already(19, kind=Kind.DOCUMENT, byte_size=10)
    assert [session.post_document().status_code for _ in range(2)] == [201, 429]
    assert session.ledger()[1] == 20


def test_bytes_of_all_files_are_limited_together(session: Uploading, settings: Any) -> None:
    limit(settings, max_bytes=10_000)
    session.take(Kind.SCENE, 4_000)
    session.take(Kind.AUDIO, 3_000)
    refused = refusal(session, kind=Kind.DOCUMENT, size=3_001)
    assert isinstance(refused, QuotaSpent)
    assert refused.extra["violated-policies"] == [shapes.BYTES]
    session.take(Kind.DOCUMENT, 3_000)
    assert session.used()[shapes.BYTES] == 10_000


def test_burst_protection_limits_rapid_uploads(session: Uploading) -> None:
    assert [session.post_photo().status_code for _ in range(10)] == [201] * 10
    refused = session.post_photo()
    body = assert_problem(refused, 429, "rate_limited")
    assert body["violated-policies"] == [shapes.BURST]
    assert body["retryable"] is True
    seconds = int(refused.headers["Retry-After"])
    assert 50 < seconds <= 60
    assert session.post_document().status_code == 201  # photos only
    session.let_pass(seconds)
    assert session.post_photo().status_code == 201


def test_burst_is_exact_in_any_minute(session: Uploading) -> None:
    for _ in range(5):
        session.take()
    session.let_pass(30)
    for _ in range(5):
        session.take()
    assert refusal(session).extra["retry_after"] in (29, 30)
    session.let_pass(30)
    assert [session.take().kind for _ in range(5)] == [Kind.SCENE] * 5
    assert refusal(session).extra["violated-policies"] == [shapes.BURST]


@pytest.mark.parametrize(
    "file",
    [
        SimpleUploadedFile("tool.exe", b"MZ\x90\x00" + b"\0" * 100, "image/jpeg"),
        SimpleUploadedFile("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
        SimpleUploadedFile("photo.jpg", b"%PDF-1.7\n%%EOF", "image/jpeg"),
        SimpleUploadedFile("notes.txt", b"Gate 1\n", "text/plain"),
    ],
    ids=lambda file: file.name,
)
def test_file_type_validation_rejects_invalid_types(session: Uploading, file: SimpleUploadedFile) -> None:
    file.seek(0)
    form = {"session_id": str(session.pk), "photo": file}
    answer = Caller(session.user)("POST", "/api/v1/onboarding/site-audit/", form=form)
    assert_problem(answer, 400, "unsupported_media")
    # All is given back, except that it was one of ten in this minute.
    assert {name: n for name, n in session.used().items() if n} == {shapes.BURST: 1}
    assert session.ledger() == (0, 0, 0)


def test_three_uploads_at_once(session: Uploading) -> None:
    held = [session.reserve(Kind.AUDIO) for _ in range(3)]
    refused = refusal(session, kind=Kind.DOCUMENT)
    assert refused.extra["violated-policies"] == [shapes.AT_ONCE]
    assert refused.extra["retry_after"] == 2
    assert refused.retryable
    upload_throttling.release(held[0])
    session.reserve(Kind.DOCUMENT)
    assert session.used()[shapes.AT_ONCE] == 3


def test_what_others_have_under_way_is_refused_for_a_moment_only(session: Uploading, settings: Any) -> None:
    limit(settings, max_documents=1)
    under_way = session.reserve(Kind.DOCUMENT)
    refused = refusal(session, kind=Kind.DOCUMENT)
    assert not isinstance(refused, QuotaSpent)  # it may yet fail
    assert refused.extra["retry_after"] == 2
    session.store(under_way)
    assert isinstance(refusal(session, kind=Kind.DOCUMENT), QuotaSpent)


def test_a_refused_upload_uses_nothing_of_the_other_quotas(session: Uploading, settings: Any) -> None:
    limit(settings, max_bytes=5_000)
    refused = refusal(session, kind=Kind.SCENE, size=5_001)
    assert refused.extra["violated-policies"] == [shapes.BYTES]
    assert not any(session.used().values())


def test_all_violated_quotas_are_named(session: Uploading, settings: Any) -> None:
    limit(settings, max_photos=2, photos_per_minute=2, max_bytes=2_000)
    session.take()
    session.take()
    refused = refusal(session)
    assert isinstance(refused, QuotaSpent)
    assert refused.extra["violated-policies"] == [shapes.PHOTOS, shapes.BYTES, shapes.BURST]


# a recording


def test_a_recording_costs_bytes_and_a_place_only(session: Uploading, settings: Any) -> None:
    audio = ContentFile(b"RIFF\x24\x00\x00\x00WAVEfmt ", "voice.wav")
    limit(settings, max_bytes=10)
    with pytest.raises(QuotaSpent):
        conversation.submit_answer(
            session_id=session.pk, user=session.user, answer=conversation.Answer(audio=audio)
        )
    reservation = session.reserve(Kind.AUDIO, 7)
    assert {name: n for name, n in session.used().items() if n} == {shapes.BYTES: 7, shapes.AT_ONCE: 1}
    upload_throttling.release(reservation)


def test_a_typed_answer_is_no_upload(session: Uploading, settings: Any) -> None:
    limit(settings, max_bytes=0)
    turn = conversation.submit_answer(
        session_id=session.pk, user=session.user, answer=conversation.Answer(text="a warehouse")
    )
    assert turn.upload is None


# reserve, charge, settle, release


def test_release_gives_back_once(session: Uploading) -> None:
    first, other = session.reserve(), session.reserve()
    for _ in range(3):
        upload_throttling.release(first)
    assert session.used()[shapes.PHOTOS] == session.used()[shapes.AT_ONCE] == 1
    upload_throttling.release(other)
    assert session.used()[shapes.PHOTOS] == session.used()[shapes.AT_ONCE] == 0


def test_release_after_the_row_gives_nothing_back(session: Uploading) -> None:
    reservation = session.reserve()
    session.store(reservation)
    upload_throttling.release(reservation)
    assert session.used()[shapes.PHOTOS] == 1
    assert session.used()[shapes.AT_ONCE] == 0


def test_settle_counts_what_came_and_not_what_was_declared(session: Uploading) -> None:
    session.store(session.reserve(size=9_000), size=400)
    assert session.used()[shapes.BYTES] == session.ledger()[2] == 400


def test_settle_outside_a_transaction_is_a_mistake(session: Uploading) -> None:
    with pytest.raises(transaction.TransactionManagementError):
        upload_throttling.settle(session.reserve(), actual_bytes=1)


def test_charging_stops_hard_at_the_limit(session: Uploading, settings: Any) -> None:
    limit(settings, max_bytes=10_000)
    session.take(Kind.SCENE, 4_000)
    streaming = session.reserve(Kind.DOCUMENT, 0)  # its length was not declared
    streaming = upload_throttling.charge(streaming, received_bytes=3_000)
    other = session.reserve(Kind.AUDIO, 2_000)
    with pytest.raises(UploadRefused):
        upload_throttling.charge(streaming, received_bytes=4_001)
    streaming = upload_throttling.charge(streaming, received_bytes=4_000)
    assert session.used()[shapes.BYTES] == 10_000
    upload_throttling.release(other)
    upload_throttling.release(streaming)
    assert session.used()[shapes.BYTES] == 4_000


def test_charging_less_than_was_declared_keeps_the_declared(session: Uploading) -> None:
    upload_throttling.charge(session.reserve(size=5_000), received_bytes=10)
    assert session.used()[shapes.BYTES] == 5_000


def test_charging_keeps_the_lease(session: Uploading) -> None:
    reservation = session.reserve(Kind.DOCUMENT, 1_000)
    session.let_pass(40)
    upload_throttling.charge(reservation, received_bytes=500)
    session.let_pass(40)
    assert session.used()[shapes.AT_ONCE] == 1


def test_a_lease_that_ended_holds_nothing(session: Uploading) -> None:
    for _ in range(3):
        session.reserve(size=20_000_000)
    session.let_pass(60)
    assert {name: n for name, n in session.used().items() if n} == {}
    session.take()
    assert session.used()[shapes.AT_ONCE] == 0


def test_who_settles_after_the_lease_is_counted_all_the_same(session: Uploading) -> None:
    late = session.reserve()
    session.let_pass(61)
    session.take()
    session.store(late)
    assert session.used()[shapes.PHOTOS] == session.ledger()[0] == 2


def test_eighty_threads_with_double_releases_count_right(session: Uploading, settings: Any) -> None:
    limit(settings, max_photos=30, photos_per_minute=1_000, uploads_at_once=100)
    began = threading.Barrier(80)
    stored, refused = [], []

    def run(n: int) -> None:
        try:
            began.wait()
            reservation = session.reserve(size=10)
            if n % 2:
                stored.append(session.store(reservation).pk)
            upload_throttling.release(reservation)
            upload_throttling.release(reservation)
        except UploadRefused:
            refused.append(n)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n,)) for n in random.sample(range(80), 80)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert 0 < len(stored) <= 30
    assert session.ledger() == session.rows() == (len(stored), 0, 10 * len(stored))
    used = session.used()
    assert (used[shapes.PHOTOS], used[shapes.BYTES], used[shapes.AT_ONCE]) == (
        len(stored), 10 * len(stored), 0,
    )  # fmt: skip


def test_rows_alone_never_pass_the_quota_whatever_redis_admits(session: Uploading, settings: Any) -> None:
    """Redis is emptied after each admission: it admits everything, and still no quota is passed."""
    limit(settings, max_photos=5, photos_per_minute=1_000, uploads_at_once=100)
    session.has_already(3, byte_size=10)
    reservations = []
    for _ in range(6):
        reservations.append(session.reserve())
        forget(settings, session)
    stored = 0
    for one in reservations:
        with suppress(QuotaSpent):
            session.store(one)
            stored += 1
    assert stored == 2
    assert session.ledger()[0] == 5


def forget(settings: Any, session: Uploading) -> None:
    client = redis.Redis.from_url(settings.REDIS_URL)
    client.delete(f"upload-quota:{session.pk}", f"upload-quota:{session.pk}:burst")


# what fails afterwards


def test_an_unreadable_photo_gives_its_place_back_and_keeps_its_bytes(session: Uploading) -> None:
    session.has_already(49, byte_size=10)
    upload = session.take(size=500)
    assert isinstance(refusal(session), QuotaSpent)
    upload.status = Upload.Status.FAILED
    upload.save()
    assert session.ledger() == session.rows() == (49, 0, 990)
    session.take()  # the file that failed is still stored: its bytes count until it is deleted
    assert session.ledger()[0] == 50


def test_a_dead_task_gives_the_place_back_and_a_redrive_takes_it_again(session: Uploading) -> None:
    upload = session.receive(api_world.photo())
    assert upload.task_id is not None
    understanding.fail_upload(task_id=upload.task_id, error={"code": "provider_unavailable"})
    assert session.ledger()[0] == 0
    understanding.reopen_upload(task_id=upload.task_id)
    assert session.ledger()[0] == 1


def test_a_redrive_is_refused_where_others_have_taken_the_place(session: Uploading) -> None:
    upload = session.receive(api_world.photo())
    assert upload.task_id is not None
    understanding.fail_upload(task_id=upload.task_id, error={"code": "provider_unavailable"})
    session.has_already(50, byte_size=10)
    with pytest.raises(RedriveRefused):
        understanding.reopen_upload(task_id=upload.task_id)
    upload.refresh_from_db()
    assert upload.status == Upload.Status.FAILED
    assert session.ledger()[0] == 50


@pytest.mark.parametrize(
    "found", [{"scan": Upload.Scan.INFECTED}, {"file_deleted_at": timezone.now()}], ids=["infected", "gone"]
)
def test_a_file_that_is_infected_or_gone_is_not_read_again(session: Uploading, found: dict[str, Any]) -> None:
    upload = session.receive(api_world.photo())
    assert upload.task_id is not None
    Upload.objects.filter(pk=upload.pk).update(status=Upload.Status.FAILED, **found)
    with pytest.raises(RedriveRefused):
        understanding.reopen_upload(task_id=upload.task_id)
    upload.refresh_from_db()
    assert upload.status == Upload.Status.FAILED
    assert session.ledger()[0] == 0


def test_deleting_an_upload_gives_everything_back(session: Uploading) -> None:
    session.has_already(50, byte_size=10)
    assert isinstance(refusal(session), QuotaSpent)
    Upload.objects.filter(session_id=session.pk).first().delete()  # type: ignore[union-attr]  # there are 50
    assert session.ledger() == session.rows() == (49, 0, 490)
    session.take()


def test_an_erased_session_leaves_no_ledger(session: Uploading) -> None:
    session.take()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL onboarding.erasure = 'on'")
        ConversationSession.objects.get(pk=session.pk).delete()
    assert not UploadQuota.objects.filter(pk=session.pk).exists()


def test_a_request_that_is_undone_leaves_no_row_and_no_place(session: Uploading) -> None:
    def receive_and_fail() -> None:
        with transaction.atomic():
            session.receive(api_world.photo())
            raise KeyError

    with pytest.raises(KeyError):
        receive_and_fail()
    assert session.ledger() == (0, 0, 0)
    assert session.used()[shapes.AT_ONCE] == 0
    session.let_pass(60)
    assert session.used()[shapes.PHOTOS] == 0


def test_a_closed_session_takes_no_file_and_keeps_no_place(session: Uploading) -> None:
    with event_log.writing(session.pk) as locked:
        event_log.change_state(locked, event_log.State.CANCELLED)
    with pytest.raises(SessionClosed):
        session.receive(api_world.photo())
    assert session.used()[shapes.PHOTOS] == session.used()[shapes.AT_ONCE] == 0


def test_the_same_idempotency_key_is_charged_once(session: Uploading) -> None:
    key = str(uuid4())
    answers = [session.post_photo(Idempotency_Key=key) for _ in range(3)]
    assert [one.status_code for one in answers] == [201] * 3
    assert len({one.json()["upload_id"] for one in answers}) == 1
    used = session.used()
    assert (used[shapes.PHOTOS], used[shapes.BURST], used[shapes.AT_ONCE]) == (1, 1, 0)


def test_a_lowered_quota_refuses_its_own_kind_only(session: Uploading, settings: Any) -> None:
    session.has_already(10, byte_size=10)
    limit(settings, max_photos=5)
    assert isinstance(refusal(session), QuotaSpent)
    session.take(Kind.DOCUMENT)


# Redis


def test_emptied_redis_knows_from_the_rows(session: Uploading, settings: Any) -> None:
    session.has_already(40, byte_size=10)
    for _ in range(9):
        session.take()
    forget(settings, session)
    assert session.used()[shapes.PHOTOS] == 49
    session.take()
    assert session.used()[shapes.BURST] == 10  # photos of this minute are in the rows, too
    refused = refusal(session)
    assert set(refused.extra["violated-policies"]) == {shapes.PHOTOS, shapes.BURST}


def test_redis_emptied_in_the_middle_of_an_upload(session: Uploading, settings: Any) -> None:
    reservation = session.reserve(size=500)
    forget(settings, session)
    session.store(reservation)
    upload_throttling.release(reservation)
    assert {name: n for name, n in session.used().items() if n} == {
        shapes.PHOTOS: 1, shapes.BYTES: 500, shapes.BURST: 1,
    }  # fmt: skip


def test_without_redis_the_rows_count_photos_documents_and_bytes(
    own_redis: Server, session: Uploading, settings: Any
) -> None:
    own_redis.kill()
    session.has_already(49, byte_size=10)
    assert session.post_photo().status_code == 201
    refused = session.post_photo()
    assert_problem(refused, 429, "quota_spent")
    session.has_already(20, kind=Kind.DOCUMENT, byte_size=10)
    assert isinstance(refusal(session, kind=Kind.DOCUMENT), QuotaSpent)
    limit(settings, max_bytes=session.ledger()[2] + 100)
    assert isinstance(refusal(session, kind=Kind.AUDIO, size=101), QuotaSpent)
    assert session.ledger() == session.rows()


def test_without_redis_the_rows_limit_the_burst(own_redis: Server, session: Uploading) -> None:
    own_redis.kill()
    for _ in range(10):
        session.take()
    refused = refusal(session)
    assert refused.extra["violated-policies"] == [shapes.BURST]
    assert 50 < refused.extra["retry_after"] <= 60


@pytest.mark.parametrize("seconds", [-3600, -90, 90, 3600])
def test_burst_is_limited_by_the_rows_whatever_the_clock_of_the_server_says(
    own_redis: Server, session: Uploading, monkeypatch: pytest.MonkeyPatch, seconds: int
) -> None:
    own_redis.kill()
    right = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: right() + timedelta(seconds=seconds))
    for _ in range(10):
        session.take()
    refused = refusal(session)
    assert refused.extra["violated-policies"] == [shapes.BURST]
    assert 50 < refused.extra["retry_after"] <= 60
    session.let_pass_of_rows(61)
    session.take()


def test_without_redis_no_thread_passes_a_quota(own_redis: Server, session: Uploading, settings: Any) -> None:
    own_redis.kill()
    limit(settings, max_photos=9, photos_per_minute=7)
    began = threading.Barrier(24)
    outcomes = []

    def run() -> None:
        try:
            began.wait()
            with upload_throttling.reserved(
                session_id=session.pk, user=session.user, kind=Kind.SCENE, declared_bytes=10
            ) as reservation:
                session.store(reservation)
            outcomes.append("stored")
        except UploadRefused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(24)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(outcomes) == 24
    assert 0 < outcomes.count("stored") <= 7
    assert session.ledger()[0] == outcomes.count("stored")


def test_without_redis_places_are_locks_that_die_with_their_holder(
    own_redis: Server, session: Uploading
) -> None:
    own_redis.kill()
    holders = [_hold(session.pk, place) for place in range(3)]
    assert refusal(session, kind=Kind.DOCUMENT).extra["violated-policies"] == [shapes.AT_ONCE]
    holders.pop().close()  # as the connection of a killed process
    reservation = session.reserve(Kind.DOCUMENT)
    assert (reservation.mode, reservation.slot) == ("rows", 2)
    upload_throttling.release(reservation)
    session.take(Kind.DOCUMENT)
    for one in holders:
        one.close()


def test_without_redis_a_request_with_a_key_gives_its_place_back(
    own_redis: Server, session: Uploading
) -> None:
    """Such a request is one transaction, and its place ends with it."""
    own_redis.kill()
    answers = [session.post_photo(Idempotency_Key=str(uuid4())) for _ in range(4)]
    assert [one.status_code for one in answers] == [201] * 4
    assert session.ledger()[0] == 4


def _hold(session_id: UUID, place: int) -> psycopg.Connection[Any]:
    given = connection.get_connection_params()
    held = psycopg.connect(
        **{name: given[name] for name in ("dbname", "user", "password", "host", "port") if given.get(name)}
    )
    held.autocommit = True
    held.execute("SELECT pg_advisory_lock(%s)", [places._key(session_id, place)])
    return held


def test_redis_that_comes_back_learns_what_was_stored_meanwhile(
    own_redis: Server, session: Uploading
) -> None:
    for _ in range(2):
        session.take()
    own_redis.freeze()
    for _ in range(6):
        session.take()
    own_redis.thaw()
    deadline = threading.Event()
    for _ in range(200):
        if upload_throttling.quota_state(session.pk).mode == "redis":
            break
        deadline.wait(0.02)
    assert upload_throttling.quota_state(session.pk).mode == "redis"
    used = session.used()
    assert (used[shapes.PHOTOS], used[shapes.BURST]) == (8, 8)
    session.take()
    session.take()
    assert refusal(session).extra["violated-policies"] == [shapes.BURST]


def test_redis_lost_in_the_middle_of_an_upload_loses_nothing(own_redis: Server, session: Uploading) -> None:
    reservation = session.reserve(size=700)
    own_redis.kill()
    session.store(upload_throttling.charge(reservation, received_bytes=600))
    upload_throttling.release(reservation)
    assert session.ledger() == (1, 0, 700)


# what is told


def test_state_is_told_in_the_answer_to_an_upload(session: Uploading) -> None:
    answer = session.post_photo()
    size = Upload.objects.get(session_id=session.pk).byte_size
    policies, left = answer.headers["RateLimit-Policy"], answer.headers["RateLimit"]
    assert f'"{shapes.PHOTOS}";q=50' in policies.split(", ")
    assert f'"{shapes.BYTES}";q=104857600;qu="content-bytes"' in policies.split(", ")
    assert f'"{shapes.BURST}";q=10;w=60' in policies.split(", ")
    assert f'"{shapes.AT_ONCE}";q=3;qu="concurrent-requests"' in policies.split(", ")
    assert {f'"{shapes.PHOTOS}";r=49', f'"{shapes.DOCUMENTS}";r=20', f'"{shapes.AT_ONCE}";r=3'} <= set(
        left.split(", ")
    )
    assert f'"{shapes.BYTES}";r={104857600 - size}' in left.split(", ")
    assert '"user"' in left  # beside the limits of the request


def test_state_is_told_in_the_answer_to_an_upload_with_a_key(session: Uploading) -> None:
    """The transaction of such a request is still open when its answer is made."""
    answer = session.post_photo(Idempotency_Key=str(uuid4()))
    assert f'"{shapes.PHOTOS}";r=49' in answer.headers["RateLimit"]


def test_quota_can_be_asked(session: Uploading) -> None:
    session.post_photo()
    held = session.reserve(Kind.DOCUMENT, 1_000)
    answer = Caller(session.user)("GET", f"/api/v1/onboarding/sessions/{session.pk}/quota/")
    assert answer.status_code == 200
    body = answer.json()
    assert (body["session_id"], body["counts_uploads_under_way"]) == (str(session.pk), True)
    told = {one["name"]: (one["limit"], one["used"], one["remaining"]) for one in body["quotas"]}
    size = Upload.objects.get(session_id=session.pk).byte_size + held.cost.bytes
    assert told == {
        shapes.PHOTOS: (50, 1, 49),
        shapes.DOCUMENTS: (20, 1, 19),
        shapes.BYTES: (104857600, size, 104857600 - size),
        shapes.BURST: (10, 1, 9),
        shapes.AT_ONCE: (3, 1, 2),
    }
    burst = next(one for one in body["quotas"] if one["name"] == shapes.BURST)
    assert 50 < burst["reset_seconds"] <= 60


def test_quota_can_be_asked_without_redis(own_redis: Server, session: Uploading) -> None:
    session.take()
    own_redis.kill()
    body = Caller(session.user)("GET", f"/api/v1/onboarding/sessions/{session.pk}/quota/").json()
    assert body["counts_uploads_under_way"] is False
    assert {one["name"]: one["used"] for one in body["quotas"]} == {
        shapes.PHOTOS: 1, shapes.DOCUMENTS: 0, shapes.BYTES: 1_000, shapes.BURST: 1,
    }  # fmt: skip


def test_asking_uses_nothing(session: Uploading) -> None:
    for _ in range(20):
        session.used()
    assert not any(session.used().values())


def test_quota_of_other_tenants_is_not_there(session: Uploading) -> None:
    stranger = factories.MembershipFactory.create().user
    answer = Caller(stranger)("GET", f"/api/v1/onboarding/sessions/{session.pk}/quota/")
    assert_problem(answer, 404, "not_found")
    form = {"session_id": str(session.pk), "photo": api_world.photo()}
    assert_problem(Caller(stranger)("POST", "/api/v1/onboarding/site-audit/", form=form), 404)
    assert not any(session.used().values())  # nor can they use it up


def test_a_refusal_is_logged_without_saying_whose(
    session: Uploading, caplog: pytest.LogCaptureFixture
) -> None:
    session.has_already(50, byte_size=10)
    with caplog.at_level(logging.WARNING, logger="security"):
        refusal(session)
    line = next(one.getMessage() for one in caplog.records if "upload quota" in one.getMessage())
    assert f"decision=refused mode=redis violated={shapes.PHOTOS}" in line
    assert str(session.pk) not in line


def test_decisions_are_counted(session: Uploading) -> None:
    session.has_already(50, byte_size=10)
    session.take(Kind.DOCUMENT)
    refusal(session)
    text = metrics.exposition().decode()
    assert 'onboarding_upload_quota_decisions_total{outcome="allowed",policy=""}' in text
    assert f'onboarding_upload_quota_decisions_total{{outcome="refused",policy="{shapes.PHOTOS}"}}' in text


def test_the_ledger_follows_rows_that_change_size(session: Uploading) -> None:
    upload = session.take(size=5_000)
    Upload.objects.filter(pk=upload.pk).update(byte_size=1_200)  # a photo that was made smaller
    assert session.ledger() == session.rows() == (1, 0, 1_200)
    assert session.used()[shapes.BYTES] == 1_200
