"""The virus scanner: every answer is read, only one of them is "clean", and nothing is taken on trust."""

from __future__ import annotations

import io
import logging
import os
import stat
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from apps.onboarding.models import InfectedFile, SessionEvent, Upload
from apps.onboarding_api.services import antivirus, health, metrics
from apps.onboarding_api.services.antivirus import clamd, infected, self_test
from apps.onboarding_api.services.dlq_alerting import reading, rules
from apps.onboarding_api.services.uploads import scanning_later
from apps.onboarding_api.tests import api_world, factories, quota_world, scanner_world
from apps.onboarding_api.tests.api_world import Caller, assert_problem
from apps.onboarding_api.tests.quota_world import Uploading
from apps.task_ledger import sealing

Outcome, Scan = clamd.Outcome, Upload.Scan
EICAR = self_test.eicar()
NOTE = b"Gate 1 is open from 6 to 22.\n"
needs_clamd = pytest.mark.skipif(scanner_world.CLAMD is None, reason="clamd is not installed")


@pytest.fixture(autouse=True)
def _own_folders(own_storage: Path, settings: Any, tmp_path: Path) -> Iterator[None]:
    scanner_world.configure(settings, None, mode="off", infected_folder=tmp_path / "infected")
    yield
    infected.note_all.__globals__["_new"].clear()
    self_test.forget()


@pytest.fixture
def uploading(db: None) -> Uploading:
    return quota_world.uploading()


def text(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("note.txt", content, "text/plain")


def ask(address: clamd.Address, *chunks: bytes, answer_seconds: float = 2.0) -> clamd.Verdict:
    stream = clamd.Stream(address, connect_seconds=0.5, answer_seconds=answer_seconds)
    for chunk in chunks:
        stream.send(chunk)
    found = stream.finish()
    stream.close()
    return found


# the protocol

ANSWERS = {
    "clean": (b"stream: OK\0", Outcome.CLEAN, ""),
    "found": (b"stream: Win.Test.EICAR_HDB-1 FOUND\0", Outcome.INFECTED, "Win.Test.EICAR_HDB-1"),
    "found, with odd letters": (b"stream: a<b> c FOUND\0", Outcome.INFECTED, "a_b_c"),
    "too large for it": (b"INSTREAM size limit exceeded. ERROR\0", Outcome.FAULT, "size_limit"),
    "nothing": (b"", Outcome.FAULT, "no_answer"),
    "clean, cut off": (b"stream: OK", Outcome.FAULT, "unknown_answer"),
    "clean, and more": (b"stream: OK\0stream: X FOUND\0", Outcome.FAULT, "unknown_answer"),
    "clean, in other words": (b"stream: ok\0", Outcome.FAULT, "unknown_answer"),
    "clean, with a blank": (b"stream: OK \0", Outcome.FAULT, "unknown_answer"),
    "clean, of something else": (b"/tmp/x: OK\0", Outcome.FAULT, "unknown_answer"),
    "clean, ended by a line": (b"stream: OK\n", Outcome.FAULT, "unknown_answer"),
    "an error": (b"stream: Can't allocate memory ERROR\0", Outcome.FAULT, "unknown_answer"),
    "unknown command": (b"UNKNOWN COMMAND\0", Outcome.FAULT, "unknown_answer"),
    "endless": (b"x" * 100_000, Outcome.FAULT, "unknown_answer"),
    "another program": (b"HTTP/1.1 200 OK\r\n\r\n", Outcome.FAULT, "unknown_answer"),
}  # fmt: skip


@pytest.mark.parametrize(("answer", "outcome", "detail"), ANSWERS.values(), ids=ANSWERS.keys())
def test_only_one_answer_is_clean(answer: bytes, outcome: clamd.Outcome, detail: str) -> None:
    with scanner_world.fake(lambda _: answer) as scanner:
        assert ask(scanner.address, NOTE) == clamd.Verdict(outcome, detail)


def test_file_arrives_whole_in_pieces_of_at_most_64_kib() -> None:
    content = bytes(range(256)) * 1_000
    with scanner_world.fake() as scanner:
        assert ask(scanner.address, content[:1], b"", content[1:]).outcome is Outcome.CLEAN
    assert scanner.files == [content]
    assert max(scanner.pieces) == clamd.MOST_PIECE_BYTES


def test_answer_to_an_oversize_file_is_read_before_the_reset() -> None:
    with scanner_world.fake(most_bytes=200_000) as scanner:
        verdict = ask(scanner.address, *[b"x" * 100_000] * 100)
    assert verdict == clamd.Verdict(Outcome.FAULT, "size_limit")


def test_clean_said_before_the_end_of_the_file_is_no_verdict() -> None:
    early = threading.Event()

    def says(_: bytes) -> bytes:
        return b"stream: OK\0"

    with scanner_world.fake(says) as scanner:
        stream = clamd.Stream(scanner.address, connect_seconds=0.5, answer_seconds=2)
        stream.send(b"x")
        assert stream._socket is not None
        stream._socket.sendall(bytes(4))  # the scanner takes this for the end, we do not
        wait_for(lambda: bool(scanner.files))
        while not stream.has_ended and not early.wait(0.01):
            stream.send(b"y")
        assert stream.finish() == clamd.Verdict(Outcome.FAULT, "early_answer")


def wait_for(holds: Any, *, seconds: float = 5) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_scanner_that_hangs_up_is_a_fault() -> None:
    with scanner_world.fake(lambda _: None) as scanner:
        assert ask(scanner.address, NOTE).detail in {"no_answer", "broken_off"}


def test_scanner_that_never_answers_is_given_up_in_time() -> None:
    forever = threading.Event()
    with scanner_world.fake(lambda _: None if forever.wait(20) else b"") as scanner:
        began = time.monotonic()
        assert ask(scanner.address, NOTE, answer_seconds=0.3) == clamd.Verdict(Outcome.FAULT, "timeout")
        assert time.monotonic() - began < 2
        forever.set()


def test_scanner_that_takes_each_piece_just_in_time_is_given_up_all_the_same() -> None:
    with scanner_world.dawdling(bytes_per_second=500_000) as address:
        began = time.monotonic()
        verdict = ask(address, *[b"x" * 65_536] * 400, answer_seconds=1.0)
        assert verdict == clamd.Verdict(Outcome.FAULT, "timeout")
        assert time.monotonic() - began < 3


def test_file_that_comes_slowly_uses_up_none_of_the_time_for_the_scanner() -> None:
    with scanner_world.fake() as scanner:
        stream = clamd.Stream(scanner.address, connect_seconds=0.5, answer_seconds=0.4)
        began = time.monotonic()
        while time.monotonic() - began < 0.6:
            stream.send(b"y")
            threading.Event().wait(0.02)
        assert stream.finish() == clamd.CLEAN


@pytest.mark.parametrize("address", [scanner_world.nobody(), "/nonexistent/clamd.sock"])
def test_scanner_that_is_not_there_is_a_fault(address: clamd.Address) -> None:
    assert ask(address, NOTE) == clamd.Verdict(Outcome.FAULT, "unreachable")
    assert not clamd.ping(address, seconds=0.5)


# clamd itself


@pytest.fixture(scope="module")
def clamd_socket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with scanner_world.real_clamd(tmp_path_factory.mktemp("clamd")) as own:
        yield own


@needs_clamd
def test_real_clamd_finds_the_test_text_and_nothing_else(clamd_socket: str) -> None:
    assert ask(clamd_socket, NOTE, b"x" * 3_000_000).outcome is Outcome.CLEAN
    found = ask(clamd_socket, EICAR[:20], EICAR[20:])
    assert found.outcome is Outcome.INFECTED
    assert found.detail.startswith(scanner_world.SIGNATURE)
    assert ask(clamd_socket, b"before " + EICAR + b" after").outcome is Outcome.INFECTED


@needs_clamd
def test_real_clamd_with_a_smaller_limit_says_so_and_the_answer_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    with scanner_world.real_clamd(folder, largest_mb=1) as own:
        assert ask(own, *[b"x" * 65_536] * 160) == clamd.Verdict(Outcome.FAULT, "size_limit")


@needs_clamd
def test_upload_is_scanned_by_real_clamd(clamd_socket: str, settings: Any, uploading: Uploading) -> None:
    scanner_world.configure(settings, clamd_socket, answer_seconds=10.0)
    assert health.readiness()["scanner"] == "ok"
    body = assert_problem(uploading.post_document(text(EICAR)), 422, "infected_file")
    assert body["signature"].startswith(scanner_world.SIGNATURE)
    assert uploading.post_document(text(NOTE)).json()["scan"] == "clean"


# at the door


def test_infected_file_is_refused_put_away_and_told_of(
    settings: Any, uploading: Uploading, own_storage: Path, caplog: pytest.LogCaptureFixture
) -> None:
    logging.getLogger("security").addHandler(caplog.handler)
    with scanner_world.fake() as scanner:
        scanner_world.configure(settings, scanner.address)
        body = assert_problem(uploading.post_document(text(EICAR)), 422, "infected_file")
    logging.getLogger("security").removeHandler(caplog.handler)
    row = InfectedFile.objects.get()
    assert (row.signature, row.byte_size, row.correlation_id) == ("Test.Eicar", 68, body["correlation_id"])
    assert not Upload.objects.exists()
    assert not [one for one in own_storage.rglob("*") if one.is_file()]
    assert uploading.used() == dict.fromkeys(uploading.used(), 0)
    [kept] = settings.ANTIVIRUS.infected_folder.iterdir()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700
    assert EICAR not in kept.read_bytes()
    assert infected.content_of(row.pk) == EICAR
    line = next(record.getMessage() for record in caplog.records if "infected file" in record.getMessage())
    assert "note.txt" not in line
    assert str(row.pk) in line
    assert "onboarding_infected_files_24h 1.0" in metrics.exposition().decode()
    found = list(rules.infected_file(reading.look(timezone.now())))
    assert [(one.rule, one.count) for one in found] == [("infected_file", 1)]


@pytest.mark.usefixtures("kept_connection")
def test_infected_recording_leaves_no_turn(settings: Any, uploading: Uploading) -> None:
    sound = SimpleUploadedFile("voice.wav", EICAR, "audio/wav")
    with scanner_world.fake() as scanner:
        scanner_world.configure(settings, scanner.address)
        form = {"session_id": str(uploading.pk), "audio": sound}
        answer = Caller(uploading.user)("POST", reverse("conversation"), form=form)
    assert_problem(answer, 422, "infected_file")
    assert not uploading.session.turns.exists()


def test_infected_file_is_refused_where_it_cannot_be_put_away(
    settings: Any, uploading: Uploading, tmp_path: Path
) -> None:
    (tmp_path / "a file").touch()
    with scanner_world.fake() as scanner:
        scanner_world.configure(settings, scanner.address, infected_folder=tmp_path / "a file" / "infected")
        assert_problem(uploading.post_document(text(EICAR)), 422, "infected_file")


def test_idempotent_repetition_of_an_infected_file_is_refused_again(
    settings: Any, uploading: Uploading
) -> None:
    with scanner_world.fake() as scanner:
        scanner_world.configure(settings, scanner.address)
        for _ in range(2):
            form = {"session_id": str(uploading.pk), "document": text(EICAR)}
            answer = Caller(uploading.user)(
                "POST", reverse("documents"), form=form, Idempotency_Key="one-and-the-same"
            )
            assert_problem(answer, 422, "infected_file")


def test_file_is_read_by_the_scanner_once(settings: Any, uploading: Uploading) -> None:
    with scanner_world.fake() as scanner:
        scanner_world.configure(settings, scanner.address)
        form = {"session_id": str(uploading.pk), "document": text(NOTE)}
        answer = Caller(uploading.user)("POST", reverse("documents"), form=form, Idempotency_Key="k" * 20)
    assert answer.status_code == 201, answer.content
    assert scanner.files == [NOTE]


def test_scanner_hears_the_first_bytes_while_the_last_are_still_to_come(settings: Any) -> None:
    with scanner_world.fake() as scanner:
        scanner_world.configure(settings, scanner.address)
        scan = antivirus.Scan()
        scan.feed(b"first")
        assert scanner.first_bytes.wait(5)
        assert scanner.files == []
        scan.feed(b" last")
        assert scan.finish() == clamd.CLEAN
    assert scanner.files == [b"first last"]


def test_required_scanner_that_is_away_is_503_with_retry_after(settings: Any, uploading: Uploading) -> None:
    scanner_world.configure(settings, scanner_world.nobody())
    answer = uploading.post_document(text(NOTE))
    body = assert_problem(answer, 503, "scanner_unavailable")
    assert body["retryable"]
    assert answer.headers["Retry-After"] == "30"
    assert not Upload.objects.exists()
    assert uploading.used() == dict.fromkeys(uploading.used(), 0)


@pytest.mark.parametrize("answer", [b"", b"nonsense\0", b"stream: OK"])
def test_required_scanner_without_a_verdict_takes_nothing(
    settings: Any, uploading: Uploading, answer: bytes
) -> None:
    with scanner_world.fake(lambda _: answer) as scanner:
        scanner_world.configure(settings, scanner.address)
        assert_problem(uploading.post_document(text(NOTE)), 503, "scanner_unavailable")


def test_scanner_that_hangs_holds_up_one_upload_and_not_the_next(settings: Any, uploading: Uploading) -> None:
    with scanner_world.frozen() as address:
        scanner_world.configure(settings, address, mode="optional", answer_seconds=0.5)
        assert uploading.post_document(text(NOTE)).json()["scan"] == "not_scanned"
        scanner_world.harden(settings, answer_seconds=60)
        began = time.monotonic()
        assert uploading.post_document(text(NOTE)).json()["scan"] == "not_scanned"
        assert time.monotonic() - began < 5


def test_scanner_that_was_slow_with_one_file_is_asked_about_the_next(
    settings: Any, uploading: Uploading
) -> None:
    forever = threading.Event()

    def says(data: bytes) -> bytes:
        return scanner_world.honest(data) if data == NOTE or forever.wait(20) else b""

    with scanner_world.fake(says) as scanner:
        scanner_world.configure(settings, scanner.address, answer_seconds=0.5)
        assert_problem(uploading.post_document(text(b"a slow one\n")), 503, "scanner_unavailable")
        assert uploading.post_document(text(NOTE)).json()["scan"] == "clean"
        forever.set()


def test_nobody_is_asked_where_it_is_off(uploading: Uploading) -> None:
    assert uploading.post_document(text(EICAR)).json()["scan"] == "off"
    assert "scanner" not in health.readiness()


# taken now, scanned later


@pytest.fixture
def taken(settings: Any, uploading: Uploading) -> list[Upload]:
    """Two documents, the second infected, taken while the scanner was away."""
    scanner_world.configure(settings, scanner_world.nobody(), mode="optional")
    answers = [uploading.post_document(text(content)) for content in (NOTE, EICAR)]
    assert [answer.json()["scan"] for answer in answers] == ["not_scanned", "not_scanned"]
    return [Upload.objects.get(pk=answer.json()["upload_id"]) for answer in answers]


@pytest.mark.usefixtures("taken")
def test_nothing_changes_while_the_scanner_stays_away() -> None:
    assert scanning_later.scan_waiting() == {"clean": 0, "infected": 0, "missing": 0, "no_verdict": 0}


def test_when_the_scanner_is_back_the_infected_one_goes(
    settings: Any, taken: list[Upload], django_capture_on_commit_callbacks: Any
) -> None:
    clean, bad = taken
    with scanner_world.fake() as scanner:
        scanner_world.configure(settings, scanner.address, mode="optional")
        with django_capture_on_commit_callbacks(execute=True):
            assert scanning_later.scan_waiting() == {"clean": 1, "infected": 1, "missing": 0, "no_verdict": 0}
        assert scanning_later.scan_waiting() == {"clean": 0, "infected": 0, "missing": 0, "no_verdict": 0}
    clean.refresh_from_db()
    bad.refresh_from_db()
    assert (clean.scan, clean.status) == (Scan.CLEAN, "received")
    assert (bad.scan, bad.status, bad.error and bad.error["code"]) == (
        Scan.INFECTED,
        "failed",
        "infected_file",
    )
    assert default_storage.exists(clean.storage_key)
    assert not default_storage.exists(bad.storage_key)
    row = InfectedFile.objects.get()
    assert row.upload_id == bad.pk
    assert infected.content_of(row.pk) == EICAR
    event = SessionEvent.objects.filter(session=bad.session, kind="upload_failed").get()
    assert event.data == {"upload_id": str(bad.pk), "code": "infected_file"}


def test_upload_without_its_file_does_not_hold_up_the_others(settings: Any, taken: list[Upload]) -> None:
    default_storage.delete(taken[1].storage_key)
    with scanner_world.fake() as scanner:
        scanner_world.configure(settings, scanner.address, mode="optional")
        assert scanning_later.scan_waiting() == {"clean": 1, "infected": 0, "missing": 1, "no_verdict": 0}


@pytest.mark.parametrize("answer", [b"stream: what OK\0", b"INSTREAM size limit exceeded. ERROR\0"])
def test_file_without_a_verdict_has_its_turn_again_after_the_others(
    settings: Any, taken: list[Upload], answer: bytes
) -> None:
    def says(data: bytes) -> bytes:
        return answer if data == NOTE else scanner_world.honest(data)

    before = timezone.now()
    with scanner_world.fake(says) as scanner:
        scanner_world.configure(settings, scanner.address, mode="optional")
        told = {"clean": 0, "infected": 1, "missing": 0, "no_verdict": 1}
        assert scanning_later.scan_waiting() == told
    row = Upload.objects.get(pk=taken[0].pk)
    assert row.scan == Scan.NOT_SCANNED
    assert row.mdtz > before


def test_scanner_that_goes_away_between_two_files_ends_the_round(settings: Any, taken: list[Upload]) -> None:
    with scanner_world.fake(lambda _: None) as scanner:
        scanner_world.configure(settings, scanner.address, mode="optional")

        def says(_: bytes) -> None:
            scanner.close()
            scanner_world.harden(settings, address=scanner_world.nobody())

        scanner._says = says
        assert set(scanning_later.scan_waiting().values()) == {0}
    assert [Upload.objects.get(pk=one.pk).mdtz for one in taken] == [one.mdtz for one in taken]
    assert scanner.files == [NOTE]


def test_waiting_file_that_is_infected_goes_where_it_cannot_be_put_away(
    settings: Any, taken: list[Upload], tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    (tmp_path / "a file").touch()
    with scanner_world.fake() as scanner:
        scanner_world.configure(
            settings, scanner.address, mode="optional", infected_folder=tmp_path / "a file" / "infected"
        )
        with django_capture_on_commit_callbacks(execute=True):
            assert scanning_later.scan_waiting()["infected"] == 1
    row = Upload.objects.get(pk=taken[1].pk)
    assert (row.status, row.scan) == ("failed", Scan.INFECTED)
    assert not default_storage.exists(row.storage_key)


# what is put away


def test_note_that_a_dying_process_left_becomes_a_row_later(db: None) -> None:
    name = infected.put_away(io.BytesIO(EICAR), sha256="0" * 64, byte_size=68, signature="Test.Eicar")
    assert not InfectedFile.objects.exists()
    assert infected.note_all() == 1
    assert infected.note_all() == 0
    assert InfectedFile.objects.get().pk == name


def test_infected_files_are_forgotten_after_their_time(settings: Any, db: None) -> None:
    name = infected.put_away(io.BytesIO(EICAR), sha256="0" * 64, byte_size=68, signature="Test.Eicar")
    infected.note_all()
    assert infected.forget() == 0
    InfectedFile.objects.update(
        found_at=timezone.now() - timedelta(days=settings.ANTIVIRUS.infected_days + 1)
    )
    assert infected.forget() == 1
    with pytest.raises(FileNotFoundError):
        infected.content_of(name)


def test_files_that_nothing_names_are_forgotten_as_well(settings: Any, db: None) -> None:
    folder, long_ago = settings.ANTIVIRUS.infected_folder, time.time() - 86_400 * 1_000
    noted, named = (
        infected.put_away(io.BytesIO(EICAR), sha256="0" * 64, byte_size=68, signature="Test.Eicar")
        for _ in range(2)
    )
    note = (folder / f"{noted}.note").read_bytes()
    infected.note_all()
    InfectedFile.objects.filter(pk=noted).delete()
    (folder / f"{noted}.note").write_bytes(note)
    for name in (f"{uuid4()}.sealed", f"{uuid4()}.sealed.part", f"{uuid4()}.note.part", "else.txt"):
        (folder / name).write_bytes(b"x")
    young = f"{uuid4()}.sealed"
    for path in folder.iterdir():
        os.utime(path, (long_ago, long_ago))
    (folder / young).write_bytes(b"x")
    assert infected.forget() == 3
    kept = {f"{noted}.sealed", f"{noted}.note", f"{named}.sealed", "else.txt", young}
    assert {path.name for path in folder.iterdir()} == kept


def test_sealed_copy_opens_under_its_own_name_only(settings: Any, db: None) -> None:
    name = infected.put_away(io.BytesIO(EICAR), sha256="0" * 64, byte_size=68, signature="Test.Eicar")
    folder, other = settings.ANTIVIRUS.infected_folder, uuid4()
    (folder / f"{name}.sealed").rename(folder / f"{other}.sealed")
    with pytest.raises(sealing.CannotOpen):
        infected.content_of(other)


# does it work?


def test_self_test_tells_a_scanner_without_signatures(settings: Any, db: None) -> None:
    with scanner_world.fake(lambda _: b"stream: OK\0") as scanner:
        scanner_world.configure(settings, scanner.address)
        parts = health.readiness()
    assert "does not find the test file" in parts["scanner"]
    assert not health.is_ready({"scanner": parts["scanner"]})
    assert [one.severity for one in rules.scanner_away(reading.look(timezone.now()))] == ["critical"]


def test_optional_scanner_that_is_away_leaves_the_platform_ready(settings: Any, db: None) -> None:
    scanner_world.configure(settings, scanner_world.nobody(), mode="optional")
    part = health.readiness()["scanner"]
    assert part == "degraded (away (unreachable))"
    assert health.is_ready({"scanner": part})
    assert "onboarding_scanner_works 0.0" in metrics.exposition().decode()


def test_start_of_a_web_process_tells_how_the_self_test_went(
    settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    logging.getLogger("security").addHandler(caplog.handler)
    caplog.set_level(logging.INFO, logger="security")
    with scanner_world.fake() as scanner:
        scanner_world.configure(settings, scanner.address)
        self_test.begin()
        wait_for(lambda: "self_test" in caplog.text)
    logging.getLogger("security").removeHandler(caplog.handler)
    assert "virus scanner: mode=required self_test=ok" in caplog.text


def test_stored_files_without_a_form_are_scanned_as_well(settings: Any, uploading: Uploading) -> None:
    """Files that come on another way than a form have no facts yet: they are found out when they are stored."""
    with scanner_world.fake() as scanner:
        scanner_world.configure(settings, scanner.address)
        with pytest.raises(antivirus.InfectedFile):
            uploading.receive(ContentFile(EICAR, name="note.txt"), Upload.Kind.DOCUMENT)
        upload = uploading.receive(ContentFile(NOTE, name="note.txt"), Upload.Kind.DOCUMENT)
    assert upload.scan == Scan.CLEAN
    assert infected.note_new() == 1


def test_upload_row_is_off_by_default(db: None) -> None:
    assert factories.UploadFactory.create().scan == Scan.OFF
    assert api_world.photo().size
