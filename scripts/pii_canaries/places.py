"""Reading everything back: logs, Redis, database, file names, metrics, alerts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import psycopg
import redis
from psycopg import sql

from scripts.pii_canaries.receivers import Receivers
from scripts.pii_canaries.target import Target

USER_TEXT = frozenset(
    {
        ("onboarding_turn", "text"), ("onboarding_turn", "choice"), ("onboarding_turn", "reply"),
        ("onboarding_turn", "commands"), ("onboarding_sessionevent", "data"),
        ("onboarding_conversationsession", "collected_data"), ("onboarding_conversationsession", "dialogue"),
        ("onboarding_upload", "findings"), ("onboarding_decision", "reason"), ("onboarding_decision", "changes"),
        ("onboarding_recommendation", "proposal"), ("onboarding_recommendation", "evidence"),
        ("onboarding_recommendation", "verdict"), ("onboarding_changeset", "operations"),
        ("onboarding_post", "name"), ("onboarding_site", "attributes"),
        ("task_ledger_taskaction", "reason"), ("task_ledger_bulkredrive", "reason"),
    }
)  # fmt: skip
"""Columns of redacted text of people: a value that nobody recognises stays there. In all others none may."""
_VAULT = frozenset({("onboarding_vaultentry", "sealed"), ("onboarding_vaultentry", "lookup")})
_ACCOUNTS = "auth_user"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some text of a place. `is_user_text`: redacted text of people, where recognition decides."""

    place: str
    where: str
    text: str
    is_user_text: bool = False


def logs(target: Target) -> Iterator[Piece]:
    for path in target.logs:
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in files:
            if file.is_file():
                yield from _chunks("logs", file.name, file.read_text(encoding="utf-8", errors="replace"))


def redis_dump(target: Target) -> Iterator[Piece]:
    """All keys and values, and the files of the server, which hold all that was ever written."""
    with redis.Redis.from_url(target.redis_url) as connection:
        for key in connection.scan_iter(count=1000):
            yield Piece("redis", "key", f"{key.decode(errors='replace')}\n{_value(connection, key)}")
    if target.redis_files is not None:
        for file in sorted(target.redis_files.rglob("*")):
            if file.is_file():
                yield from _chunks(
                    "redis, files", file.name, file.read_text(encoding="utf-8", errors="replace")
                )


def _value(connection: redis.Redis, key: bytes) -> str:
    read = {
        b"string": lambda: connection.get(key),
        b"list": lambda: connection.lrange(key, 0, -1),
        b"set": lambda: connection.smembers(key),
        b"zset": lambda: connection.zrange(key, 0, -1, withscores=True),
        b"hash": lambda: connection.hgetall(key),
        b"stream": lambda: connection.xrange(key),
    }
    kind = connection.type(key)
    found = read[kind]() if kind in read else b""
    pieces: list[str] = []
    _gather(found, pieces)
    return "\n".join(pieces)


def _gather(value: object, pieces: list[str]) -> None:
    if isinstance(value, bytes):
        pieces.append(value.decode(errors="replace"))
    elif isinstance(value, dict):
        _gather(list(value.items()), pieces)
    elif isinstance(value, list | tuple | set):
        for one in value:
            _gather(one, pieces)
    else:
        pieces.append(str(value))


def database(target: Target) -> Iterator[Piece]:
    """Every column of every table, as text; the vault's sealed columns too: nothing readable may be in them."""
    with psycopg.connect(target.database_url) as connection:
        columns = connection.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'public' "
            "AND data_type NOT IN ('bigint', 'integer', 'smallint', 'boolean', 'uuid', 'timestamp with time zone') "
            "ORDER BY 1, 2"
        ).fetchall()
        for table, column, kind in columns:
            yield from _column(connection, table, column, kind)


def _column(connection: psycopg.Connection, table: str, column: str, kind: str) -> Iterator[Piece]:
    shown = sql.SQL("encode({}, 'escape')") if kind == "bytea" else sql.SQL("{}::text")
    query = sql.SQL("SELECT {} FROM {} WHERE {} IS NOT NULL").format(
        shown.format(sql.Identifier(column)), sql.Identifier(table), sql.Identifier(column)
    )
    place = "database" if table != _ACCOUNTS else "database, accounts"
    if (table, column) in _VAULT:
        place = "database, vault"
    texts = (row[0] for row in connection.execute(query) if row[0])
    is_user_text = (table, column) in USER_TEXT
    for text in texts:
        yield Piece(place, f"{table}.{column}", text, is_user_text)


def file_names(target: Target) -> Iterator[Piece]:
    for path in target.media.rglob("*"):
        yield Piece("file names", "MEDIA_ROOT", str(path.relative_to(target.media)))


def media_files(target: Target) -> Iterator[Piece]:
    """The files themselves, kept as they came: no promise is made for them in this version."""
    for path in target.media.rglob("*"):
        if path.is_file():
            yield Piece("raw media", path.parent.name, path.read_text(encoding="utf-8", errors="replace"))


def metrics_and_health(target: Target) -> Iterator[Piece]:
    """What anybody may read."""
    for path in ("/metrics", "/health/ready/", "/api/schema/"):
        yield Piece("metrics and health", path, httpx.get(f"{target.url}{path}", timeout=60).text)


def alerts(receivers: Receivers) -> Iterator[Piece]:
    for channel, text in receivers.heard:
        yield Piece("alerts", channel, text)


def admin_pages(pages: list[tuple[str, str]]) -> Iterator[Piece]:
    """The rows of people's text stand in the pages as they stand in the database."""
    for address, text in pages:
        yield Piece("admin pages", address, text, is_user_text=True)


def _chunks(place: str, where: str, text: str, size: int = 200_000) -> Iterator[Piece]:
    for start in range(0, len(text), size):
        # A little is read twice, so that no value is cut in two.
        yield Piece(place, where, text[max(0, start - 300) : start + size])
