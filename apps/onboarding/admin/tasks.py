"""The ledger of tasks: what was committed, where it stands, why it failed. The arguments stay sealed."""

from __future__ import annotations

from django.contrib import admin

from apps.onboarding.admin.base import EvidenceAdmin
from apps.onboarding.admin.showing import NOTHING, json_of, link, short
from apps.onboarding.models import Client, ConversationSession
from apps.task_ledger.models import TaskRecord


@admin.register(TaskRecord)
class TaskRecordAdmin(EvidenceAdmin):
    list_display = [
        "created_at", "name", "state", "queue", "attempt", "deliveries", "session", "error_code", "finished_at",
    ]  # fmt: skip
    list_filter = ["state", "name", "queue"]
    search_fields = ["name", "correlation_id"]
    search_help_text = "The id of a task, a session or a client; a task's name or a correlation id."
    id_fields = ("pk", "subject_id", "client_id")
    date_hierarchy = "created_at"
    _result = json_of("result", label="result: ids and states")
    _error = json_of("error", label="error, scrubbed")
    readonly_fields = ["session", "client", _result, _error]
    exclude = ["sealed_payload"]
    fieldsets = [
        (
            None,
            {"fields": ["id", "name", "state", "queue", "session", "client", "correlation_id", "created_at"]},
        ),
        ("Outcome", {"fields": [_result, _error, "cause", "finished_at"]}),
        (
            "Runs",
            {
                "fields": [
                    "generation", "attempt", "deliveries", "publishes", "fence", "owner", "due_at", "deadline_at",
                    "lease_expires_at", "parked_on", "published_at", "started_at", "last_started_at", "payload_version",
                ]
            },
        ),
    ]  # fmt: skip

    @admin.display(description="session")
    def session(self, task: TaskRecord) -> str:
        subject = task.subject_id
        return link(ConversationSession, subject, short(subject)) if subject else NOTHING

    @admin.display(description="client")
    def client(self, task: TaskRecord) -> str:
        return link(Client, task.client_id, short(task.client_id)) if task.client_id else NOTHING

    @admin.display(description="error")
    def error_code(self, task: TaskRecord) -> str:
        return str((task.error or {}).get("code", NOTHING))
