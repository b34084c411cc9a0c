"""Waiting costs neither threads nor database connections."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from apps.onboarding_api.services import waiting
from apps.onboarding_api.tests.running_stack import RunningStack
from apps.task_ledger import doorbell

MANY = 40


def test_bell_is_heard_by_every_waiter_of_its_channel_only() -> None:
    async def scene() -> tuple[bool, bool, bool]:
        hub = waiting.hub()
        async with (
            hub.listening("task", "a") as one,
            hub.listening("task", "a") as two,
            hub.listening("task", "b") as other,
        ):
            await asyncio.to_thread(doorbell.ring, "task", "a")
            rung = await asyncio.gather(waiting.rings_within(one, 5), waiting.rings_within(two, 5))
            return rung[0], rung[1], other.is_set()

    assert asyncio.run(scene()) == (True, True, False)


def test_bell_rings_again_after_everybody_left() -> None:
    async def scene() -> list[bool]:
        heard = []
        for _ in range(3):
            async with waiting.hub().listening("task", "again") as bell:
                await asyncio.to_thread(doorbell.ring, "task", "again")
                heard.append(await waiting.rings_within(bell, 5))
        return heard

    assert asyncio.run(scene()) == [True, True, True]


@pytest.mark.stack
def test_many_waiting_requests_hold_no_threads(stack: RunningStack) -> None:
    client = stack.client()
    sessions = [
        client.post("onboarding/conversation/", json={"language": "en"}).json()["session_id"]
        for _ in range(MANY)
    ]
    tasks = Path(f"/proc/{stack.processes['web'].pid}/task")
    stack.kill("worker")
    before = len(list(tasks.iterdir()))

    def wait(session_id: str) -> int:
        body = {"session_id": session_id, "text": "Green Valley Mall"}
        with httpx.Client(headers=client.headers, timeout=60) as own:
            url = f"{stack.url}/api/v1/onboarding/conversation/"
            return own.post(url, json=body, headers={"Prefer": "wait=20"}).status_code

    with ThreadPoolExecutor(MANY) as pool:
        answers = [pool.submit(wait, session_id) for session_id in sessions]
        stack.wait_for(lambda: _admitted(stack, sessions) == MANY)
        stack.wait_for(lambda: len(list(tasks.iterdir())) < before + MANY / 2)
        stack.start("worker")
        assert {answer.result() for answer in answers} <= {200, 202}


def _admitted(stack: RunningStack, sessions: list[str]) -> int:
    rows = stack.rows(
        "SELECT count(*) AS n FROM onboarding_turn WHERE session_id = ANY(%s::uuid[])", sessions
    )
    count: int = rows[0]["n"]
    return count
