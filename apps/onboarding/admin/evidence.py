"""What a session is made of: its events and turns."""

from __future__ import annotations

from django.contrib import admin

from apps.onboarding.admin.base import EvidenceAdmin
from apps.onboarding.admin.showing import NOTHING, excerpt, json_of, link, list_link, of_session, short
from apps.onboarding.models import Recommendation, SessionEvent, Turn, Upload
from apps.task_ledger.models import TaskRecord


@admin.register(SessionEvent)
class EventAdmin(EvidenceAdmin):
    list_display = ["occurred_at", of_session, "number", "kind", "actor", "correlation_id"]
    list_display_links = ["occurred_at"]
    list_filter = ["kind", "session__current_state"]
    list_select_related = ["actor"]
    search_fields = ["correlation_id"]
    search_help_text = "The id of a session, or a correlation id."
    id_fields = ("session_id",)
    date_hierarchy = "occurred_at"
    ordering = ["-occurred_at", "-pk"]
    _data = json_of("data", label="data, redacted")
    readonly_fields = [_data, of_session]
    fields = [of_session, "number", "kind", "occurred_at", "actor", "correlation_id", _data]


@admin.register(Turn)
class TurnAdmin(EvidenceAdmin):
    list_display = ["cdtz", of_session, "number", "kind", "status", "question", "answer", "confidence"]
    list_display_links = ["cdtz"]
    list_filter = ["status", "kind", "is_draft", "question"]
    search_fields = ["question"]
    search_help_text = "The id of a turn, a session or a task; or a question."
    id_fields = ("pk", "session_id", "task_id")
    date_hierarchy = "cdtz"
    ordering = ["-cdtz"]
    _choice, _pii, _facts = (json_of(name) for name in ("choice", "pii", "facts"))
    _commands, _reply = (json_of(name) for name in ("commands", "reply"))
    readonly_fields = [
        of_session, _choice, _pii, _facts, _commands, _reply, "upload_page", "recommendation_page", "task",
    ]  # fmt: skip
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "id", of_session, "number", "kind", "status", "question", "task", "cdtz", "finished_at",
                ]
            },
        ),
        (
            "The answer",
            {
                "fields": ["text", _choice, "upload_page", "confidence", "is_draft", _pii, _facts],
                "description": "Personal values stand as placeholders; the vault alone can give them back.",
            },
        ),
        ("What was made of it", {"fields": [_commands, _reply, "recommendation_page"]}),
    ]  # fmt: skip

    @admin.display(description="answer, redacted")
    def answer(self, turn: Turn) -> str:
        return excerpt(turn.text)

    @admin.display(description="upload")
    def upload_page(self, turn: Turn) -> str:
        return link(Upload, turn.upload_id, turn.upload) if turn.upload_id else NOTHING

    @admin.display(description="recommendation")
    def recommendation_page(self, turn: Turn) -> str:
        found = turn.recommendation_id
        return link(Recommendation, found, turn.recommendation) if found else NOTHING

    @admin.display(description="task")
    def task(self, turn: Turn) -> str:
        return list_link(TaskRecord, short(turn.task_id), q=turn.task_id) if turn.task_id else NOTHING
