"""PostgreSQL, from `DATABASE_URL`. There is no other engine."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from intelliwiz_config.settings import env

_PREPARED_AFTER = 5
"""Times that a statement of the ledger is run on a connection before PostgreSQL keeps it there."""


def from_url(address: str, *, pool_max: int, prepare: bool = True) -> dict[str, Any]:
    """Django's database settings for `postgresql://user:password@host:port/name?host=/socket/folder&sslmode=...`."""
    parts = urlsplit(address)
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    options: dict[str, Any] = {key: value for key, value in query.items() if key not in {"host", "port"}}
    options["connect_timeout"] = int(options.get("connect_timeout", 5))
    options["prepare_threshold"] = _PREPARED_AFTER if prepare else None
    if pool_max:
        options["pool"] = {"min_size": 1, "max_size": pool_max, "timeout": 5}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host", parts.hostname or ""),
        "PORT": query.get("port", str(parts.port or "")),
        "CONN_MAX_AGE": 0 if pool_max else 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


DATABASE_POOL_MAX = env.integer("DATABASE_POOL_MAX", 0, high=500)
"""Connections a process may share between its threads. 0: one per thread, kept open (workers)."""
DATABASE_PREPARE = env.boolean("DATABASE_PREPARE", True)
"""Whether the ledger's statements are parsed once for each connection. Off behind a pooler that hands each transaction
to another connection and knows of no prepared statements (PgBouncer before 1.21)."""

DATABASES = {
    "default": from_url(
        env.url(
            "DATABASE_URL", "postgresql://postgres@127.0.0.1:5432/onboarding", ("postgresql", "postgres")
        ),
        pool_max=DATABASE_POOL_MAX,
        prepare=DATABASE_PREPARE,
    )
}
