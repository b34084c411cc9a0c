"""The dead letter queue and what hangs on it, in the running stack."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from uuid import uuid4

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
