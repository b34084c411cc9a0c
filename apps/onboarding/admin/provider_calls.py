"""What was asked of providers, how long it took and what it cost."""

from __future__ import annotations

from django.contrib import admin

from apps.onboarding.admin.base import EvidenceAdmin
from apps.onboarding.admin.showing import NOTHING, of_session
from apps.onboarding.models import ProviderCall


@admin.register(ProviderCall)
class ProviderCallAdmin(EvidenceAdmin):
    list_display = [
        "at",
        of_session,
        "service",
        "provider",
        "deed",
        "outcome",
        "took",
        "input_tokens",
        "output_tokens",
    ]
    list_filter = ["service", "outcome"]
    search_fields = ["provider", "model"]
    id_fields = ("session_id", "task_id")
    date_hierarchy = "at"
    readonly_fields = [of_session, "took", "cost"]
    fields = [
        of_session, "task_id", "service", "provider", "deed", "model", "outcome", "fault", "took", "input_tokens",
        "output_tokens", "cost", "at",
    ]  # fmt: skip

    @admin.display(description="seconds", ordering="seconds")
    def took(self, call: ProviderCall) -> str:
        return f"{call.seconds:.3f}"

    @admin.display(description="cost", ordering="cost_micros")
    def cost(self, call: ProviderCall) -> str:
        return NOTHING if call.cost_micros is None else f"{call.cost_micros / 1_000_000:.6f}"
