"""Sessions: the projection of the event log, with the events, turns and recommendations it stands on."""

from __future__ import annotations

from django.contrib import admin

from apps.onboarding.admin.base import EvidenceAdmin, EvidenceInline
from apps.onboarding.admin.showing import excerpt, json_of, link, list_link
from apps.onboarding.models import (
    Client,
    ConversationSession,
    Recommendation,
    SessionEvent,
    Turn,
    Upload,
)
from apps.task_ledger.models import TaskRecord


class EventInline(EvidenceInline):
    model = SessionEvent
    fields = ["number", "kind", "actor", "correlation_id", "occurred_at"]
    readonly_fields = fields
    ordering = ["-number"]


class TurnInline(EvidenceInline):
    model = Turn
    fields = ["number", "kind", "status", "question", "answer", "cdtz"]
    readonly_fields = fields
    ordering = ["-number"]

    @admin.display(description="answer, redacted")
    def answer(self, turn: Turn) -> str:
        return excerpt(turn.text)


class RecommendationInline(EvidenceInline):
    model = Recommendation
    fk_name = "session"
    fields = ["number", "status", "maker", "made_by", "checker", "cdtz"]
    readonly_fields = fields
    ordering = ["-number"]


class UploadInline(EvidenceInline):
    model = Upload
    fields = ["kind", "status", "display_name", "content_type", "byte_size", "cdtz"]
    readonly_fields = fields


@admin.register(ConversationSession)
class SessionAdmin(EvidenceAdmin):
    """Read-only: a session changes by events alone, and an edit here would part it from its log."""

    list_display = [
        "session_id", "client", "current_state", "language", "user", "flow_version", "last_activity_at",
        "cdtz",
    ]  # fmt: skip
    list_filter = ["current_state", "language", "flow_version__name"]
    list_select_related = ["client", "user", "flow_version"]
    search_fields = ["client__name", "client__slug", "user__username"]
    id_fields = ("pk", "client_id")
    date_hierarchy = "cdtz"
    inlines = [EventInline, TurnInline, RecommendationInline, UploadInline]
    _answers = json_of("collected_data", label="answers (personal values are placeholders)")
    _dialogue = json_of("dialogue", label="where the conversation stands")
    readonly_fields = [_answers, _dialogue, "client_page", "whole_log", "tasks"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "session_id", "client_page", "user", "current_state", "language", "device", "flow_version",
                    "version", "last_event_number", "whole_log", "tasks",
                ]
            },
        ),
        ("Answers", {"fields": [_answers, _dialogue]}),
        (
            "First time of each stage",
            {
                "fields": [
                    "started_at", "engaged_at", "recommendations_generated_at", "approval_decision_at",
                    "completed_at", "last_heard_at", "last_activity_at", "cdtz", "mdtz",
                ],
                "description": "Where a stage is empty, the session has not come that far.",
            },
        ),
    ]  # fmt: skip

    @admin.display(description="client")
    def client_page(self, session: ConversationSession) -> str:
        return link(Client, session.client_id, session.client)

    @admin.display(description="event log")
    def whole_log(self, session: ConversationSession) -> str:
        return list_link(SessionEvent, f"{session.last_event_number} events", q=session.pk)

    @admin.display(description="tasks")
    def tasks(self, session: ConversationSession) -> str:
        return list_link(TaskRecord, "tasks about this session", q=session.pk)
