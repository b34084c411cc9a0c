"""Uploads in pieces: the protocol, and the same checks, roles and quotas as for whole files."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings as configured
from django.utils import timezone

from apps.onboarding import event_log
from apps.onboarding.errors import InvalidInput, NotFound, SessionClosed, TooLarge, UnsupportedMedia
from apps.onboarding.models import ResumableUpload, Upload
from apps.onboarding_api.services import resumable_uploads, upload_throttling, uploads
from apps.onboarding_api.services.resumable_uploads import parts, upkeep
from apps.onboarding_api.services.resumable_uploads.errors import OffsetMismatch, UploadGone
from apps.onboarding_api.services.upload_throttling import QuotaSpent, UploadRefused, shapes
from apps.onboarding_api.tests import api_world, factories, quota_world
from apps.onboarding_api.tests.api_world import Caller, assert_problem
from apps.onboarding_api.tests.quota_world import Uploading
from apps.onboarding_api.tests.tus_client import OFFSET_TYPE, TUS, metadata
from apps.task_ledger.models import TaskRecord

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kept_connection")]
PHOTO = api_world.photo(side=400).read()
State = ResumableUpload.State
Kind = Upload.Kind


@pytest.fixture
def session(own_storage: Path) -> Uploading:
    return quota_world.uploading()


def begin(
    session: Uploading, content: bytes = PHOTO, name: str = "gate.jpg", **given: Any
) -> ResumableUpload:
    whole = {"declared_bytes": len(content), "kind": Kind.SCENE, "told": uploads.Told(), **given}
    return resumable_uploads.begin(session_id=session.pk, user=session.user, name=name, **whole)


def append(found: ResumableUpload, at: int, data: bytes) -> ResumableUpload:
    return resumable_uploads.append(resumable_id=found.pk, at=at, data=data)


def send(session: Uploading, content: bytes = PHOTO, name: str = "gate.jpg", **given: Any) -> ResumableUpload:
    found = begin(session, content, name, **given)
    return append(found, 0, content)


def state(found: ResumableUpload) -> str:
    return ResumableUpload.objects.get(pk=found.pk).state


# the file


def test_pieces_become_an_upload_like_any_other(session: Uploading, own_storage: Path) -> None:
    found = begin(session, told=uploads.Told(latitude=12.97, longitude=77.59))
    for at in range(0, len(PHOTO), 700):
        append(found, at, PHOTO[at : at + 700])
    upload = resumable_uploads.finish(resumable_id=found.pk)
    assert upload.pk == found.upload_id
    assert upload.sha256 == hashlib.sha256(PHOTO).hexdigest()
    assert (upload.latitude, upload.longitude, upload.position_source) == (12.97, 77.59, "request")
    assert TaskRecord.objects.get(pk=str(upload.task_id)).name == "understand_photo"
    events = session.session.events.filter(kind=event_log.Kind.UPLOAD_ATTACHED)
    assert events.get().data["upload_id"] == str(upload.pk)
    assert (own_storage / upload.storage_key).read_bytes() == PHOTO


def test_finishing_twice_is_as_once(session: Uploading) -> None:
    found = send(session)
    first = resumable_uploads.finish(resumable_id=found.pk)
    assert resumable_uploads.finish(resumable_id=found.pk) == first
    assert Upload.objects.filter(session_id=session.pk).count() == 1
    assert session.ledger() == session.rows()


def test_what_is_not_whole_is_not_finished(session: Uploading) -> None:
    found = begin(session)
    append(found, 0, PHOTO[:10])
    with pytest.raises(OffsetMismatch):
        resumable_uploads.finish(resumable_id=found.pk)
    assert state(found) == State.OPEN


def test_a_piece_goes_nowhere_but_to_the_end(session: Uploading) -> None:
    found = begin(session)
    append(found, 0, PHOTO[:100])
    for at in (0, 50, 99, 101):
        with pytest.raises(OffsetMismatch) as refusal:
            append(found, at, b"x")
        assert refusal.value.extra["offset"] == 100
    with pytest.raises(TooLarge):
        append(found, 100, PHOTO)
    assert parts.size(found.pk) == 100


def test_what_was_written_and_not_counted_is_written_over(session: Uploading) -> None:
    found = begin(session)
    append(found, 0, PHOTO[:100])
    parts.write(found.pk, at=100, data=b"of one who was killed before he counted it" * 9)
    append(found, 100, PHOTO[100:])
    upload = resumable_uploads.finish(resumable_id=found.pk)
    assert upload.sha256 == hashlib.sha256(PHOTO).hexdigest()


def test_where_the_folder_was_lost_it_begins_anew(session: Uploading) -> None:
    found = append(begin(session), 0, PHOTO[:100])
    parts.drop(found.pk)
    assert resumable_uploads.offset_of(found) == 0
    append(found, 0, PHOTO)
    assert resumable_uploads.finish(resumable_id=found.pk).byte_size == len(PHOTO)


# the same checks


@pytest.mark.parametrize(
    ("content", "name", "kind", "code"),
    [
        (b"<html><script>", "gate.jpg", Kind.SCENE, "unsupported_media"),
        (PHOTO[:-400], "gate.jpg", Kind.METER, "unsupported_media"),
        (PHOTO, "list.txt", Kind.DOCUMENT, "unsupported_media"),
        (PHOTO + b"PK\x03\x04" + bytes(40), "gate.jpg", Kind.SCENE, "hostile_file"),
    ],
)
def test_a_file_that_whole_would_be_refused_is_refused(
    session: Uploading, own_storage: Path, content: bytes, name: str, kind: Upload.Kind, code: str,
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    found = send(session, content, name, kind=kind)
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(UnsupportedMedia) as refusal:
        resumable_uploads.finish(resumable_id=found.pk)
    assert refusal.value.code == code
    with pytest.raises(UploadGone) as gone:
        resumable_uploads.finish(resumable_id=found.pk)
    assert gone.value.extra["refused_as"] == code
    assert not [path for path in own_storage.rglob("*") if path.is_file()]
    assert (
        session.used()[shapes.PHOTOS] == session.used()[shapes.DOCUMENTS] == session.used()[shapes.BYTES] == 0
    )


def test_what_can_be_known_at_the_beginning_is_refused_there(session: Uploading) -> None:
    with pytest.raises(UnsupportedMedia):
        begin(session, name="gate.svg")
    with pytest.raises(UnsupportedMedia):
        begin(session, name="jpg")
    with pytest.raises(UnsupportedMedia):
        begin(session, name="list.txt", kind=Kind.SCENE)
    with pytest.raises(TooLarge):
        begin(session, declared_bytes=configured.FILE_UPLOAD.max_file_bytes + 1)
    with pytest.raises(InvalidInput):
        begin(session, declared_bytes=0)
    assert not ResumableUpload.objects.exists()
    assert session.used()[shapes.PHOTOS] == 0


def test_a_closed_session_takes_none(session: Uploading) -> None:
    found = send(session)
    with event_log.writing(session.pk) as locked:
        event_log.change_state(locked, event_log.State.CANCELLED)
    with pytest.raises(SessionClosed):
        begin(session)
    with pytest.raises(SessionClosed):
        resumable_uploads.finish(resumable_id=found.pk)
    assert state(found) == State.REFUSED


def test_names_are_kept_redacted(session: Uploading) -> None:
    found = begin(session, name="../../Ravi Kumar 9845012345.jpg")
    assert "Ravi" not in found.display_name
    assert "9845" not in found.display_name
    assert found.display_name.endswith(".jpg")


# the same quotas


def test_room_for_the_whole_file_is_held_from_the_beginning(session: Uploading) -> None:
    begin(session, declared_bytes=5_000_000)
    used = session.used()
    assert (used[shapes.PHOTOS], used[shapes.BYTES]) == (1, 5_000_000)
    assert used[shapes.AT_ONCE] == 0  # who is not sending takes no place


def test_a_session_that_is_full_takes_no_beginning(session: Uploading) -> None:
    session.has_already(50, byte_size=10)
    with pytest.raises(QuotaSpent):
        begin(session)


def test_leases_are_kept_between_the_pieces(session: Uploading) -> None:
    begin(session)
    session.let_pass(40)
    resumable_uploads.keep_leases()
    session.let_pass(40)
    assert session.used()[shapes.PHOTOS] == 1
    session.let_pass(61)
    assert session.used()[shapes.PHOTOS] == 0


def test_a_piece_takes_a_place_as_long_as_it_comes_and_the_keeper_holds_no_dead_one(
    session: Uploading,
) -> None:
    found = begin(session)
    assert session.used()[shapes.AT_ONCE] == 0
    resumable_uploads.take_place(found, token=1)
    resumable_uploads.take_place(found, token=1)
    assert session.used()[shapes.AT_ONCE] == 1
    session.let_pass(40)
    resumable_uploads.keep_leases()  # its web process was killed in the middle of the piece
    assert session.used()[shapes.AT_ONCE] == 1
    session.let_pass(21)
    assert (session.used()[shapes.AT_ONCE], session.used()[shapes.PHOTOS]) == (0, 1)
    resumable_uploads.take_place(found, token=1)
    resumable_uploads.leave_place(found, token=1)
    assert (session.used()[shapes.AT_ONCE], session.used()[shapes.PHOTOS]) == (0, 1)


def test_a_place_is_left_only_by_the_request_that_has_it(session: Uploading) -> None:
    found = begin(session)
    resumable_uploads.take_place(found, token=1)
    resumable_uploads.take_place(found, token=2)  # the phone is back, its first connection is dead
    resumable_uploads.leave_place(found, token=1)
    assert session.used()[shapes.AT_ONCE] == 1
    resumable_uploads.keep_place(found, token=2)
    with pytest.raises(UploadRefused):
        resumable_uploads.keep_place(found, token=1)
    resumable_uploads.leave_place(found, token=2)
    assert session.used()[shapes.AT_ONCE] == 0


def test_an_upload_whose_room_is_gone_is_refused_and_passes_no_quota(session: Uploading) -> None:
    found = send(session)
    session.let_pass(61)
    session.has_already(50, byte_size=10)
    with pytest.raises(QuotaSpent):
        resumable_uploads.hold(found)
    with pytest.raises(QuotaSpent):
        resumable_uploads.finish(resumable_id=found.pk)
    assert session.ledger()[0] == 50


def test_giving_up_gives_everything_back(
    session: Uploading, own_storage: Path, django_capture_on_commit_callbacks: Any
) -> None:
    found = append(begin(session), 0, PHOTO[:100])
    with django_capture_on_commit_callbacks(execute=True):
        resumable_uploads.terminate(resumable_id=found.pk, user=session.user)
    assert session.used()[shapes.PHOTOS] == 0
    assert not parts.size(found.pk)
    with pytest.raises(NotFound):
        append(found, 100, PHOTO[100:])


def test_without_redis_the_rows_decide(session: Uploading, settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    upload = resumable_uploads.finish(resumable_id=send(session).pk)
    assert session.ledger() == session.rows() == (1, 0, upload.byte_size)


# time


def test_an_upload_that_is_not_finished_in_time_is_gone(
    session: Uploading, django_capture_on_commit_callbacks: Any
) -> None:
    found = append(begin(session), 0, PHOTO[:100])
    ResumableUpload.objects.filter(pk=found.pk).update(expires_at=timezone.now())
    with pytest.raises(UploadGone):
        append(found, 100, PHOTO[100:])
    with django_capture_on_commit_callbacks(execute=True):
        assert resumable_uploads.tend()["expired"] == 1
    assert state(found) == State.EXPIRED
    assert session.used()[shapes.PHOTOS] == 0
    assert parts.size(found.pk) == 0
    ResumableUpload.objects.filter(pk=found.pk).update(expires_at=timezone.now() - timedelta(days=2))
    assert resumable_uploads.tend()["forgotten"] == 1


def test_a_whole_file_whose_sender_died_is_finished_by_the_calendar(session: Uploading) -> None:
    found = send(session)
    assert resumable_uploads.tend()["finished"] == 0  # who sent it may be about to
    ResumableUpload.objects.filter(pk=found.pk).update(mdtz=timezone.now() - timedelta(seconds=20))
    assert resumable_uploads.tend()["finished"] == 1
    assert Upload.objects.filter(pk=found.upload_id).exists()


def test_parts_without_a_row_go(session: Uploading) -> None:
    kept, orphan = append(begin(session), 0, PHOTO[:9]), uuid4()
    parts.write(orphan, at=0, data=b"x")
    resumable_uploads.tend()
    assert list(parts.stored()) == [kept.pk]


def test_a_file_that_may_be_taken_later_stays(session: Uploading, monkeypatch: pytest.MonkeyPatch) -> None:
    found = send(session)

    def refuse(*args: Any, **kwargs: Any) -> None:
        raise upload_throttling.UploadRefused("later")

    with monkeypatch.context() as patched:
        patched.setattr(uploads, "take_in", refuse)
        with pytest.raises(upload_throttling.UploadRefused):
            resumable_uploads.finish(resumable_id=found.pk)
    assert state(found) == State.OPEN
    assert resumable_uploads.finish(resumable_id=found.pk).pk == found.upload_id
    assert upkeep.tend()["finished"] == 0


# the protocol


ADDRESS = "/api/v1/onboarding/uploads/resumable/"


class Sender:
    """Speaks tus as one person."""

    def __init__(self, session: Uploading) -> None:
        self.session = session
        self.ask = Caller(session.user, **TUS)

    def create(self, length: object = len(PHOTO), *, said: str | None = None, **headers: Any) -> Any:
        said = (
            metadata(session_id=self.session.pk, filename="gate.jpg", kind="scene") if said is None else said
        )
        return self.ask("POST", ADDRESS, Upload_Length=str(length), Upload_Metadata=said, **headers)

    def patch(
        self, location: str, at: object, data: bytes, *, kind: str = OFFSET_TYPE, **headers: str
    ) -> Any:
        return self._raw("PATCH", location, data, kind, Upload_Offset=str(at), **headers)

    def _raw(self, method: str, location: str, data: bytes, kind: str, **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.ask._send(method, location, data, kind, headers={**self.ask._headers, **named})

    def head(self, location: str) -> Any:
        return self.ask("HEAD", location)


@pytest.fixture
def sender(session: Uploading) -> Sender:
    return Sender(session)


def test_the_server_says_what_it_can_do_to_anybody() -> None:
    told = Caller()("OPTIONS", ADDRESS)
    assert told.status_code == 204
    assert told.headers["Tus-Version"] == "1.0.0"
    assert told.headers["Tus-Max-Size"] == str(configured.FILE_UPLOAD.max_file_bytes)
    assert set(told.headers["Tus-Extension"].split(",")) >= {
        "creation",
        "termination",
        "expiration",
        "checksum",
    }
    assert told.headers["Tus-Checksum-Algorithm"] == "sha1,sha256"


def test_a_file_in_three_requests(sender: Sender) -> None:
    made = sender.create()
    assert made.status_code == 201
    location = made.headers["Location"]
    assert made.headers["Upload-Offset"] == "0"
    assert "Upload-Expires" in made.headers
    assert "session-photos" in made.headers["RateLimit"]
    first = sender.patch(location, 0, PHOTO[:500])
    assert (first.status_code, first.headers["Upload-Offset"]) == (204, "500")
    told = sender.head(location)
    assert (told.status_code, told.headers["Upload-Offset"]) == (200, "500")
    assert told.headers["Upload-Length"] == str(len(PHOTO))
    assert told.headers["Cache-Control"] == "no-store"
    assert told.headers["Tus-Resumable"] == "1.0.0"
    last = sender.patch(location, 500, PHOTO[500:])
    assert (last.status_code, last.headers["Upload-Offset"]) == (204, str(len(PHOTO)))
    upload = sender.ask("GET", last.headers["Content-Location"]).json()
    assert upload["sha256"] == hashlib.sha256(PHOTO).hexdigest()
    shown = sender.ask("GET", location).json()
    assert (shown["state"], shown["upload_id"], shown["offset"]) == ("done", upload["upload_id"], len(PHOTO))
    assert sender.head(location).headers["Content-Location"] == last.headers["Content-Location"]


def test_no_piece_comes_while_three_others_do(sender: Sender) -> None:
    location = sender.create().headers["Location"]
    others = [sender.session.reserve() for _ in range(3)]
    answer = sender.patch(location, 0, PHOTO[:500])
    assert_problem(answer, 429, "rate_limited")
    assert int(answer.headers["Retry-After"]) >= 1
    assert sender.head(location).headers["Upload-Offset"] == "0"
    upload_throttling.release(others.pop())
    assert sender.patch(location, 0, PHOTO[:500]).status_code == 204
    assert sender.session.used()[shapes.AT_ONCE] == 2
    others.append(sender.session.reserve())
    with pytest.raises(UploadRefused):
        sender.session.reserve()
    assert sender.patch(location, 500, PHOTO[500:]).status_code == 429
    upload_throttling.release(others.pop())
    assert sender.patch(location, 500, PHOTO[500:]).status_code == 204
    assert sender.session.used()[shapes.AT_ONCE] == 2


def test_a_small_file_can_come_with_its_creation(sender: Sender) -> None:
    said = metadata(session_id=sender.session.pk, filename="gate.jpg", kind="scene")
    made = sender._raw(
        "POST", ADDRESS, PHOTO, OFFSET_TYPE, Upload_Length=str(len(PHOTO)), Upload_Metadata=said
    )
    assert made.status_code == 201
    assert made.headers["Upload-Offset"] == str(len(PHOTO))
    assert Upload.objects.filter(pk=made.json()["upload_id"]).exists()
    assert sender.session.used()[shapes.AT_ONCE] == 0


@pytest.mark.parametrize("key", [{}, {"Idempotency_Key": "one"}], ids=["", "with a key"])
def test_a_creation_that_is_refused_with_its_file_leaves_nothing(sender: Sender, key: dict[str, str]) -> None:
    said = metadata(session_id=sender.session.pk, filename="gate.jpg", kind="scene")
    told = {"Upload_Length": str(len(PHOTO) - 1), "Upload_Metadata": said, **key}
    assert_problem(sender._raw("POST", ADDRESS, PHOTO, OFFSET_TYPE, **told), 413, "too_large")
    assert not ResumableUpload.objects.exists()
    assert sender.session.used()[shapes.PHOTOS] == sender.session.used()[shapes.AT_ONCE] == 0
    assert not list(parts.stored())


def test_a_creation_that_is_repeated_under_its_key_makes_one(sender: Sender) -> None:
    first, second = (sender.create(Idempotency_Key="one") for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert second.headers["Idempotent-Replay"] == "true"
    assert_problem(sender.create(5, Idempotency_Key="one"), 422, "idempotency_key_reused")


def test_other_versions_of_the_protocol_are_refused(sender: Sender) -> None:
    told = Caller(sender.session.user)("POST", ADDRESS)
    assert_problem(told, 412, "tus_version_unsupported")
    assert told.headers["Tus-Version"] == "1.0.0"


@pytest.mark.parametrize(
    ("at", "kind", "status"),
    [("7", OFFSET_TYPE, 409), ("-1", OFFSET_TYPE, 400), ("", OFFSET_TYPE, 400), ("x", OFFSET_TYPE, 400),
     ("\u0663", OFFSET_TYPE, 400), ("0", "application/json", 415), ("0", "text/plain", 415)],
)  # fmt: skip
def test_pieces_that_cannot_be_taken(sender: Sender, at: str, kind: str, status: int) -> None:
    location = sender.create().headers["Location"]
    answer = sender.patch(location, at, PHOTO, kind=kind)
    assert_problem(answer, status)
    assert sender.head(location).headers["Upload-Offset"] == "0"
    if status == 409:
        assert answer.headers["Upload-Offset"] == "0"


def test_more_than_was_declared_is_refused_before_it_is_read(sender: Sender) -> None:
    location = sender.create(100).headers["Location"]
    assert_problem(sender.patch(location, 0, PHOTO), 413)
    assert sender.head(location).headers["Upload-Offset"] == "0"


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_a_damaged_piece_is_not_kept(sender: Sender, algorithm: str) -> None:
    location = sender.create().headers["Location"]
    digest = hashlib.new(algorithm, PHOTO, usedforsecurity=False).digest()
    field = f"{algorithm} {base64.b64encode(digest).decode()}"
    damaged = sender.patch(location, 0, PHOTO[:-1] + b"x", Upload_Checksum=field)
    assert damaged.status_code == 460
    assert damaged.json()["code"] == "checksum_mismatch"
    assert sender.head(location).headers["Upload-Offset"] == "0"
    assert sender.patch(location, 0, PHOTO, Upload_Checksum=field).status_code == 204


@pytest.mark.parametrize("field", ["md5 abcd", "sha1 abcd", "sha256", "sha1 !!!!", ""])
def test_checksums_that_are_none(sender: Sender, field: str) -> None:
    location = sender.create().headers["Location"]
    assert_problem(sender.patch(location, 0, PHOTO, Upload_Checksum=field), 400, "invalid_input")


@pytest.mark.parametrize(
    "said",
    [
        "",
        "filename",
        "session_id !!!",
        "a b c",
        metadata(filename="gate.jpg", kind="scene"),
        metadata(session_id="x", filename="gate.jpg", kind="scene"),
        metadata(session_id=UUID(int=7), filename="gate.jpg", kind="audio"),
        metadata(session_id=UUID(int=7), filename="gate.jpg", kind="scene", latitude="1"),
        metadata(session_id=UUID(int=7), filename="gate.jpg", kind="scene", latitude="nan", longitude="1"),
        "filename " + base64.b64encode(b"\xff\xfe").decode(),
        metadata(filename="a") + "," + metadata(filename="b"),
        metadata(**{f"k{n}": n for n in range(30)}),
        metadata(session_id=UUID(int=7), filename="a\0b.jpg", kind="scene"),
    ],
)
def test_metadata_that_does_not_do(sender: Sender, said: str) -> None:
    assert_problem(sender.create(said=said), 400)


@pytest.mark.parametrize("length", ["", "-1", "1.5", "x"])
def test_lengths_that_are_none(sender: Sender, length: str) -> None:
    assert_problem(sender.create(length), 400)


def test_a_length_beyond_all_quotas_is_refused(sender: Sender) -> None:
    assert_problem(sender.create("9" * 16), 429)
    assert_problem(sender.create("9" * 19), 400)


def test_who_may_not_upload_may_not_resume(sender: Sender) -> None:
    location = sender.create().headers["Location"]
    viewer = factories.MembershipFactory.create(client=sender.session.session.client, role="viewer").user
    stranger = factories.MembershipFactory.create().user
    for person, status in ((viewer, 403), (stranger, 404), (None, 401)):
        ask = Caller(person, **TUS)
        assert ask("HEAD", location).status_code == status
        assert_problem(ask("DELETE", location), status)
        piece = ask._send(
            "PATCH", location, PHOTO, OFFSET_TYPE, headers={**ask._headers, "Upload-Offset": "0"}
        )
        assert_problem(piece, status)
    assert sender.head(location).headers["Upload-Offset"] == "0"


def test_termination(sender: Sender) -> None:
    location = sender.create().headers["Location"]
    assert sender.ask("DELETE", location).status_code == 204
    assert sender.head(location).status_code == 404


def test_what_has_expired_is_gone(sender: Sender) -> None:
    made = sender.create()
    ResumableUpload.objects.filter(pk=UUID(made.json()["resumable_id"])).update(expires_at=timezone.now())
    assert sender.head(made.headers["Location"]).status_code == 410
    assert_problem(sender.patch(made.headers["Location"], 0, PHOTO), 410, "upload_gone")


def test_a_refused_file_says_why_once_and_is_gone(sender: Sender) -> None:
    location = sender.create(20).headers["Location"]
    assert_problem(sender.patch(location, 0, b"<html><script></html"), 400, "unsupported_media")
    told = assert_problem(sender.patch(location, 20, b"x"), 410, "upload_gone")
    assert told["refused_as"] == "unsupported_media"
    assert sender.ask("GET", location).json()["error"]["code"] == "unsupported_media"


def test_who_asks_for_a_whole_file_that_was_left_lying_finishes_it(sender: Sender) -> None:
    location = sender.create().headers["Location"]
    found = ResumableUpload.objects.get()
    append(found, 0, PHOTO)
    assert "Content-Location" in sender.head(location).headers
    assert Upload.objects.filter(pk=found.upload_id).exists()


def test_an_upload_counts_as_one_request_and_with_its_whole_size(session: Uploading, settings: Any) -> None:
    policies = {policy.name: policy for policy in configured.RATE_LIMITING.policies}
    settings.RATE_LIMITING = replace(
        configured.RATE_LIMITING, policies=(replace(policies["upload-bytes"], quota=1_000),)
    )
    assert_problem(Sender(session).create(1_001), 429)
    assert Sender(session).create(999).status_code == 201
    assert_problem(Sender(session).create(999), 429)


# sent to the object store


@pytest.fixture
def store(own_storage: Path, settings: Any) -> Path:
    """The quarantine of the object store, here a folder: where the form puts a file."""
    settings.UPLOAD_STORAGE = replace(configured.UPLOAD_STORAGE, backend="s3")
    folder = own_storage / "quarantine"
    folder.mkdir(parents=True)
    return folder


def test_what_was_posted_to_the_store_is_taken_in_once(session: Uploading, store: Path) -> None:
    found = begin(session)
    address = f"/api/v1/onboarding/uploads/direct/{found.pk}/complete/"
    ask = Caller(session.user)
    assert_problem(ask("POST", address), 409, "file_not_arrived")
    (store / str(found.pk)).write_bytes(PHOTO)
    first, second = ask("POST", address), ask("POST", address)
    assert first.status_code == second.status_code == 201
    assert first.json()["upload_id"] == second.json()["upload_id"] == str(found.upload_id)
    assert first.json()["sha256"] == hashlib.sha256(PHOTO).hexdigest()
    assert not (store / str(found.pk)).exists()


def test_what_was_posted_is_checked_like_any_other(session: Uploading, store: Path) -> None:
    found = begin(session, b"<html><script></html")
    (store / str(found.pk)).write_bytes(b"<html><script></html")
    address = f"/api/v1/onboarding/uploads/direct/{found.pk}/complete/"
    assert_problem(Caller(session.user)("POST", address), 400, "unsupported_media")
    assert_problem(Caller(session.user)("POST", address), 410, "upload_gone")


def test_a_posted_file_of_another_size_is_not_taken(session: Uploading, store: Path) -> None:
    found = begin(session)
    (store / str(found.pk)).write_bytes(PHOTO + b"x")
    with pytest.raises(InvalidInput):
        resumable_uploads.complete(resumable_id=found.pk, user=session.user)
    assert not Upload.objects.filter(session_id=session.pk).exists()
