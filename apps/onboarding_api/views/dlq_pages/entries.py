"""The list: every dead letter that a filter chooses, fifty at a time, those that died last first."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from apps.onboarding_api.views.dlq_pages import filtering, gate
from apps.task_ledger.dead_letters import listing
from apps.task_ledger.models import TaskRecord

PAGE_SIZE = 50


@gate.dlq_page
def entries(request: HttpRequest) -> HttpResponse:
    """A page of the list. `after` in the address is the last entry of the page before."""
    wanted = filtering.read(request, request.GET)
    if wanted is None:
        return redirect("dead_letters:overview")
    rows = listing.find(wanted)
    after = request.GET.get("after", "")
    try:
        page = list((_following(rows, after) if after else rows).defer("sealed_payload")[: PAGE_SIZE + 1])
    except ValueError:
        messages.error(request, "This place in the list is not known; here is its beginning.")
        return redirect(filtering.address("entries", wanted))
    shown = page[:PAGE_SIZE]
    return gate.show(
        request,
        "entries",
        title="Entries",
        trail=(("Entries", ""),),
        wanted=wanted,
        choices=filtering.choices(wanted),
        total=rows.order_by().count(),
        rows=_rows(shown),
        is_first=not after,
        newest=filtering.address("entries", wanted),
        older=filtering.address("entries", wanted, after=_mark(shown[-1])) if len(page) > PAGE_SIZE else "",
        retry_address=filtering.address("retry-all", wanted),
        discard_address=filtering.address("discard-all", wanted),
    )


def _following(rows: QuerySet[TaskRecord], after: str) -> QuerySet[TaskRecord]:
    """What comes after a mark; `ValueError` where it is none."""
    moment, _, identity = after.partition("_")
    at, pk = datetime.fromisoformat(moment), UUID(identity)
    if at.tzinfo is None:
        raise ValueError("a mark has its offset from UTC")
    return rows.filter(finished_at__lte=at).exclude(Q(finished_at=at) & Q(pk__lte=pk))


def _mark(record: TaskRecord) -> str:
    return f"{record.finished_at.isoformat() if record.finished_at else ''}_{record.pk}"


def _rows(page: list[TaskRecord]) -> list[dict[str, Any]]:
    clients = filtering.names_of_clients({record.client_id for record in page if record.client_id})
    return [
        {
            "record": record,
            "error": record.error or {},
            "client": clients.get(record.client_id) if record.client_id else None,
        }
        for record in page
    ]
