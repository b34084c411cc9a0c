"""Putting away all that a filter chooses: counted first, and then for good."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from apps.onboarding_api.views.dlq_pages import bulk_retry, filtering, gate
from apps.task_ledger.dead_letters import listing
from apps.task_ledger.dead_letters.listing import Filter
from apps.task_ledger.models import TaskRecord
from background_tasks.dead_letter_queue import dlq_handler

_MOST_ROWS = 50


class DiscardForm(forms.Form):
    """What comes with the button. `until` freezes the choice."""

    until = forms.DateTimeField()
    reason = forms.CharField(max_length=500)
    everything = forms.BooleanField(required=False)


@gate.dlq_page
def preview(request: HttpRequest) -> HttpResponse:
    """What would be put away; POST does it."""
    wanted = filtering.read(request, request.POST if request.method == "POST" else request.GET)
    if wanted is None:
        return redirect("dead_letters:overview")
    if request.method == "POST":
        return _discard(request, wanted)
    frozen = bulk_retry.frozen_now(wanted)
    rows = listing.find(frozen).order_by()
    by_task = _counted(rows, "name")
    return gate.show(
        request,
        "discard_all",
        title="Discard all that match",
        trail=(("Entries", filtering.address("entries", wanted)), ("Discard all that match", "")),
        wanted=filtering.in_words(wanted.to_json()),
        fields=frozen.to_json(),
        is_everything=wanted.is_empty,
        total=rows.count(),
        by_task=by_task,
        by_cause=_counted(rows, "cause"),
        back=filtering.address("entries", wanted),
    )


def _discard(request: HttpRequest, wanted: Filter) -> HttpResponse:
    form = DiscardForm(request.POST)
    if not form.is_valid():
        names = ", ".join(form.errors)
        messages.error(request, f"Nothing was put away. Please fill in: {names}.")
        return redirect(filtering.address("discard-all", wanted))
    if set(wanted.to_json()) == {"until"} and not form.cleaned_data["everything"]:
        messages.error(
            request, "Nothing was put away. No filter means every dead letter: tick that this is meant."
        )
        return redirect("dead_letters:discard-all")
    done = dlq_handler.clear_dlq(wanted=wanted, actor=gate.actor(request), reason=form.cleaned_data["reason"])
    if done:
        messages.success(request, f"Put away: {done} dead letters. Their rows and histories stay.")
    else:
        messages.info(request, "Nothing was left to put away: it was done already, or they were sent back.")
    return redirect("dead_letters:overview")


def _counted(rows: QuerySet[TaskRecord], column: str) -> list[tuple[str, int]]:
    return list(rows.values_list(column).annotate(n=Count("pk")).order_by("-n")[:_MOST_ROWS])
