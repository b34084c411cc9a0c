"""Redis: broker, doorbells and caches. It transports; PostgreSQL remembers."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

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


REDIS_URL = env.url("REDIS_URL", "redis://127.0.0.1:6379/0", ("redis", "rediss", "unix"))

CACHES = {
    "default": {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "onboarding",
        "OPTIONS": {"SOCKET_CONNECT_TIMEOUT": 0.25, "SOCKET_TIMEOUT": 0.5, "IGNORE_EXCEPTIONS": False},
    }
}
