"""A worker is killed while it prepares a photo: the row stays, another goes on, no row names a missing file."""

from __future__ import annotations

import io
import os
import signal
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from apps.onboarding_api.tests.running_stack import RunningStack
from scripts.benches import processes

pytestmark = pytest.mark.stack
MEDIA = Path(__file__).parent / "media"
SCENE = (MEDIA / "scene_gps.jpg").read_bytes()
PROC = Path("/proc")
CHILD = "apps.onboarding_api.services.photos.child"


def send(client: httpx.Client, content: bytes, name: str = "gate.jpg") -> dict[str, Any]:
    session_id = client.post("onboarding/conversation/", json={"language": "en"}).json()["session_id"]
    answer = client.post(
        "onboarding/site-audit/", data={"session_id": session_id}, files={"photo": (name, content)}
    )
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def row(stack: RunningStack, made: dict[str, Any]) -> dict[str, Any]:
    return stack.rows("SELECT * FROM onboarding_upload WHERE id = %s", made["upload_id"])[0]


def understood(stack: RunningStack, made: dict[str, Any]) -> dict[str, Any]:
    stack.wait_for(lambda: row(stack, made)["status"] != "received")
    found = row(stack, made)
    assert found["status"] == "understood", found["error"]
    return found


def media(stack: RunningStack) -> Path:
    return Path(stack.environment["DATA_DIR"]) / "media"


def command_line(pid: int) -> list[str]:
    """Empty for a process that has ended."""
    try:
        return (PROC / str(pid) / "cmdline").read_text().split("\0")
    except (FileNotFoundError, ProcessLookupError):
        return []


@pytest.mark.parametrize("point", ["photo_stored", "photo_kept"])
def test_worker_killed_while_it_keeps_a_photo_leaves_it_to_the_next(stack: RunningStack, point: str) -> None:
    manager = stack.client()
    fuse = stack.folder / "fuse"
    stack.kill("worker")
    fuse.touch()
    stack.start("worker", extra={"TASK_FAILPOINT": f"{point}:{fuse}"})
    made = send(manager, SCENE)
    found = understood(stack, made)
    assert not fuse.exists(), f"the worker was to die at {point}"
    assert found["prepared_at"] is not None
    assert found["original_sha256"] == made["sha256"]
    for key in (found["storage_key"], found["thumbnail_key"]):
        assert (media(stack) / key).read_bytes().startswith(b"\xff\xd8")
    assert stack.rows("SELECT fence FROM task_ledger_taskrecord WHERE id = %s", made["task_id"]) == [
        {"fence": 2}
    ]


def test_worker_killed_while_the_child_decodes_leaves_the_photo_and_no_process(stack: RunningStack) -> None:
    manager = stack.client()
    large = io.BytesIO()
    # Little to send, much to decode.
    Image.open(MEDIA / "scene_plain.jpg").quantize(8).resize((7200, 5400)).save(large, "PNG")
    made = send(manager, large.getvalue(), "gate.png")
    decoding: list[int] = []

    def is_decoding() -> bool:
        below = processes.tree(stack.processes["worker"].pid)
        decoding.extend(pid for pid in below if CHILD in command_line(pid))
        return bool(decoding)

    stack.wait_for(is_decoding)
    pool_process = int((PROC / str(decoding[0]) / "stat").read_text().rpartition(")")[2].split()[1])
    os.kill(pool_process, signal.SIGKILL)
    assert understood(stack, made)["prepared_at"] is not None
    stack.wait_for(lambda: CHILD not in command_line(decoding[0]))
