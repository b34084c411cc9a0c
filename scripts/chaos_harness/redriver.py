"""An admin: sends dead letters back one by one, or in bulk, or puts some away. Run as a process of its own."""

from __future__ import annotations

import argparse

import django


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--limit", type=int, default=10)
    parser.add_argument("--bulk", action="store_true")
    parser.add_argument("--discard", action="store_true")
    asked = parser.parse_args()
    django.setup()
    from celery import current_app

    current_app.loader.import_default_modules()
    from apps.task_ledger.dead_letters import bulk, redrive
    from apps.task_ledger.dead_letters.errors import NotDead, RedriveRefused
    from apps.task_ledger.dead_letters.listing import Filter, find
    from apps.task_ledger.payloads import CannotBind

    if asked.bulk:
        bulk.begin(Filter(task_name="chaos_hopeless"), actor=None, reason="chaos", rate_per_minute=600)
        return
    for place, record in enumerate(find()[: asked.limit]):
        try:
            if asked.discard and place % 5 == 4:
                redrive.discard(record.pk, actor=None, reason="chaos", generation=record.generation)
            else:
                redrive.redrive(record.pk, reason="chaos", generation=record.generation)
        except (NotDead, CannotBind, RedriveRefused):
            continue


if __name__ == "__main__":
    main()
