"""Files that came in, and meter readings."""

from __future__ import annotations

from django.contrib import admin
from django.template.defaultfilters import filesizeformat

from apps.onboarding.admin.base import EvidenceAdmin
from apps.onboarding.admin.showing import NOTHING, json_of, link, list_link, of_session, short
from apps.onboarding.models import MeterReading, Upload
from apps.task_ledger.models import TaskRecord


@admin.register(Upload)
class UploadAdmin(EvidenceAdmin):
    list_display = [
        "cdtz",
        of_session,
        "kind",
        "status",
        "display_name",
        "content_type",
        "size",
        "document_type",
        "position_verdict",
    ]
    list_display_links = ["cdtz"]
    list_filter = ["status", "kind", "content_type", "position_source", "position_verdict"]
    search_fields = ["display_name", "sha256", "original_sha256"]
    search_help_text = "The id of an upload, a session or a task; a name or a SHA-256."
    id_fields = ("pk", "session_id", "task_id")
    date_hierarchy = "cdtz"
    _findings = json_of("findings", label="what was understood, sanitised")
    _error = json_of("error")
    readonly_fields = [
        of_session,
        "size",
        "original_size",
        "pixels",
        "duplicate",
        _findings,
        _error,
        "reading_page",
        "task",
    ]
    fieldsets = [
        (None, {"fields": ["id", of_session, "kind", "document_type", "status", "task", "cdtz"]}),
        ("The file", {"fields": ["display_name", "storage_key", "content_type", "size", "sha256"]}),
        (
            "The photo",
            {
                "fields": [
                    "prepared_at",
                    "pixels",
                    "thumbnail_key",
                    "perceptual_hash",
                    "duplicate",
                    "original_content_type",
                    "original_size",
                    "original_sha256",
                ]
            },
        ),
        (
            "Where and when",
            {
                "fields": [
                    "latitude",
                    "longitude",
                    "position_source",
                    "position_accuracy",
                    "captured_at",
                    "position_verdict",
                ]
            },
        ),
        ("What was made of it", {"fields": [_findings, "reading_page", _error]}),
    ]

    @admin.display(description="size", ordering="byte_size")
    def size(self, upload: Upload) -> str:
        return filesizeformat(upload.byte_size)

    @admin.display(description="original size")
    def original_size(self, upload: Upload) -> str:
        return NOTHING if upload.original_byte_size is None else filesizeformat(upload.original_byte_size)

    @admin.display(description="pixels")
    def pixels(self, upload: Upload) -> str:
        return f"{upload.width} x {upload.height}" if upload.width else NOTHING

    @admin.display(description="duplicate of")
    def duplicate(self, upload: Upload) -> str:
        return (
            link(Upload, upload.duplicate_of_id, short(upload.duplicate_of_id))
            if upload.duplicate_of_id
            else NOTHING
        )

    @admin.display(description="meter reading")
    def reading_page(self, upload: Upload) -> str:
        found = MeterReading.objects.filter(upload=upload).first()
        return link(MeterReading, found.pk, found) if found else NOTHING

    @admin.display(description="task")
    def task(self, upload: Upload) -> str:
        return list_link(TaskRecord, short(upload.task_id), q=upload.task_id) if upload.task_id else NOTHING


@admin.register(MeterReading)
class MeterReadingAdmin(EvidenceAdmin):
    list_display = [
        "cdtz", "upload_page", "value", "unit", "confidence", "needs_confirmation", "confirmed_value", "confirmed_by",
    ]  # fmt: skip
    list_filter = ["needs_confirmation", "unit"]
    list_select_related = ["confirmed_by"]
    search_fields = ["value", "confirmed_value"]
    search_help_text = "The id of a reading, an upload or a session; or digits."
    id_fields = ("pk", "upload_id", "upload__session_id")
    date_hierarchy = "cdtz"
    _candidates = json_of("candidates", label="other ways to read it")
    readonly_fields = ["upload_page", _candidates]
    fields = [
        "id", "upload_page", "value", "unit", "confidence", _candidates, "needs_confirmation", "confirmed_value",
        "confirmed_by", "confirmed_at",
    ]  # fmt: skip

    @admin.display(description="upload")
    def upload_page(self, reading: MeterReading) -> str:
        return link(Upload, reading.upload_id, short(reading.upload_id))
