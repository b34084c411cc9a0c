"""What the buttons on the page of one task do, and how each outcome is told."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest

from apps.onboarding_api.services.pii_integration import get_pii_service
from apps.onboarding_api.views.dlq_pages import editing, filtering, gate
from apps.task_ledger.dead_letters import redrive
from apps.task_ledger.dead_letters.errors import NotDead
from apps.task_ledger.models import TaskAction, TaskRecord
from background_tasks.dead_letter_queue import STAYS_DEAD, dlq_handler

_LARGEST_GENERATION = 32_767


class DeedForm(forms.Form):
    """What comes with every button: the generation that was looked at makes a second click harmless."""

    deed = forms.ChoiceField(choices=[(name, name) for name in ("retry", "edit", "discard")])
    generation = forms.IntegerField(min_value=0, max_value=_LARGEST_GENERATION)
    reason = forms.CharField(required=False, max_length=500)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("deed") == "discard" and not given.get("reason"):
            self.add_error("reason", "Say why it is put away: it cannot be brought back.")
        return given


def do(request: HttpRequest, record: TaskRecord) -> editing.Typed:
    """Do what was asked, and tell the outcome in messages. What was typed comes back where it has to be mended."""
    form = DeedForm(request.POST)
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, "Nothing was done. " + " ".join(map(str, errors)))
        return {}
    changes: dict[str, Any] = {}
    if form.cleaned_data["deed"] == "edit":
        try:
            changes = editing.read(request.POST, record)
        except editing.NotUnderstood as error:
            messages.error(request, f"Nothing was done. {error}")
            return editing.typed(request.POST)
    try:
        _act(request, record, form.cleaned_data, changes)
    except NotDead as error:
        messages.info(request, _already(request, record, form.cleaned_data["generation"], error))
    except STAYS_DEAD as error:
        messages.error(request, f"It stays dead: {error}.")
        return editing.typed(request.POST)
    return {}


def _act(request: HttpRequest, record: TaskRecord, given: dict[str, Any], changes: dict[str, Any]) -> None:
    actor, generation, reason = gate.actor(request), given["generation"], given["reason"]
    if given["deed"] == "retry":
        dlq_handler.redrive_dlq_task(str(record.pk), actor=actor, reason=reason, generation=generation)
        messages.success(request, "Sent back. This page follows what becomes of it.")
    elif given["deed"] == "edit":
        dlq_handler.edit_dlq_task(str(record.pk), changes, actor=actor, reason=reason, generation=generation)
        changed = ", ".join(sorted(changes))
        messages.success(
            request, f"Changed {changed} and sent it back. This page follows what becomes of it."
        )
    else:
        scrubbed = get_pii_service().scrub(reason)
        redrive.discard(record.pk, actor=actor, reason=scrubbed, generation=generation)
        messages.success(request, "Put away. Its row and its history stay.")


def _already(request: HttpRequest, record: TaskRecord, generation: int, error: NotDead) -> str:
    """In plain words, why a click did nothing: most often it was the second one."""
    deed = TaskAction.objects.select_related("actor").filter(task_id=record.pk, generation=generation).first()
    if deed is None:
        return f"Nothing was done: {error}. The page was older than what happened since."
    own = deed.actor_id == gate.actor(request).pk
    who = "You" if own else deed.actor.get_username() if deed.actor else "The platform"
    what = TaskAction.Operation(deed.operation).label.lower()
    return f"{who} {what} it already at {filtering.moment(deed.at)} UTC. Nothing was done a second time."
