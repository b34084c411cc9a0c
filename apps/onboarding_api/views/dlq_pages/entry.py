"""The page of one task: why it is dead, what it was given, what was tried, who did what, and the ways back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from apps.onboarding.models import Client, ConversationSession
from apps.onboarding_api.views.dlq_pages import deeds, editing, filtering, gate
from apps.task_ledger.dead_letters.listing import Filter
from apps.task_ledger.models import TaskAction, TaskAttempt, TaskRecord
from background_tasks import dead_letter_view

_WORDS = {
    TaskRecord.State.QUEUED: "Sent back; waits for a worker.",
    TaskRecord.State.RUNNING: "A worker runs it now.",
    TaskRecord.State.WAITING: "Failed once more and will be tried again by itself.",
    TaskRecord.State.PARKED: "Waits until its provider admits work again; no attempt is spent.",
    TaskRecord.State.DONE: "It is done. Nothing is left to do here.",
    TaskRecord.State.DEAD: "Failed for good. Nothing happens to it until somebody acts.",
    TaskRecord.State.EXPIRED: "Failed for good, and too old or past its deadline. It can still be sent back.",
    TaskRecord.State.DISCARDED: "Put away: its work is not wanted any more.",
}


@gate.dlq_page
def entry(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Look at it; POST with `deed` retry, edit or discard does so."""
    record = TaskRecord.objects.filter(pk=task_id).first()
    if record is None:
        messages.error(request, "There is no task with this id. It may have been forgotten after its time.")
        return redirect("dead_letters:overview")
    rejected: editing.Typed = {}
    if request.method == "POST":
        rejected = deeds.do(request, record)
        if not rejected:
            return redirect("dead_letters:entry", task_id)
    return gate.show(
        request,
        "entry",
        title="Dead letter" if record.state in TaskRecord.DEAD_LETTERS else "Task",
        trail=(("Entries", filtering.address("entries", _like(record))), (record.name, "")),
        record=record,
        is_dead=record.state in TaskRecord.DEAD_LETTERS,
        is_moving=record.state not in TaskRecord.FINAL_STATES,
        words=_WORDS[TaskRecord.State(record.state)],
        **_described(record),
        fields=editing.fields_of(record, typed=rejected),
        is_editing=bool(rejected),
        links=_links(request, record),
    )


def _described(record: TaskRecord) -> dict[str, Any]:
    """Everything sanitised that is known of it."""
    whole = dead_letter_view.whole(record)
    attempts = whole["attempts"]
    people = User.objects.in_bulk([action["actor_id"] for action in whole["actions"] if action["actor_id"]])
    return {
        "whole": whole,
        "died_at": filtering.moment(record.finished_at),
        "committed_at": filtering.moment(record.created_at),
        "arguments": editing.lines_of(whole["arguments"]),
        "traceback": next((attempt["traceback"] for attempt in attempts if attempt["traceback"]), ""),
        "attempts": [
            {
                **attempt,
                "words": TaskAttempt.Outcome(attempt["outcome"]).label,
                "started": filtering.moment(attempt["started_at"]),
                "ended": filtering.moment(attempt["ended_at"]),
            }
            for attempt in attempts
        ],
        "actions": [
            {
                **action,
                "words": TaskAction.Operation(action["operation"]).label,
                "when": filtering.moment(action["at"]),
                "who": people[action["actor_id"]].get_username() if action["actor_id"] else "the platform",
                "details": editing.pretty(action["details"]) if action["details"] else "",
            }
            for action in whole["actions"]
        ],
    }


def _like(record: TaskRecord) -> Filter:
    """Dead letters of the same cause."""
    return Filter(task_name=record.name, error_class=record.error_class, cause=record.cause)


def _links(request: HttpRequest, record: TaskRecord) -> list[tuple[str, str, str]]:
    """What it belongs to, where one may look at that: label, text, address."""
    links = [("Task row", str(record.pk), reverse("admin:task_ledger_taskrecord_change", args=[record.pk]))]
    if record.subject_id and request.user.has_perm("onboarding.view_conversationsession"):
        session = ConversationSession.objects.filter(pk=record.subject_id).only("pk").first()
        if session:
            address = reverse("admin:onboarding_conversationsession_change", args=[session.pk])
            links.append(("Session", str(session.pk), address))
    if record.client_id and request.user.has_perm("onboarding.view_client"):
        client = Client.objects.filter(pk=record.client_id).first()
        if client:
            links.append(("Client", client.name, reverse("admin:onboarding_client_change", args=[client.pk])))
    return links
