"""The statements of the hot path find their row by its id, whatever the planner believes about states."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from apps.task_ledger import enqueue, execution, outcomes, statements

pytestmark = pytest.mark.django_db(transaction=True)
HELD: list[Any] = [uuid4(), 1, "host|1|1"]
HISTORY: list[Any] = [uuid4(), 0, 0, 1, "dead", None, "host", "{}", "", timezone.now()]
NOW: datetime = timezone.now()


@pytest.mark.parametrize(
    ("statement", "values"),
    [
        (execution._CLAIM, [HELD[2], 15.0, NOW, NOW, HELD[0]]),
        (execution._FINISH, ["null", *HELD]),
        (execution._HOLD, HELD),
        (enqueue._DUE_AGAIN, [NOW, *HELD[:2]]),
        (outcomes._CLOSE, ["{}", "c", "k", "dead", NOW, *HELD, *HISTORY]),
        (
            outcomes._PUT_OFF,
            ["{}", "c", "k", "waiting", NOW, 1, 0, "", *HELD, *HISTORY, "retried", HELD[0], 0, "c"],
        ),
    ],
    ids=["claim", "finish", "hold", "due again", "close", "put off"],
)
def test_row_is_found_by_its_id_even_where_states_seem_rare(statement: str, values: list[Any]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # an empty table would be read as a whole
        plan = "\n".join(row[0] for row in statements.run(f"EXPLAIN {statement}", values))
    assert "task_ledger_taskrecord_pkey" in plan


def test_start_alone_is_spared_the_wait_for_the_disk() -> None:
    record = enqueue.enqueue("ledger_pulse", queue="nobody")
    asked = "SELECT current_setting('synchronous_commit')"
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = on")
        with transaction.atomic():
            assert execution._claim(record.pk) is not None
            inside = statements.run(asked, []).fetchone()
        after = statements.run(asked, []).fetchone()
        cursor.execute("RESET synchronous_commit")
    assert (inside, after) == (("off",), ("on",))


def test_plan_of_a_small_table_is_not_kept_while_it_grows() -> None:
    held = "SELECT 1 FROM task_ledger_taskrecord WHERE id = %s"
    asked = "SELECT generic_plans, custom_plans > 0 FROM pg_prepared_statements WHERE statement LIKE %s"
    for _ in range(20):
        statements.run(held, [HELD[0]])
    with connection.cursor() as cursor:
        cursor.execute(asked, ["SELECT 1 FROM task_ledger_taskrecord WHERE id%"])
        assert cursor.fetchall() == [(0, True)]


def test_broken_transaction_runs_nothing() -> None:
    with transaction.atomic():
        transaction.set_rollback(True)
        with pytest.raises(transaction.TransactionManagementError):
            statements.run("SELECT 1", [])


def test_error_is_one_of_django() -> None:
    with pytest.raises(ProgrammingError):
        statements.run("SELECT no_such_column", [])
