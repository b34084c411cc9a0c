"""kombu's Redis channel with one client for all its commands.

kombu makes a client for each command that it sends, and a client fills a table of some 170 answers before it says a
word: a fifth of the time of publishing, and again with each message that a worker takes and acknowledges. A client
holds no state of its own; the connections are the pool's, as before.
"""

from __future__ import annotations

from typing import Any

from kombu.transport import redis as kombu_redis


class Channel(kombu_redis.Channel):
    """Makes the client again where kombu has changed the pool."""

    _kept: Any = None

    def _create_client(self, asynchronous: bool = False) -> Any:
        if asynchronous:  # belongs to one connection of the event loop, and is kept by kombu itself
            return super()._create_client(asynchronous=True)
        if self._kept is None or self._kept.connection_pool is not self.pool:
            self._kept = super()._create_client()
        return self._kept


def install() -> None:
    """Have every Redis broker connection of this process use it. By name it could not be chosen: the scheme of the
    broker's address, which is the operator's, decides about the transport."""
    kombu_redis.Transport.Channel = Channel
