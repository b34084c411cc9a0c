"""Values to plant, and where to look for them afterwards."""

from __future__ import annotations

from typing import Any

import redis
from django.apps import apps
from django.conf import settings
from django.db import models

NAME, EMAIL, PHONE = "Asha Kulkarni", "asha.kulkarni@sunrise.example", "+91 98220 51337"
PLANTED = f"my name is {NAME}, call {PHONE} or write to {EMAIL}"
UNLISTED = "Qwelthorpe Zunderbyx"
"""A name that no list holds: only doors that work by shape hold it back wherever it stands."""
MARKS = ("kulkarni", "98220", "51337", "9822051337", "sunrise.example")
UNLISTED_MARKS = ("qwelthorpe", "zunderbyx")
TEXTS = (models.CharField, models.TextField, models.JSONField, models.BinaryField, models.FileField)


def assert_clean(text: str, *, unlisted: bool = False) -> None:
    """No planted value stands in the text; with `unlisted` not even the name in no list."""
    folded = text.casefold()
    found = [mark for mark in (*MARKS, *(UNLISTED_MARKS if unlisted else ())) if mark in folded]
    assert not found, (found, text[max(0, folded.find(found[0]) - 100) :][:300])


def text_columns(model: type[models.Model]) -> list[str]:
    """The columns of a model that could hold a text of people: not those with a closed set of choices."""
    fields = model._meta.concrete_fields
    return [
        field.name for field in fields if isinstance(field, TEXTS) and not getattr(field, "choices", None)
    ]


def kept_text() -> str:
    """Every text column of every table as one text, but for the names of accounts."""
    parts: list[str] = []
    for model in apps.get_models():
        columns = text_columns(model)
        if columns and model._meta.label != "auth.User":
            parts += (
                _as_text(value) for row in model._default_manager.values_list(*columns) for value in row
            )
    return "\n".join(parts)


def redis_text() -> str:
    """Every key and value in the Redis of the test run, in the printed form of Python."""
    with redis.Redis.from_url(settings.REDIS_URL) as connection:
        return "\n".join(f"{key!r} {_value(connection, key)!r}" for key in connection.scan_iter(count=500))


def _value(connection: redis.Redis, key: bytes) -> Any:
    match connection.type(key):
        case b"string":
            return connection.get(key)
        case b"list":
            return connection.lrange(key, 0, -1)
        case b"hash":
            return connection.hgetall(key)
        case b"set":
            return connection.smembers(key)
        case b"zset":
            return connection.zrange(key, 0, -1)
        case other:
            return other


def _as_text(value: object) -> str:
    return bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else str(value)
