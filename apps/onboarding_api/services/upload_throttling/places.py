"""Places for uploads at once where Redis is away: advisory locks, which PostgreSQL takes back from who dies.

Inside a transaction the lock ends with it; outside it belongs to the connection, and `give_back` ends it. A pooler
between us and PostgreSQL has to keep a connection for a session, or a place outside a transaction would not be held.
"""

from __future__ import annotations

from hashlib import blake2b
from uuid import UUID

from django.db import connection


def take(session_id: UUID, *, places: int) -> int | None:
    """The number of a place that was free; None where all are taken."""
    in_transaction = connection.in_atomic_block
    lock = "pg_try_advisory_xact_lock" if in_transaction else "pg_try_advisory_lock"
    with connection.cursor() as cursor:
        for place in range(places):
            cursor.execute(f"SELECT {lock}(%s)", [_key(session_id, place)])
            if cursor.fetchone() == (True,):
                return place
    return None


def give_back(session_id: UUID, place: int) -> None:
    """Of a place that was taken outside a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s)", [_key(session_id, place)])


def _key(session_id: UUID, place: int) -> int:
    digest = blake2b(session_id.bytes + bytes([place]), digest_size=8, person=b"upload place").digest()
    return int.from_bytes(digest, "big", signed=True)
