"""What the funnel counted of each session, and which past figures changed; the sums have keys no page can take."""

from __future__ import annotations

from django.contrib import admin

from apps.onboarding.admin.base import EvidenceAdmin
from apps.onboarding.models import FunnelDirty, FunnelFact, FunnelRestatement, FunnelScope, FunnelState


@admin.register(FunnelFact)
class FunnelFactAdmin(EvidenceAdmin):
    list_display = [
        "pk",
        "started_at",
        "furthest",
        "outcome",
        "reason",
        "left_at",
        "language",
        "device",
        "flow",
    ]
    list_filter = ["outcome", "reason", "furthest", "language"]
    search_fields = ["=session_id", "=client_id"]
    search_help_text = "The id of a session or of a client."
    id_fields = ("session_id", "client_id")
    ordering = ["-started_at"]


@admin.register(FunnelRestatement)
class FunnelRestatementAdmin(EvidenceAdmin):
    list_display = ["pk", "noted_at", "day", "cause", "changes"]
    list_filter = ["cause"]
    search_fields = ["=scope"]
    search_help_text = "The id of a client."
    id_fields = ("scope",)
    ordering = ["-noted_at"]


@admin.register(FunnelScope)
class FunnelScopeAdmin(EvidenceAdmin):
    list_display = ["pk", "revision", "time_zone", "changed_at"]
    search_fields = ["=scope"]
    search_help_text = "The id of a client; the one of zeros is the sum over all."
    id_fields = ("scope",)


@admin.register(FunnelState)
class FunnelStateAdmin(EvidenceAdmin):
    list_display = ["pk", "rule", "silence_until", "folded_at"]


@admin.register(FunnelDirty)
class FunnelDirtyAdmin(EvidenceAdmin):
    list_display = ["pk", "session_id"]
    search_fields = ["=session_id"]
    search_help_text = "The id of a session."
    id_fields = ("session_id",)
