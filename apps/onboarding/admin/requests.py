"""Requests that were answered under an `Idempotency-Key`. The kept answers stay sealed."""

from __future__ import annotations

from django.contrib import admin

from apps.onboarding.admin.base import EvidenceAdmin
from apps.onboarding.models import IdempotencyRecord


@admin.register(IdempotencyRecord)
class IdempotencyRecordAdmin(EvidenceAdmin):
    list_display = ["cdtz", "user", "status", "key_digest", "locked_until"]
    list_filter = [("status", admin.AllValuesFieldListFilter)]
    list_select_related = ["user"]
    search_fields = ["user__username", "key_digest"]
    search_help_text = "Who asked, or the SHA-256 of method, path and key."
    id_fields = ()
    date_hierarchy = "cdtz"
    ordering = ["-cdtz"]
    fields = ["user", "key_digest", "body_digest", "status", "locked_until", "cdtz", "mdtz"]
