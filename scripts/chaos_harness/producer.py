"""A producer: commits tasks inside business transactions, and rolls some of them back.

Run as: python -m scripts.chaos_harness.producer --index 0 --tasks 500 --seed 1
It goes on where its log ends, so that it may be killed and started again. With `--cycle` it commits those kinds in turn
for as long as the file that `--while-there` names is there. `--per-second` keeps a pace.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import time
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import django
from django.conf import settings

from scripts.chaos_harness import commit_log, kinds
from scripts.chaos_harness.asked import chaos

_MOST_IN_A_BATCH = 4
_ROLLED_BACK = 0.05
_LOOK_EVERY = 8
_DATABASE_AWAY_SECONDS = 0.3


class RolledBack(Exception):
    """The business changed its mind."""


class Producer:
    """With `--plain-celery` it tells Celery after the commit, and no ledger knows of it."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self._asked = arguments
        path = chaos().folder / f"committed-{arguments.index}.jsonl"
        before = commit_log.read(path) if path.exists() else []
        self.committed = sum(len(batch.tasks) for batch in before if batch.outcome == "committed")
        self._before = self.committed
        self._began = time.monotonic()
        self._number = sum(len(batch.tasks) for batch in before)
        self._batch = len(before)
        self._log = commit_log.CommitLog(path)

    def run(self) -> None:
        for round_number in itertools.count():
            if round_number % _LOOK_EVERY == 0:
                self._wait_for_backlog()
            if not self._goes_on():
                return
            self._commit_one()
            if self._asked.per_second:
                due = self._began + (self.committed - self._before) / self._asked.per_second
                time.sleep(max(0.0, due - time.monotonic()))

    def _goes_on(self) -> bool:
        if self._asked.while_there:
            return Path(self._asked.while_there).exists()
        return self.committed < self._asked.tasks

    def _commit_one(self) -> None:
        from django.db import Error, connection, transaction

        name = f"{self._asked.index}-{self._batch}"
        self._batch += 1
        chance = random.Random(f"{self._asked.seed}:{name}")
        tasks = self._tasks(chance)
        self._number += len(tasks)
        rolls_back = chance.random() < _ROLLED_BACK
        self._log.intend(name, tasks)
        try:
            with transaction.atomic():
                # The first hook after the commit: it is written down before anything else can go wrong.
                transaction.on_commit(lambda: self._log.commit(name))
                with connection.cursor() as cursor:
                    cursor.execute("INSERT INTO chaos_business (batch) VALUES (%s)", [name])
                for task in tasks:
                    self._commit_task(task)
                if rolls_back:
                    raise RolledBack
        except RolledBack:
            self._log.roll_back(name)
        except Error:  # in doubt: the log says so by saying nothing
            connection.close()
            time.sleep(_DATABASE_AWAY_SECONDS)
        else:
            self.committed += len(tasks)

    def _tasks(self, chance: random.Random) -> list[commit_log.Committed]:
        most = min(_MOST_IN_A_BATCH, max(1, self._asked.tasks - self.committed))
        chosen = itertools.islice(self._kinds(), chance.randint(1, most))
        return [
            commit_log.Committed(
                id=str(uuid.UUID(int=chance.getrandbits(128), version=4)),
                kind=kind.name,
                key=f"k{self._asked.seed}-{self._asked.index}-{self._number + place}",
            )
            for place, kind in enumerate(chosen)
        ]

    def _kinds(self) -> Iterator[kinds.Kind]:
        for number in itertools.count(self._number):
            if self._asked.cycle:
                yield kinds.KINDS[self._asked.cycle[number % len(self._asked.cycle)]]
            elif self._asked.plain_celery:
                yield kinds.KINDS["plain"]
            else:
                yield kinds.choose(seed=self._asked.seed, producer=self._asked.index, number=number)

    def _commit_task(self, task: commit_log.Committed) -> None:
        from django.db import transaction
        from django.utils import timezone

        from apps.task_ledger.enqueue import enqueue

        if self._asked.plain_celery:
            transaction.on_commit(lambda: _tell_plain_celery(task.key), robust=True)
            return
        now = timezone.now()
        more: dict[str, Any] = {}
        if task.kind == "later":
            more = {"due_at": now + timedelta(seconds=1)}
        elif task.kind == "late":
            more = {"due_at": now + timedelta(seconds=1), "deadline_at": now + timedelta(seconds=0.5)}
        enqueue(
            f"chaos_{task.kind}",
            args=[task.key],
            task_id=uuid.UUID(task.id),
            idempotency_key=task.key,
            queue=settings.TASK_QUEUES_EXPECTED[int(task.id[-1], 16) % 2],
            **more,
        )

    def _wait_for_backlog(self) -> None:
        """No more than `--backlog` tasks wait at a time: what is tested is faults, not a long queue."""
        from django.db import Error, connection

        while self._goes_on() and not self._asked.plain_celery:
            try:
                with connection.cursor() as cursor:
                    cursor.execute(
                        "SELECT count(*) FROM task_ledger_taskrecord WHERE state IN ('queued', 'running')"
                    )
                    row = cursor.fetchone()
            except Error:
                connection.close()
                time.sleep(_DATABASE_AWAY_SECONDS)
                continue
            if row[0] < self._asked.backlog:
                return
            time.sleep(0.1)


def _tell_plain_celery(key: str) -> None:
    from scripts.chaos_harness.plain_app import plain

    plain.delay(key)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--index", type=int, required=True)
    parser.add_argument("--tasks", type=int, default=10**9)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--backlog", type=int, default=200)
    parser.add_argument("--per-second", type=float, default=0.0)
    parser.add_argument("--cycle", type=lambda text: text.split(","), default=[])
    parser.add_argument("--while-there", default="")
    parser.add_argument("--plain-celery", action="store_true")
    os.environ["CHAOS_OLDER_CODE"] = "yes"
    django.setup()
    Producer(parser.parse_args()).run()


if __name__ == "__main__":
    main()
