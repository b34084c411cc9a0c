"""Proofs that the healed layer works: a pulse through every queue, and a task that kills its process dies in time.

Run as: python -m scripts.chaos_harness.proofs; prints JSON, seconds for each.
"""

from __future__ import annotations

import json
import time

import django

_LONGEST_SECONDS = 60.0


def main() -> None:
    django.setup()
    from django.conf import settings

    from apps.task_ledger import pulse
    from apps.task_ledger.enqueue import enqueue
    from apps.task_ledger.models import TaskRecord

    pulses = {queue: enqueue(pulse.TASK, queue=queue) for queue in settings.TASK_QUEUES_EXPECTED}
    poison = enqueue("chaos_poison", args=["last-poison"], idempotency_key="last-poison")
    waiting: dict[str, TaskRecord] = {**pulses, "poison": poison}
    took: dict[str, float | None] = dict.fromkeys(waiting)
    began = time.monotonic()
    while waiting and time.monotonic() - began < _LONGEST_SECONDS:
        for name, record in list(waiting.items()):
            record.refresh_from_db()
            if record.state in TaskRecord.FINAL_STATES:
                took[name] = round(time.monotonic() - began, 2)
                del waiting[name]
        time.sleep(0.02)
    poison.refresh_from_db()
    found = {
        "pulses": {queue: took[queue] for queue in pulses},
        "poison_seconds": took["poison"],
        "poison_state": poison.state,
        "poison_cause": poison.cause,
        "poison_deliveries": poison.deliveries,
    }
    TaskRecord.objects.filter(pk=poison.pk).update(
        name="proof_of_poison"
    )  # no producer's: not the checker's matter
    print(json.dumps(found))


if __name__ == "__main__":
    main()
