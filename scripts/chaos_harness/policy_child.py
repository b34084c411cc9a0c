"""Commits a share of the policy tasks and runs whatever is due, with the real ledger and without a broker.

Run as: python -m scripts.chaos_harness.policy_child FIRST LAST SEED RATE, or with the word `outcomes`.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import timedelta

import django

_AT_ONCE = 200


def main(arguments: list[str]) -> None:
    django.setup()
    from django.conf import settings

    from scripts.chaos_harness import policy_tasks

    if arguments == ["outcomes"]:
        allowed = {
            policy: policy_tasks.runs_allowed(policy, max_deliveries=settings.TASK_LEDGER.max_deliveries)
            for policy in policy_tasks.POLICIES
        }
        print(json.dumps({"outcomes": policy_tasks.outcomes(), "runs_allowed": allowed}))
        return
    first, last, seed, rate = int(arguments[0]), int(arguments[1]), arguments[2], float(arguments[3])
    for start in range(first, last, _AT_ONCE):
        _commit(range(start, min(last, start + _AT_ONCE)), seed=seed, rate=rate)
        _run_due()
    while _run_due() or _left():
        time.sleep(0.005)


def _commit(numbers: range, *, seed: str, rate: float) -> None:
    from django.db import transaction
    from django.utils import timezone

    from apps.task_ledger.enqueue import enqueue
    from scripts.chaos_harness.policy_tasks import POLICIES

    # Due a moment later: so it is the relay's to start them, and nothing is sent to a broker.
    due_at = timezone.now() + timedelta(seconds=0.001)
    with transaction.atomic():
        for policy, task in POLICIES.items():
            for number in numbers:
                kwargs = {"key": f"{seed}:{policy}:{number}", "rate": rate}
                enqueue(task.name, kwargs=kwargs, due_at=due_at + timedelta(seconds=1))


def _run_due() -> int:
    """Take what the relay would publish, and run it here."""
    from celery import current_app

    from apps.task_ledger import execution, relay

    due = relay._take_due(_AT_ONCE)  # publishing is what is left out here
    for record in due:
        execution.execute(current_app.tasks[record.name], record.pk)
    return len(due)


def _left() -> bool:
    from apps.task_ledger.models import TaskRecord

    return TaskRecord.objects.exclude(state__in=TaskRecord.FINAL_STATES).exists()


if __name__ == "__main__":
    main(sys.argv[1:])
