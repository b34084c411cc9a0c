"""Arguments that were committed for older code."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings

from apps.task_ledger import payloads
from apps.task_ledger.enqueue import enqueue
from apps.task_ledger.models import TaskRecord
from apps.task_ledger.tests import dead

pytestmark = pytest.mark.django_db(transaction=True)


def renamed(args: list[Any], kwargs: dict[str, Any]) -> payloads.Arguments:
    kwargs["number"] = kwargs.pop("count")
    return args, kwargs


@pytest.fixture
def second_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dead.the_task(), "upcasters", {1: renamed})


def test_old_arguments_are_brought_up_to_date(second_version: None, monkeypatch: pytest.MonkeyPatch) -> None:
    record = enqueue(dead.NAME, kwargs={"count": 4})
    monkeypatch.setattr(settings, "TASK_PAYLOAD_VERSIONS", {dead.NAME: 2})
    dead.run(record)
    assert (record.state, record.result) == (TaskRecord.State.DONE, {"number": 4})


def test_new_tasks_are_committed_with_the_version_of_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "TASK_PAYLOAD_VERSIONS", {dead.NAME: 3})
    assert enqueue(dead.NAME).payload_version == 3


@pytest.mark.parametrize(
    ("versions", "said"),
    [({dead.NAME: 2}, "failed: KeyError"), ({dead.NAME: 3}, "failed: KeyError"), ({}, "takes (number")],
)
def test_what_cannot_be_brought_up_to_date_is_dead_and_says_why(
    versions: dict[str, int], said: str, second_version: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = enqueue(dead.NAME, kwargs={"other": "a-private-word"})
    monkeypatch.setattr(settings, "TASK_PAYLOAD_VERSIONS", versions)
    dead.run(record)
    assert record.error is not None
    assert (record.state, record.error["code"]) == (TaskRecord.State.DEAD, "arguments_do_not_fit")
    assert said in record.error["message"]
    assert "a-private-word" not in str(record.error)


def test_missing_step_is_named(second_version: None, monkeypatch: pytest.MonkeyPatch) -> None:
    record = enqueue(dead.NAME, kwargs={"count": 4})
    monkeypatch.setattr(settings, "TASK_PAYLOAD_VERSIONS", {dead.NAME: 3})
    with pytest.raises(payloads.CannotBind, match="from payload version 2 to 3"):
        payloads.open_for(dead.the_task(), record)


def test_task_of_newer_code_waits_for_it_as_dead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "TASK_PAYLOAD_VERSIONS", {dead.NAME: 9})
    record = enqueue(dead.NAME)
    monkeypatch.setattr(settings, "TASK_PAYLOAD_VERSIONS", {})
    with pytest.raises(payloads.CannotBind, match="newer code"):
        payloads.open_for(dead.the_task(), record)


def test_lost_key_is_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    record = enqueue(dead.NAME)
    monkeypatch.setattr(settings, "SEALING_KEYS", (("other", b"o" * 32),))
    dead.run(record)
    assert record.error is not None
    assert "do not open" in record.error["message"]
