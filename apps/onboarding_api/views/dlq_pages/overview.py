"""The first page: how much is dead, of which causes, whether anything was lost, and which bulks run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from apps.onboarding_api.views.dlq_pages import filtering, gate, hours
from apps.task_ledger import conservation
from apps.task_ledger.dead_letters import bulk, index, listing
from apps.task_ledger.dead_letters.listing import CauseGroup, Filter
from apps.task_ledger.models import BulkRedrive

_MOST_GROUPS = 30
_RECENT_BULKS = 5
_ALERT_SHARE = 0.8


@dataclass(frozen=True)
class Group:
    """A row of the table of causes."""

    of: CauseGroup
    hours: hours.Bars
    address: str


@gate.dlq_page
def overview(request: HttpRequest) -> HttpResponse:
    """Causes with most dead letters first; figures over everything."""
    wanted = filtering.read(request, request.GET)
    if wanted is None:
        return redirect("dead_letters:overview")
    everything = listing.totals()
    chosen = everything if wanted.is_empty else listing.totals(wanted)
    groups = _groups(wanted)
    return gate.show(
        request,
        "overview",
        title="Dead letters",
        wanted=wanted,
        choices=filtering.choices(wanted),
        everything=everything,
        chosen=chosen.dead + chosen.expired,
        groups=groups,
        in_groups=sum(group.of.count for group in groups),
        capacity=_capacity(listing.index_fill()),
        balance=conservation.recent_balance(),
        bulks=_bulks(),
        entries_address=filtering.address("entries", wanted),
        retry_address=filtering.address("retry-all", wanted),
        discard_address=filtering.address("discard-all", wanted),
    )


def _groups(wanted: Filter) -> list[Group]:
    found = listing.group_by_cause(wanted, limit=_MOST_GROUPS)
    return [
        Group(of=group, hours=drawn, address=_address(wanted, group))
        for group, drawn in zip(found, hours.bars_of(wanted, found), strict=True)
    ]


def _address(wanted: Filter, group: CauseGroup) -> str:
    narrowed = {"task_name": group.task_name, "error_class": group.error_class, "cause": group.cause}
    return filtering.address("entries", wanted, **{name: text for name, text in narrowed.items() if text})


def _capacity(fill: int) -> dict[str, Any]:
    """How full the index is: what the alert looks at, not only what Redis holds of it."""
    size = settings.DEAD_LETTERS.index_size
    share = fill / size
    return {
        "size": size,
        "held": index.size(),
        "percent": round(100 * share),
        "bar": min(100, round(100 * share)),
        "is_full": share >= _ALERT_SHARE,
        "beyond": max(0, fill - size),
    }


def _bulks() -> list[dict[str, Any]]:
    """Those that run, and the last that ended."""
    rows = BulkRedrive.objects.select_related("actor")
    running = list(rows.filter(state=BulkRedrive.State.RUNNING))
    ended = list(rows.exclude(state=BulkRedrive.State.RUNNING)[:_RECENT_BULKS])
    return [{"row": row, "counts": bulk.counts_of(row)} for row in (*running, *ended)]
