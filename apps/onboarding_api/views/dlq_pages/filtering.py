"""The filter of the pages: out of the address, into a form, and back into addresses."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, QueryDict
from django.urls import reverse

from apps.onboarding.models import Client
from apps.task_ledger.dead_letters import listing
from apps.task_ledger.dead_letters.listing import Filter

_MOST_CHOICES = 200
_NAMES = {
    "task_name": "task",
    "error_class": "exception",
    "cause": "cause",
    "client_id": "client",
    "state": "state",
    "since": "from (UTC)",
    "until": "before (UTC)",
}


class FilterForm(forms.Form):
    """What narrows the choice. Times are UTC."""

    task_name = forms.CharField(required=False, max_length=120)
    error_class = forms.CharField(  # type: ignore[assignment]  # a field: the form keeps it out of its attributes
        required=False, max_length=200
    )
    cause = forms.CharField(required=False, max_length=16)
    client_id = forms.UUIDField(required=False)
    state = forms.ChoiceField(required=False, choices=[("", ""), ("dead", "dead"), ("expired", "expired")])
    since = forms.DateTimeField(required=False)
    until = forms.DateTimeField(required=False)


def read(request: HttpRequest, given: QueryDict) -> Filter | None:
    """The filter in a query or a form; None, and messages that say why, where a part of it cannot be understood.

    A filter is never half used: a part left out would choose more than was meant.
    """
    form = FilterForm(given)
    if not form.is_valid():
        for name, errors in form.errors.items():
            messages.error(request, f"Filter, {_NAMES[name]}: {' '.join(map(str, errors))}")
        return None
    return Filter(**form.cleaned_data)


def address(page: str, wanted: Filter, **more: str) -> str:
    """The address of a page under this filter; `more` goes before it, and adds to it."""
    given = {**wanted.to_json(), **more}
    query = urlencode({name: value for name, value in given.items() if value})
    return f"{reverse(f'dead_letters:{page}')}{'?' if query else ''}{query}"


def in_words(given: dict[str, str]) -> list[tuple[str, str]]:
    """What a filter asks, name by name, as it is kept on a bulk."""
    clients = names_of_clients({UUID(given["client_id"])}) if given.get("client_id") else {}
    texts = {**given, "client_id": next(iter(clients.values()), given.get("client_id", ""))}
    return [
        (words, moment(texts[name]) if name in {"since", "until"} else texts[name])
        for name, words in _NAMES.items()
        if given.get(name)
    ]


def choices(wanted: Filter) -> dict[str, Any]:
    """What the filter bar offers: what is among the dead letters now, and what is chosen."""
    rows = listing.find().order_by()
    pairs = list(rows.values_list("name", "error_class").distinct()[:_MOST_CHOICES])
    found = rows.values_list("client_id", flat=True).distinct()[:_MOST_CHOICES]
    clients = {pk for pk in (*found, wanted.client_id) if pk}
    named = names_of_clients(clients)
    return {
        "tasks": sorted(filter(None, {wanted.task_name, *(name for name, _ in pairs)})),
        "classes": sorted(filter(None, {wanted.error_class, *(name for _, name in pairs)})),
        "clients": sorted(((str(pk), named.get(pk, str(pk))) for pk in clients), key=lambda one: one[1]),
        "since": _for_input(wanted.since),
        "until": _for_input(wanted.until),
    }


def names_of_clients(ids: set[UUID]) -> dict[UUID, str]:
    return dict(Client.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}


def moment(at: datetime | str | None) -> str:
    """A time to the second, in UTC: `2026-11-22 03:20:15`."""
    text = at.isoformat() if isinstance(at, datetime) else at or ""
    return text[:19].replace("T", " ")


def _for_input(at: datetime | None) -> str:
    return at.strftime("%Y-%m-%dT%H:%M") if at else ""
