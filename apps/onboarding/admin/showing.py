"""How values look in the admin: links between rows, JSON that can be read, sizes in words."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import Model
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator

NOTHING = "–"
Shown = Callable[[Any], str]


def link(model: type[Model], pk: object, text: object) -> SafeString:
    """A link to the page of one row."""
    meta = model._meta
    address = reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[pk])
    return format_html('<a class="text-primary-600 dark:text-primary-500" href="{}">{}</a>', address, text)


def list_link(model: type[Model], text: object, **filters: object) -> SafeString:
    """A link to the list of a model, filtered."""
    meta = model._meta
    address = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
    query = "&".join(f"{name}={value}" for name, value in filters.items())
    return format_html(
        '<a class="text-primary-600 dark:text-primary-500" href="{}?{}">{}</a>', address, query, text
    )


def short(identity: UUID | str) -> str:
    """The first characters of an id: enough to tell rows apart in a list."""
    return str(identity)[:8]


def excerpt(text: str, length: int = 80) -> str:
    return Truncator(text).chars(length) if text else NOTHING


def json_of(field: str, *, label: str = "") -> Shown:
    """A read-only field that shows a JSON column indented, in the order it is stored in."""

    @admin.display(description=label or field.replace("_", " "))
    def shown(row: Any) -> str:
        return block(getattr(row, field))

    shown.__name__ = f"{field}_as_json"
    return shown


def block(value: object) -> str:
    if value in (None, {}, [], ""):
        return NOTHING
    text = json.dumps(value, ensure_ascii=False, indent=2, default=str)
    style = "white-space: pre-wrap; overflow-wrap: anywhere; max-height: 32rem; overflow-y: auto"
    return format_html('<pre class="font-mono text-xs" style="{}">{}</pre>', style, text)


def of_session(row: Any) -> str:
    """The session that a row belongs to."""
    from apps.onboarding.models import ConversationSession  # models load after this package

    return link(ConversationSession, row.session_id, short(row.session_id))


of_session.short_description = "session"  # type: ignore[attr-defined]  # Django reads the column's title there
of_session.admin_order_field = "session"  # type: ignore[attr-defined]  # ... and what it sorts by
