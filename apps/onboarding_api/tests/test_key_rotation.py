"""A new sealing key comes into use while people go on answering, and the old one goes."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from apps.onboarding_api.tests.running_stack import ROOT, RunningStack, start_stack

pytestmark = pytest.mark.stack
OLD = "test:dGVzdC1vbmx5LXNlYWxpbmcta2V5LTMyLWJ5dGVzISE="
NEW = "k2:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
WAIT = {"Prefer": "wait=25"}


@pytest.fixture
def own_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """Keys are changed here, so that no other test may share it."""
    with start_stack(folder=tmp_path_factory.mktemp("rotation"), beside=True) as running:
        yield running


def restart(stack: RunningStack, name: str, keys: str) -> None:
    """As a deployment does, one process at a time."""
    stack.environment["SEALING_KEYS"] = keys
    process = stack.processes.pop(name)
    process.terminate()
    process.wait(timeout=30)
    stack.start(name)


def reseal(stack: RunningStack, *options: str) -> str:
    told = subprocess.run(
        [sys.executable, "manage.py", "reseal", *options],
        cwd=ROOT,
        env=stack.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return told.stdout


@contextmanager
def answering(stack: RunningStack) -> Iterator[list[int]]:
    """Somebody opens session after session meanwhile; the statuses they get. A refused connection is tried again."""
    over = threading.Event()
    statuses: list[int] = []
    client = stack.client()

    def ask() -> None:
        while not over.is_set():
            try:
                statuses.append(client.post("onboarding/conversation/", json={}, headers=WAIT).status_code)
            except httpx.TransportError:
                over.wait(0.1)

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield statuses
    finally:
        over.set()
        thread.join(timeout=60)


def test_key_is_rotated_under_load_without_a_lost_answer(own_stack: RunningStack) -> None:
    stack = own_stack
    client = stack.client()
    told = client.post("onboarding/conversation/", json={}, headers=WAIT).json()
    address = "onboarding/conversation/"
    mine = {"session_id": told["session_id"], "text": "write to asha.verma@x-sites.com please"}
    assert client.post(address, json=mine, headers=WAIT).status_code == 200
    with answering(stack) as statuses:
        for ring in (f"{OLD},{NEW}", f"{NEW},{OLD}"):
            for name in ("worker", "keeper", "web"):
                restart(stack, name, ring)
            stack.wait_until_ready()
        assert "cannot be opened" in reseal(stack)
    assert set(statuses) <= {200, 202}
    assert statuses
    stack.wait_for(lambda: not stack.rows("SELECT 1 FROM onboarding_turn WHERE status = 'admitted'"))
    reseal(stack)
    assert "test seals" not in reseal(stack, "--status")
    for name in ("worker", "keeper", "web"):
        restart(stack, name, NEW)
    stack.wait_until_ready()
    assert not stack.rows("SELECT 1 FROM task_ledger_taskrecord WHERE state = 'dead'")
    events = stack.client().get(f"onboarding/sessions/{told['session_id']}/").json()
    assert events["session_id"] == told["session_id"]
    rows = stack.rows("SELECT count(*) AS n FROM onboarding_vaultentry")
    assert rows[0]["n"] > 0
