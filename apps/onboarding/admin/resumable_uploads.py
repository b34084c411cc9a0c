"""Files that come in pieces, and how far each has come."""

from __future__ import annotations

from django.contrib import admin

from apps.onboarding.admin.base import EvidenceAdmin
from apps.onboarding.admin.showing import of_session
from apps.onboarding.models import ResumableUpload


@admin.register(ResumableUpload)
class ResumableUploadAdmin(EvidenceAdmin):
    list_display = ["pk", of_session, "kind", "state", "received_bytes", "declared_bytes", "expires_at"]
    list_filter = ["state", "kind"]
    search_fields = ["=session__session_id", "=upload_id"]
    search_help_text = "The id of a session or of an upload."
    id_fields = ("session_id", "upload_id")
    ordering = ["-cdtz"]
    list_select_related = ["session"]
    readonly_fields = [of_session]
    fields = [
        of_session, "upload_id", "kind", "state", "display_name", "document_type", "received_bytes", "declared_bytes",
        "expires_at", "error", "cdtz",
    ]  # fmt: skip
