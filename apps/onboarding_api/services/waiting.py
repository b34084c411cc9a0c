"""Waiting for a doorbell without holding a thread: one Redis subscription per event loop, any number of waiters."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from weakref import WeakKeyDictionary

import redis.asyncio
from django.conf import settings
from redis import RedisError

from apps.task_ledger.doorbell import channel

logger = logging.getLogger("celery.task")
_RECONNECT_SECONDS = 0.5


class Hub:
    """Hands rings of subscribed channels to the waiters of this event loop."""

    def __init__(self) -> None:
        self._waiters: dict[str, set[asyncio.Event]] = {}
        self._pubsub = redis.asyncio.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1).pubsub(
            ignore_subscribe_messages=True
        )
        self._listener: asyncio.Task[None] | None = None

    @contextlib.asynccontextmanager
    async def listening(self, kind: str, identity: object) -> AsyncIterator[asyncio.Event]:
        """An event that is set whenever the bell rings. Where Redis is away it never is: the caller polls as well."""
        name = channel(kind, identity)
        bell = asyncio.Event()
        first = name not in self._waiters
        self._waiters.setdefault(name, set()).add(bell)
        try:
            if first:
                await self._subscribe(name)
            yield bell
        finally:
            self._waiters[name].discard(bell)
            if not self._waiters[name]:
                del self._waiters[name]
                with contextlib.suppress(RedisError, OSError):
                    await self._pubsub.unsubscribe(name)

    async def _subscribe(self, name: str) -> None:
        try:
            await self._pubsub.subscribe(name)
        except (RedisError, OSError) as error:
            logger.warning("doorbell not heard: %s", type(error).__name__)
            return
        if self._listener is None or self._listener.done():
            self._listener = asyncio.get_running_loop().create_task(self._listen())

    async def _listen(self) -> None:
        """Runs while anybody waits; a lost connection is made again with all its subscriptions."""
        while self._waiters:
            try:
                message = await self._pubsub.get_message(timeout=5)
            except (RedisError, OSError) as error:
                logger.warning("doorbell connection lost: %s", type(error).__name__)
                await asyncio.sleep(_RECONNECT_SECONDS)
                continue
            if message is not None and message["type"] == "message":
                for bell in self._waiters.get(message["channel"].decode(), ()):
                    bell.set()


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def hub() -> Hub:
    """The hub of the running event loop."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub()
    return _hubs[loop]


async def rings_within(bell: asyncio.Event, seconds: float) -> bool:
    """Wait for the bell, at most `seconds`; whether it rang."""
    try:
        await asyncio.wait_for(bell.wait(), seconds)
    except TimeoutError:
        return False
    bell.clear()
    return True
