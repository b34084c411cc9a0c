"""What happened to tasks: failed runs, deeds of people, bulks, and the count of all that were committed."""

from __future__ import annotations

from django.contrib import admin

from apps.onboarding.admin.base import EvidenceAdmin, EvidenceInline
from apps.onboarding.admin.showing import json_of, link, short
from apps.task_ledger.models import (
    BulkRedrive,
    BulkRedriveItem,
    TaskAction,
    TaskAttempt,
    TaskRecord,
    TaskTally,
)


@admin.display(description="task", ordering="task_id")
def task(row: TaskAttempt | BulkRedriveItem) -> str:
    return link(TaskRecord, row.task_id, short(row.task_id))


@admin.register(TaskAttempt)
class TaskAttemptAdmin(EvidenceAdmin):
    """Every run that did not end in done."""

    list_display = ["ended_at", task, "outcome", "generation", "attempt", "fence", "host"]
    list_filter = ["outcome"]
    search_fields = ["task__name"]
    id_fields = ("task_id",)
    date_hierarchy = "ended_at"
    _error = json_of("error", label="error, sanitised")
    readonly_fields = [task, _error]
    fields = [
        task, "generation", "attempt", "fence", "outcome", "started_at", "ended_at", "host", _error, "traceback",
    ]  # fmt: skip


@admin.register(TaskAction)
class TaskActionAdmin(EvidenceAdmin):
    """Who did what to which task. The database refuses to change these rows."""

    list_display = ["at", "operation", "actor", "task_name", "task_id", "generation", "reason"]
    list_filter = ["operation", "task_name"]
    search_fields = ["task_name", "reason"]
    id_fields = ("task_id",)
    date_hierarchy = "at"
    _details = json_of("details")
    readonly_fields = [_details]
    exclude = ["details"]


class BulkItemInline(EvidenceInline):
    model = BulkRedriveItem
    fields = ["position", task, "generation", "state", "why"]
    readonly_fields = ["position", task, "generation", "state", "why"]
    ordering = ["position"]


@admin.register(BulkRedrive)
class BulkRedriveAdmin(EvidenceAdmin):
    list_display = ["created_at", "state", "total", "rate_per_minute", "actor", "finished_at", "why_stopped"]
    list_filter = ["state"]
    _filters = json_of("filters")
    readonly_fields = [_filters]
    exclude = ["filters"]
    inlines = [BulkItemInline]


@admin.register(BulkRedriveItem)
class BulkRedriveItemAdmin(EvidenceAdmin):
    list_display = ["bulk", "position", task, "generation", "state", "why"]
    list_filter = ["state"]
    list_select_related = ["bulk"]
    id_fields = ("task_id", "bulk_id")
    readonly_fields = [task]


@admin.register(TaskTally)
class TaskTallyAdmin(EvidenceAdmin):
    """The count of committed and forgotten tasks, apart from their rows: the two sides of the balance."""

    list_display = ["pk", "kind", "n"]
    list_filter = ["kind"]
    id_fields = ()
