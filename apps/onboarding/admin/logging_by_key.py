"""What the admin writes down of what people did in it: which row, by model and key. No text of the row."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.http import HttpRequest

_ANY_OBJECT = "…"


def shown(row: Model) -> str:
    """ "site 6a6d1cf7-...": what a row is called where its name must not stand."""
    return f"{row._meta.verbose_name} {row.pk}"


class LogsByKey:
    """For a `ModelAdmin`. Django would write the row's own text, which is an account's address or a person's name."""

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> LogEntry:
        return _write(request, [obj], ADDITION, message)[0]

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> LogEntry:
        return _write(request, [obj], CHANGE, message)[0]

    def log_deletions(self, request: HttpRequest, queryset: Iterable[Model]) -> list[LogEntry]:
        return _write(request, queryset, DELETION, "")


def _write(request: HttpRequest, rows: Iterable[Model], flag: int, message: Any) -> list[LogEntry]:
    assert request.user.pk is not None  # nobody else gets to a page that writes
    entries = []
    for row in rows:
        entry = LogEntry(
            user_id=request.user.pk,
            content_type=ContentType.objects.get_for_model(row, for_concrete_model=False),
            object_id=str(row.pk),
            object_repr=shown(row)[:200],
            action_flag=flag,
        )
        entry.change_message = _as_kept(message)
        entries.append(entry)
    return LogEntry.objects.bulk_create(entries)


def _as_kept(message: Any) -> str:
    """Names of fields and models stay, the texts of related rows go."""
    if isinstance(message, list):
        return json.dumps([_without_objects(deed) for deed in message])
    return str(message)


def _without_objects(deed: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {
        what: {**told, "object": _ANY_OBJECT} if "object" in told else told for what, told in deed.items()
    }
