"""Ringing waits for nothing, and outlives the line it rings on."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
import redis
from django.conf import settings

from apps.task_ledger import doorbell


@pytest.fixture
def server() -> Iterator[redis.Redis]:
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        yield client


def heard(ear: redis.client.PubSub) -> bool:
    return ear.get_message(ignore_subscribe_messages=True, timeout=5) is not None


def test_ring_is_heard_again_after_redis_has_closed_the_line(server: redis.Redis) -> None:
    who = uuid4()
    with server.pubsub(ignore_subscribe_messages=True) as ear:
        ear.subscribe(doorbell.channel("task", who))
        ear.get_message(timeout=5)
        doorbell.ring("task", who)
        assert heard(ear)
        for line in server.client_list():
            if line["cmd"] == "publish":
                server.client_kill_filter(_id=line["id"])
        doorbell.ring("task", who)
        assert heard(ear)


def test_line_that_is_answered_is_taken_for_ended() -> None:
    bell = doorbell._Bell()
    bell.ring("doorbell:task:a")
    assert not bell._is_hung_up()
    bell._line.send_command("CLIENT", "REPLY", "ON")
    assert bell._line.can_read(5)
    assert bell._is_hung_up()
    bell.ring("doorbell:task:a")
    assert not bell._is_hung_up()
