"""What each session has taken of its upload quotas."""

from __future__ import annotations

from django.contrib import admin

from apps.onboarding.admin.base import EvidenceAdmin
from apps.onboarding.admin.showing import of_session
from apps.onboarding.models import UploadQuota


@admin.register(UploadQuota)
class UploadQuotaAdmin(EvidenceAdmin):
    list_display = ["pk", of_session, "photos", "documents", "bytes"]
    search_fields = ["=session__session_id"]
    search_help_text = "The id of a session."
    id_fields = ("session_id",)
    ordering = ["-bytes"]
    readonly_fields = [of_session]
    fields = [of_session, "photos", "documents", "bytes", "version"]
