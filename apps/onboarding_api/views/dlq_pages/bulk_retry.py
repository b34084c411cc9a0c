"""Sending back all that a filter chooses: what it would do, beginning it, watching and stopping it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from celery import current_app
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from apps.onboarding_api.views.dlq_pages import filtering, gate
from apps.task_ledger.celery_task import LedgerTask
from apps.task_ledger.dead_letters import bulk
from apps.task_ledger.dead_letters.listing import Filter
from apps.task_ledger.models import BulkRedrive, BulkRedriveItem
from background_tasks.dead_letter_queue import dlq_handler

_LOCK = "SELECT pg_advisory_xact_lock(hashtext('dlq_pages.begin_bulk'))"
_SECONDS_BETWEEN_LOOKS = 2
ItemState = BulkRedriveItem.State


class BeginForm(forms.Form):
    """What comes with the button. `seen_at` is when the counts were taken."""

    seen_at = forms.DateTimeField()
    rate_per_minute = forms.IntegerField(min_value=1, max_value=settings.MOST_REDRIVES_PER_MINUTE)
    reason = forms.CharField(required=False, max_length=500)


@gate.dlq_page
def preview(request: HttpRequest) -> HttpResponse:
    """What would be sent back, counted now and written nowhere; POST begins it."""
    wanted = filtering.read(request, request.POST if request.method == "POST" else request.GET)
    if wanted is None:
        return redirect("dead_letters:overview")
    if request.method == "POST":
        return _begin(request, wanted)
    frozen = frozen_now(wanted)
    found = bulk.preview(frozen)
    rate = settings.DEAD_LETTERS.redrives_per_minute
    return gate.show(
        request,
        "retry_all",
        title="Retry all that match",
        trail=(("Entries", filtering.address("entries", wanted)), ("Retry all that match", "")),
        wanted=filtering.in_words(wanted.to_json()),
        fields=frozen.to_json(),
        seen_at=timezone.now().isoformat(),
        found=found,
        waits_for=[(name, round(seconds)) for name, seconds in found.waits_for.items()],
        rate=rate,
        minutes=-(-found.total // rate),
        canaries=bulk.CANARIES,
        more_canaries=bulk.CANARIES - bulk.FIRST_CANARIES,
        most_failures=round(100 * bulk.MOST_FAILURES),
        running=BulkRedrive.objects.filter(state=BulkRedrive.State.RUNNING).count(),
        back=filtering.address("entries", wanted),
    )


@gate.dlq_page
def progress(request: HttpRequest, bulk_id: UUID) -> HttpResponse:
    """How far a bulk is; POST stops it. The page looks again by itself while it runs."""
    row = BulkRedrive.objects.select_related("actor").filter(pk=bulk_id).first()
    if row is None:
        messages.error(request, "There is no bulk retry with this id.")
        return redirect("dead_letters:overview")
    if request.method == "POST":
        if dlq_handler.stop_many(bulk_id, actor=gate.actor(request)):
            messages.success(request, "Stopped. What was sent before runs on; the rest stays dead.")
        else:
            messages.info(request, "It had ended already. Nothing was done.")
        return redirect("dead_letters:bulk", bulk_id)
    counts = bulk.counts_of(row)
    skipped = row.items.filter(state=ItemState.SKIPPED).order_by()
    is_running = row.state == BulkRedrive.State.RUNNING
    return gate.show(
        request,
        "bulk",
        title="Bulk retry",
        trail=(("Bulk retry", ""),),
        bulk=row,
        is_running=is_running,
        counts=counts,
        bars=_bars(counts, row.total),
        ended=row.total - counts[ItemState.PENDING] - counts[ItemState.SENT],
        canaries=bulk.CANARIES,
        among_canaries=row.total - counts[ItemState.PENDING] - counts[ItemState.SKIPPED] <= bulk.CANARIES,
        still_dead=filtering.address("entries", Filter(), **{**row.filters, "until": ""}),
        wanted=filtering.in_words(row.filters),
        skipped=list(skipped.values_list("why").annotate(n=Count("pk")).order_by("-n")[:10]),
        closed=_closed(row) if is_running else [],
        seconds=_SECONDS_BETWEEN_LOOKS,
    )


def frozen_now(wanted: Filter) -> Filter:
    """Without those that die from now on: what is confirmed is what was counted."""
    now = timezone.now()
    return replace(wanted, until=min(wanted.until, now) if wanted.until else now)


def _begin(request: HttpRequest, wanted: Filter) -> HttpResponse:
    form = BeginForm(request.POST)
    if not form.is_valid():
        for name, errors in form.errors.items():
            messages.error(
                request, f"Nothing was begun. {name.replace('_', ' ')}: {' '.join(map(str, errors))}"
            )
        return redirect(filtering.address("retry-all", wanted))
    given = form.cleaned_data
    row, is_new = _begin_once(
        wanted,
        seen_at=given["seen_at"],
        actor=gate.actor(request),
        reason=given["reason"],
        rate_per_minute=given["rate_per_minute"],
    )
    if is_new:
        messages.success(request, f"Begun: {row.total} dead letters, the first one as a canary.")
    else:
        messages.info(request, "It was begun from this page already. Nothing was done a second time.")
    return redirect("dead_letters:bulk", row.pk)


@transaction.atomic
def _begin_once(
    wanted: Filter, *, seen_at: datetime, actor: User, reason: str, rate_per_minute: int
) -> tuple[BulkRedrive, bool]:
    """One page begins one bulk: a second click finds the one that was made of the same choice since it was seen."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)
    same = BulkRedrive.objects.filter(filters=wanted.to_json(), created_at__gte=seen_at)
    if found := same.order_by("created_at").first():
        return found, False
    return dlq_handler.retry_many(wanted, actor=actor, reason=reason, rate_per_minute=rate_per_minute), True


def _bars(counts: dict[str, int], total: int) -> list[dict[str, str]]:
    """Parts of a bar that is 100 wide, one beside the other."""
    bars, x = [], 0.0
    for state in (ItemState.SUCCEEDED, ItemState.FAILED, ItemState.SKIPPED, ItemState.SENT):
        width = 100 * counts[state] / max(total, 1)
        bars.append({"state": str(state), "x": f"{x:.2f}", "width": f"{width:.2f}"})
        x += width
    return bars


def _closed(row: BulkRedrive) -> list[tuple[str, int]]:
    """Tasks of it whose provider admits nothing now, and for how many seconds."""
    pending = row.items.filter(state=ItemState.PENDING).order_by()
    waits: dict[str, Any] = {}
    for name in pending.values_list("task__name", flat=True).distinct():
        task = current_app.tasks.get(name)
        waits[name] = task.admitted_in() if isinstance(task, LedgerTask) else 0.0
    return [(name, round(seconds)) for name, seconds in waits.items() if seconds]
