"""The dead letter queue and what hangs on it, in the running stack."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from apps.onboarding_api.tests import alert_world
from apps.onboarding_api.tests.alert_world import HttpReceiver
from apps.onboarding_api.tests.running_stack import ROOT, RunningStack

pytestmark = pytest.mark.stack
_COMMIT = """
from apps.task_ledger.enqueue import enqueue
enqueue("process_conversation_step", kwargs={"conversation_id": "%s", "user_input": "%s"})
"""


@pytest.fixture
def slack(stack: RunningStack) -> Iterator[HttpReceiver]:
    """A receiver of Slack's webhooks that the stack's keeper is told of; afterwards it is told of none."""
    with alert_world.http_receiver() as receiver:
        stack.kill("keeper")
        stack.start("keeper", extra={"SLACK_WEBHOOK_URL": f"{receiver.url}/services/T0/B0/x"})
        try:
            yield receiver
        finally:
            stack.kill("keeper")
            stack.start("keeper")


def test_critical_task_failure_triggers_alert(stack: RunningStack, slack: HttpReceiver) -> None:
    """A turn for a session that does not exist dies in a worker; Slack hears of it within a minute."""
    _end_all_incidents(stack)
    secret = "asha.kulkarni@sunrise.example"
    began = time.monotonic()
    subprocess.run(
        [sys.executable, "manage.py", "shell", "-c", _COMMIT % (uuid4(), secret)],
        cwd=ROOT, env=stack.environment, check=True,
    )  # fmt: skip
    stack.wait_for(lambda: bool(slack.requests))
    assert time.monotonic() - began < 60
    assert slack.titles == ["Critical task failed: process_conversation_step"]
    assert secret not in slack.requests[0][2].decode()
    stack.wait_for(lambda: "sent" in _told(stack))
    assert _told(stack) == ["sent"]
    assert "CRITICAL alerts" in stack.log("keeper")
    assert secret not in stack.log("keeper") + stack.log("worker")


def _end_all_incidents(stack: RunningStack) -> None:
    """Other tests leave dead letters in this stack: one of the same cause would be an incident told before."""
    stack.rows(
        "UPDATE task_ledger_taskrecord SET state = 'discarded' WHERE state IN ('dead', 'expired') RETURNING id"
    )
    stack.wait_for(
        lambda: not stack.rows("SELECT id FROM onboarding_alertincident WHERE resolved_at IS NULL")
    )


def _told(stack: RunningStack) -> list[str]:
    rows = stack.rows("SELECT state FROM onboarding_alertdelivery WHERE channel = 'slack'")
    return [row["state"] for row in rows]


_FORGET = "from background_tasks.maintenance_tasks import forget_expired; forget_expired.delay()"
_BREAK = """
CREATE FUNCTION collide() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'collision' USING ERRCODE = 'serialization_failure'; END $$;
CREATE TRIGGER collide BEFORE DELETE ON onboarding_idempotencyrecord FOR EACH STATEMENT EXECUTE FUNCTION collide();
"""
_MEND = "DROP FUNCTION IF EXISTS collide() CASCADE"
DLQ = "admin/dlq/"


@pytest.fixture
def admin(stack: RunningStack) -> httpx.Client:
    return stack.client("admin@demo.example")


@pytest.fixture
def colliding(stack: RunningStack) -> Iterator[None]:
    """Every attempt to forget old answers collides with another transaction, as the database says it."""
    stack.change(_BREAK)
    try:
        yield
    finally:
        stack.change(_MEND)


@contextlib.contextmanager
def worker_asleep(stack: RunningStack) -> Iterator[None]:
    group = stack.processes["worker"].pid
    os.killpg(group, signal.SIGSTOP)
    try:
        yield
    finally:
        os.killpg(group, signal.SIGCONT)


def entries(admin: httpx.Client, **filters: Any) -> dict[str, Any]:
    answer = admin.get(f"{DLQ}tasks/", params=filters)
    assert answer.status_code == 200, answer.text
    page: dict[str, Any] = answer.json()
    return page


def task(admin: httpx.Client, task_id: str) -> dict[str, Any]:
    told: dict[str, Any] = admin.get(f"onboarding/tasks/{task_id}/").json()
    return told


def lost_documents(stack: RunningStack, number: int) -> dict[str, Path]:
    """Documents whose files are moved away before a worker sees them: task -> where its file belongs."""
    manager = stack.client()
    session_id = manager.post("onboarding/conversation/", json={"language": "en"}).json()["session_id"]
    lost = {}
    with worker_asleep(stack):
        for _ in range(number):
            file = ("posts.txt", b"Gate 1, Gate 2\n", "text/plain")
            made = manager.post(
                "onboarding/documents/", data={"session_id": session_id}, files={"document": file}
            )
            assert made.status_code == 201, made.text
            (row,) = stack.rows(
                "SELECT storage_key FROM onboarding_upload WHERE task_id = %s", made.json()["task_id"]
            )
            (place,) = stack.folder.glob(f"data/**/{row['storage_key']}")
            place.rename(place.with_suffix(".away"))
            lost[made.json()["task_id"]] = place
    return lost


def put_back(lost: dict[str, Path]) -> None:
    for place in lost.values():
        place.with_suffix(".away").rename(place)


def wait_until(stack: RunningStack, admin: httpx.Client, status: str, *task_ids: str) -> None:
    stack.wait_for(lambda: {task(admin, task_id)["status"] for task_id in task_ids} == {status})


def test_task_sent_to_dlq_on_final_retry(stack: RunningStack, admin: httpx.Client, colliding: None) -> None:
    """A fault that a retry could mend, and none does: three retries, then the task is dead and listed."""
    before = entries(admin, task_name="forget_expired")["total"]
    subprocess.run(
        [sys.executable, "manage.py", "shell", "-c", _FORGET], cwd=ROOT, env=stack.environment, check=True
    )
    stack.wait_for(lambda: entries(admin, task_name="forget_expired")["total"] == before + 1)
    entry = entries(admin, task_name="forget_expired", exception_type="OperationalError")["results"][0]
    assert (entry["state"], entry["retry_count"]) == ("dead", 3)
    whole = admin.get(f"{DLQ}tasks/{entry['task_id']}/").json()
    last, *earlier = whole["attempts"]
    assert (last["outcome"], last["attempt"]) == ("dead", 3)
    assert {(run["outcome"], run["attempt"]) for run in earlier} >= {
        ("retried", spent) for spent in (0, 1, 2)
    }
    assert {run["outcome"] for run in earlier} == {"retried"}
    assert whole["can_retry"] is True

    stack.change(_MEND)
    assert admin.post(f"{DLQ}tasks/{entry['task_id']}/retry/", json={"reason": "mended"}).status_code == 202
    wait_until(stack, admin, "completed", entry["task_id"])
    assert entries(admin, task_name="forget_expired")["total"] == before


def test_dlq_task_manual_retry_succeeds(stack: RunningStack, admin: httpx.Client) -> None:
    """A document whose file was away: dead, put back, retried over HTTP, understood."""
    lost = lost_documents(stack, 1)
    (task_id,) = lost
    wait_until(stack, admin, "failed", task_id)
    entry = admin.get(f"{DLQ}tasks/{task_id}/").json()
    assert entry["exception_type"].endswith("FileNotFoundError")
    assert str(lost[task_id]) not in str(entry)

    put_back(lost)
    url = f"{DLQ}tasks/{task_id}/retry/"
    sent = admin.post(url, json={"generation": entry["generation"], "reason": "the disk is mounted again"})
    assert sent.status_code == 202, sent.text
    assert admin.post(url, json={"generation": entry["generation"]}).status_code == 409
    location = f"{stack.url}{sent.headers['Location']}"
    stack.wait_for(lambda: admin.get(location).json()["status"] == "completed")
    (upload,) = stack.rows("SELECT status FROM onboarding_upload WHERE task_id = %s", task_id)
    assert upload["status"] == "understood"
    assert admin.get(f"{DLQ}tasks/{task_id}/").status_code == 404


def test_dead_tasks_of_one_cause_are_sent_back_together(stack: RunningStack, admin: httpx.Client) -> None:
    """Listed, grouped, counted, then sent back by the keeper: one, and when that one is done the others."""
    lost = lost_documents(stack, 3)
    wait_until(stack, admin, "failed", *lost)
    cause = admin.get(f"{DLQ}tasks/{next(iter(lost))}/").json()["cause"]
    page = entries(admin, cause=cause)
    assert ({row["task_id"] for row in page["results"]}, page["total"]) == (set(lost), 3)
    (group,) = admin.get(f"{DLQ}causes/", params={"cause": cause}).json()["results"]
    assert (group["count"], group["task_name"]) == (3, "understand_document")
    preview = admin.post(f"{DLQ}retry/", json={"filters": {"cause": cause}}).json()
    assert (preview["total"], preview["do_not_fit"], preview["waits_for"]) == (3, 0, {})

    put_back(lost)
    begun = admin.post(
        f"{DLQ}retry/", json={"filters": {"cause": cause}, "dry_run": False, "reason": "mounted"}
    )
    assert begun.status_code == 202, begun.text
    url = f"{stack.url}{begun.headers['Location']}"
    stack.wait_for(lambda: admin.get(url).json()["state"] != "running")
    ended = admin.get(url).json()
    assert (ended["state"], ended["items"]["succeeded"], ended["canaries"]["passed"]) == ("done", 3, True)
    wait_until(stack, admin, "completed", *lost)
    assert admin.get(f"{DLQ}stats/").json()["balance"]["missing"] == 0


def test_only_staff_see_the_queue_of_the_running_stack(stack: RunningStack) -> None:
    assert stack.client().get(f"{DLQ}tasks/").status_code == 403
    assert httpx.get(f"{stack.url}/api/v1/{DLQ}tasks/").status_code == 401
