"""Redis: broker, doorbells, index of dead letters, breakers, and caches. It transports; PostgreSQL remembers.

`REDIS_URL` must not evict: a broker that drops keys drops messages, and the relay has to send them all again. Caches
may live in another Redis, that does evict (`CACHE_REDIS_URL`).
"""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit, urlunsplit

from intelliwiz_config.settings import env


def broker_url(address: str) -> str:
    """The same Redis as Celery spells it (`redis+socket://` for a Unix socket)."""
    parts = urlsplit(address)
    if parts.scheme != "unix":
        return address
    database = parse_qs(parts.query).get("db", ["0"])[-1]
    credentials = parts.netloc.rpartition("@")[0]
    at = f"{credentials}@" if credentials else ""
    return f"redis+socket://{at}{parts.path}?virtual_host={database}"


def with_database(address: str, number: int) -> str:
    """The same Redis, another database of it."""
    parts = urlsplit(address)
    if parts.scheme == "unix":
        return f"unix://{parts.netloc}{parts.path}?db={number}"  # urlunsplit would leave out the slashes
    return urlunsplit(parts._replace(path=f"/{number}"))


REDIS_URL = env.url("REDIS_URL", "redis://127.0.0.1:6379/0", ("redis", "rediss", "unix"))

CACHE_REDIS_URL = env.url("CACHE_REDIS_URL", REDIS_URL, ("redis", "rediss", "unix"))

CACHES = {
    "default": {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": CACHE_REDIS_URL,
        "KEY_PREFIX": "onboarding",
        "OPTIONS": {"SOCKET_CONNECT_TIMEOUT": 0.25, "SOCKET_TIMEOUT": 0.5, "IGNORE_EXCEPTIONS": False},
    }
}
