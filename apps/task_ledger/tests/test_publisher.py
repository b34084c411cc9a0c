"""Publishing may not hold up the caller, whatever the broker does."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from celery import current_app
from django.db import transaction

from apps.task_ledger import publisher, redis_channel, relay
from apps.task_ledger.enqueue import enqueue
from apps.task_ledger.models import TaskRecord
from apps.task_ledger.tests import dead

pytestmark = pytest.mark.django_db(transaction=True)
State = TaskRecord.State


class HalfOpen:
    """A server that accepts connections and says nothing, as behind a dead router."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.accepted: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self._socket.getsockname()[1]}/0"

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                self.accepted.append(self._socket.accept()[0])

    def close(self) -> None:
        self._socket.close()
        for one in self.accepted:
            one.close()


@pytest.fixture
def half_open(monkeypatch: pytest.MonkeyPatch) -> Iterator[HalfOpen]:
    server = HalfOpen()
    with _broker(server.url, monkeypatch):
        yield server
    server.close()


@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with _broker("redis://127.0.0.1:1/0", monkeypatch):
        yield


@contextmanager
def _broker(url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(current_app.conf, "broker_write_url", url)
    _forget()
    yield
    monkeypatch.undo()
    _forget()


def _forget() -> None:
    publisher._connection.cache_clear()
    publisher._producers.cache_clear()
    publisher._resting["until"] = 0.0


def test_broker_that_says_nothing_does_not_hold_the_commit(half_open: HalfOpen) -> None:
    with transaction.atomic():
        enqueue(dead.NAME)
    record = TaskRecord.objects.get()
    assert (record.state, record.published_at) == (State.QUEUED, None)


def test_after_a_failure_the_broker_is_left_alone_for_a_moment(half_open: HalfOpen) -> None:
    enqueue(dead.NAME)
    asked = len(half_open.accepted)
    assert asked > 0
    for _ in range(20):
        enqueue(dead.NAME)
    assert len(half_open.accepted) == asked
    assert TaskRecord.objects.filter(published_at=None).count() == 21


def test_refused_connection_leaves_the_row_to_the_relay(refused: None) -> None:
    enqueue(dead.NAME)
    publisher._resting["until"] = 0.0
    with pytest.raises(publisher.PublishFailed):
        relay.publish_due()
    record = TaskRecord.objects.get()
    assert (record.state, record.published_at) == (State.QUEUED, None)


def test_relay_sends_once_the_broker_is_back() -> None:
    enqueue(dead.NAME)
    TaskRecord.objects.update(published_at=None, due_at=TaskRecord.objects.get().created_at)
    assert relay.publish_due() == 1


def test_channel_keeps_its_client_until_the_pool_changes() -> None:
    enqueue(dead.NAME)
    with publisher._producers(os.getpid()).acquire(block=True, timeout=5) as producer:
        channel = producer.channel
    assert isinstance(channel, redis_channel.Channel)
    first = channel._create_client()
    assert channel._create_client() is first
    channel._pool = channel._get_pool()
    assert channel._create_client().connection_pool is channel.pool
