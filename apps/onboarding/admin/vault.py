"""Which personal values a session holds: their kinds and placeholders. The values themselves are never shown."""

from __future__ import annotations

from django.contrib import admin

from apps.onboarding.admin.base import EvidenceAdmin
from apps.onboarding.admin.showing import of_session
from apps.onboarding.models import VaultEntry


@admin.register(VaultEntry)
class VaultEntryAdmin(EvidenceAdmin):
    list_display = ["cdtz", of_session, "placeholder", "kind", "expires_at"]
    list_filter = ["kind", ("expires_at", admin.EmptyFieldListFilter)]
    search_fields = ["placeholder"]
    search_help_text = "The id of a session, or a placeholder."
    id_fields = ("session_id",)
    date_hierarchy = "cdtz"
    ordering = ["-cdtz"]
    readonly_fields = [of_session]
    fields = [of_session, "placeholder", "kind", "expires_at", "cdtz"]
    exclude = ["sealed", "lookup"]
