"""Uploads in pieces against real processes: connections that break, servers that are killed, two that send at once."""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from apps.onboarding_api.tests.running_stack import RunningStack
from apps.onboarding_api.tests.tus_client import TusClient, answer_of, problem_of

pytestmark = pytest.mark.stack
PIECE = 256 * 1024


def noise(bytes_at_least: int = 3_000_000) -> bytes:
    """A PNG that does not shrink."""
    side = int((bytes_at_least / 3) ** 0.5) + 1
    buffer = BytesIO()
    Image.frombytes("RGB", (side, side), os.urandom(side * side * 3)).save(buffer, "PNG", compress_level=0)
    return buffer.getvalue()


PHOTO = noise()
DIGEST = hashlib.sha256(PHOTO).hexdigest()


@pytest.fixture
def tus(stack: RunningStack) -> Iterator[TusClient]:
    """Whatever was uploaded is understood by the end: no photo is left for the workers that other tests kill."""
    with stack.client() as http:
        yield TusClient(http)
    # Recordings have no task of their own: their turn hears them.
    waiting = "SELECT 1 FROM onboarding_upload WHERE status = 'received' AND task_id IS NOT NULL"
    stack.wait_for(lambda: not stack.rows(waiting))


def begun(tus: TusClient) -> str:
    made = tus.create(tus.session(), len(PHOTO), name="gate.png")
    assert made.status_code == 201, made.text
    return str(made.headers["location"])


def part_of(stack: RunningStack, location: str) -> Path:
    name = location.rstrip("/").rpartition("/")[2]
    return Path(stack.environment["DATA_DIR"]) / "media" / "quarantine" / "parts" / f"{name}.part"


def assert_taken(tus: TusClient, answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 204, answer.text
    upload: dict[str, Any] = tus.http.get(tus.absolute(answer.headers["content-location"])).json()
    assert DIGEST in (upload["sha256"], upload["original_sha256"])
    return upload


def restart_web(stack: RunningStack, **extra: str) -> None:
    stack.kill("web")
    stack.start("web", extra=extra)
    stack.wait_until_ready()


def test_a_file_in_one_piece_and_in_many(stack: RunningStack, tus: TusClient) -> None:
    assert_taken(tus, tus.patch(begun(tus), 0, PHOTO))
    location = begun(tus)
    for at in range(0, len(PHOTO), 700_000):
        answer = tus.patch(location, at, PHOTO[at : at + 700_000])
        assert answer.status_code == 204
    upload = assert_taken(tus, answer)
    stack.wait_for(
        lambda: tus.http.get(f"onboarding/uploads/{upload['upload_id']}/").json()["status"] == "understood"
    )
    assert not part_of(stack, location).exists()


def test_what_came_before_a_connection_broke_is_kept(stack: RunningStack, tus: TusClient) -> None:
    location = begun(tus)
    with tus.opened(location, 0, len(PHOTO)) as connection:
        connection.sendall(PHOTO[:1_000_000])
        stack.wait_for(lambda: tus.offset(location) >= 3 * PIECE)
    assert_taken(tus, tus.finish(location, PHOTO))


def test_pieces_without_a_length_are_taken_as_well(tus: TusClient) -> None:
    location = begun(tus)
    chunks = (PHOTO[at : at + 100_000] for at in range(0, len(PHOTO), 100_000))
    answer = tus.http.patch(
        tus.absolute(location), content=chunks,
        headers={**tus.headers, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"},
    )  # fmt: skip
    assert_taken(tus, answer)


def test_more_than_was_declared_is_stopped_without_a_length_too(tus: TusClient) -> None:
    made = tus.create(tus.session(), 300_000, name="gate.png")
    location = made.headers["location"]
    chunks = (PHOTO[at : at + 100_000] for at in range(0, len(PHOTO), 100_000))
    answer = tus.http.patch(
        tus.absolute(location), content=chunks,
        headers={**tus.headers, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"},
    )  # fmt: skip
    assert answer.status_code == 413
    assert tus.offset(location) <= 300_000


def test_a_server_that_is_killed_while_a_piece_arrives_lost_nothing_that_it_counted(
    stack: RunningStack, tus: TusClient
) -> None:
    location = begun(tus)
    with tus.opened(location, 0, len(PHOTO)) as connection:
        connection.sendall(PHOTO[:1_500_000])
        stack.wait_for(lambda: tus.offset(location) >= 4 * PIECE)
        restart_web(stack)
    at = tus.offset(location)
    assert 4 * PIECE <= at <= 1_500_000
    assert part_of(stack, location).read_bytes()[:at] == PHOTO[:at]
    assert_taken(tus, tus.finish(location, PHOTO))


@pytest.mark.parametrize("point", ["piece_written", "piece_counted"])
def test_a_server_that_is_killed_around_the_count_goes_on_from_there(
    stack: RunningStack, tus: TusClient, point: str
) -> None:
    location, fuse = begun(tus), stack.folder / "fuse"
    fuse.touch()
    restart_web(stack, TASK_FAILPOINT=f"{point}:{fuse}")
    with pytest.raises(httpx.TransportError):
        tus.patch(location, 0, PHOTO)
    assert not fuse.exists()
    restart_web(stack)
    at = tus.offset(location)
    assert at == 0 if point == "piece_written" else at >= PIECE
    assert part_of(stack, location).stat().st_size >= max(at, PIECE)
    assert_taken(tus, tus.finish(location, PHOTO))


def test_a_server_that_is_killed_before_it_answers_has_taken_the_file_once(
    stack: RunningStack, tus: TusClient
) -> None:
    location, fuse = begun(tus), stack.folder / "fuse"
    fuse.touch()
    restart_web(stack, TASK_FAILPOINT=f"resumable_done:{fuse}")
    with pytest.raises(httpx.TransportError):
        tus.patch(location, 0, PHOTO)
    restart_web(stack)
    told = tus.head(location)
    assert told.headers["upload-offset"] == str(len(PHOTO))
    upload = tus.http.get(tus.absolute(told.headers["content-location"])).json()
    assert len(stack.rows("SELECT 1 FROM onboarding_upload WHERE session_id = %s", upload["session_id"])) == 1


def test_of_two_that_send_at_once_one_is_counted(tus: TusClient) -> None:
    for _ in range(5):
        location = begun(tus)
        both = threading.Barrier(2)

        def send(location: str = location, both: threading.Barrier = both) -> httpx.Response:
            both.wait()
            return tus.patch(location, 0, PHOTO)

        with ThreadPoolExecutor(2) as pool:
            answers = [one.result() for one in [pool.submit(send) for _ in range(2)]]
        refused = [one for one in answers if one.status_code != 204]
        assert all((one.status_code, problem_of(one)) == (409, "offset_mismatch") for one in refused)
        assert len(refused) >= 1
        assert_taken(tus, tus.finish(location, PHOTO) if len(refused) == 2 else min(answers, key=_status))


def _status(answer: httpx.Response) -> int:
    return answer.status_code


def test_who_comes_again_need_not_wait_for_the_connection_that_is_dead(
    stack: RunningStack, tus: TusClient
) -> None:
    location = begun(tus)
    with tus.opened(location, 0, len(PHOTO)) as dead:
        dead.sendall(PHOTO[:600_000])
        stack.wait_for(lambda: tus.offset(location) >= PIECE)
        assert_taken(tus, tus.finish(location, PHOTO))
        dead.sendall(PHOTO[600_000:])
        answer = answer_of(dead)
        assert not answer or answer.startswith(b"HTTP/1.1 409")


def test_a_wrong_place_is_told_before_the_body_is_sent(tus: TusClient) -> None:
    location = begun(tus)
    with tus.opened(location, 5, 1_000_000) as connection:
        answer = answer_of(connection)
    assert answer.startswith(b"HTTP/1.1 409")
    assert b"upload-offset: 0" in answer.lower()


def test_clients_that_can_only_post_say_what_they_mean(tus: TusClient) -> None:
    location = begun(tus)
    answer = tus.http.post(
        tus.absolute(location), content=PHOTO,
        headers={
            **tus.headers, "X-HTTP-Method-Override": "PATCH", "Upload-Offset": "0",
            "Content-Type": "application/offset+octet-stream",
        },
    )  # fmt: skip
    assert_taken(tus, answer)


def test_slow_senders_hold_up_nobody(stack: RunningStack, tus: TusClient) -> None:
    # Three at once in each session.
    sessions = [tus.session() for _ in range(10)]
    locations = [
        str(tus.create(session_id, 100_000, name="list.txt", kind="document").headers["location"])
        for session_id in sessions * 3
    ]
    slow = []
    try:
        # More than there are connections to the database.
        for location in locations:
            context = tus.opened(location, 0, 100_000)
            connection = context.__enter__()
            connection.sendall(b"a")
            slow.append((context, connection))
        began = time.monotonic()
        assert tus.http.get("onboarding/sessions/").status_code == 200
        assert time.monotonic() - began < 10
        for _, connection in slow:
            connection.sendall(b"b")
        assert_taken(tus, tus.patch(begun(tus), 0, PHOTO))
    finally:
        for context, _ in slow:
            context.__exit__(None, None, None)


def test_a_guard_that_has_waited_enough_answers_and_what_came_is_kept(
    stack: RunningStack, tus: TusClient
) -> None:
    location = begun(tus)
    restart_web(stack, UPLOAD_BODY_GRACE_SECONDS="1", UPLOAD_BODY_MIN_BYTES_PER_SECOND="1000000000")
    with tus.opened(location, 0, len(PHOTO)) as connection:
        connection.sendall(PHOTO[:100_000])
        assert answer_of(connection).startswith(b"HTTP/1.1 408")
    assert tus.offset(location) == 100_000
    restart_web(stack)
    assert_taken(tus, tus.finish(location, PHOTO))
