"""What the virus scanner found. The files themselves are shown to nobody."""

from __future__ import annotations

from django.contrib import admin

from apps.onboarding.admin.base import EvidenceAdmin
from apps.onboarding.models import InfectedFile


@admin.register(InfectedFile)
class InfectedFileAdmin(EvidenceAdmin):
    list_display = ["found_at", "signature", "byte_size", "correlation_id"]
    list_display_links = ["found_at"]
    list_filter = ["signature"]
    search_fields = ["sha256", "signature", "=correlation_id"]
    search_help_text = "The id of a file or an upload; a SHA-256, a signature, a correlation id."
    id_fields = ("pk", "upload_id")
    ordering = ["-found_at"]
    fields = ["id", "found_at", "signature", "sha256", "byte_size", "correlation_id", "upload"]
