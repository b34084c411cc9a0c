"""Alerts: what was wrong, who was told by which channel, and who looks after it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from unfold.decorators import display

from apps.onboarding.admin.base import EvidenceAdmin, EvidenceInline
from apps.onboarding.admin.showing import json_of, link
from apps.onboarding.models import AlertDelivery, AlertIncident

_FIELDS = ["occasion", "channel", "state", "episode", "not_before", "attempts", "sent_at", "next_at", "fault"]


class DeliveryInline(EvidenceInline):
    model = AlertDelivery
    fields = _FIELDS
    readonly_fields = _FIELDS


class IsOpen(admin.SimpleListFilter):
    title = "state"
    parameter_name = "over"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:  # noqa: ARG002 -- Django asks so
        return [("no", "Open"), ("yes", "Over")]

    def queryset(self, request: HttpRequest, rows: QuerySet[AlertIncident]) -> QuerySet[AlertIncident]:  # noqa: ARG002 -- as above
        return rows if self.value() is None else rows.filter(resolved_at__isnull=self.value() == "no")


@admin.register(AlertIncident)
class AlertIncidentAdmin(EvidenceAdmin):
    list_display = [
        "opened_at", "severity_label", "rule", "key", "count", "notified_at", "escalated_at", "acknowledged_by",
        "resolved_at",
    ]  # fmt: skip
    list_filter = [IsOpen, "severity", "rule"]
    list_select_related = ["acknowledged_by"]
    search_fields = ["rule", "key"]
    search_help_text = "The id of an incident, or the name of a rule, task or queue."
    date_hierarchy = "opened_at"
    actions = ["acknowledge"]
    inlines = [DeliveryInline]
    _facts = json_of("facts")
    readonly_fields = [_facts]
    fields = [
        "id", "rule", "key", "severity", _facts, "count", "opened_at", "last_seen_at", "reopened", "told_from",
        "notified_at", "escalated_at", "acknowledged_at", "acknowledged_by", "resolved_at",
    ]  # fmt: skip

    @display(description="severity", ordering="severity", label={"critical": "danger", "warning": "warning"})
    def severity_label(self, incident: AlertIncident) -> str:
        return incident.severity

    @admin.action(description="Acknowledge: somebody looks after it", permissions=["acknowledge"])
    def acknowledge(self, request: HttpRequest, rows: QuerySet[AlertIncident]) -> None:
        # The page is for staff who are signed in; the type of `request.user` does not say so.
        noted = sum(incident.acknowledge(user=request.user) for incident in rows)  # type: ignore[arg-type]  # as said
        self.message_user(request, f"{noted} acknowledged, {len(rows) - noted} were so already, or are over.")

    def has_acknowledge_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("onboarding.acknowledge_alertincident")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """The list says by which ways alerts leave this installation."""
        if request.method == "GET":
            outside = ", ".join(settings.ALERTS.outside_channels)
            if outside:
                messages.info(request, f"Alerts go to the log and to: {outside}.")
            else:
                messages.warning(
                    request, "No channel to people is configured: alerts stand in the log `alerts` only."
                )
        return super().changelist_view(request, extra_context)


@admin.register(AlertDelivery)
class AlertDeliveryAdmin(EvidenceAdmin):
    list_display = ["created_at", "alert", "occasion", "channel", "state", "attempts", "sent_at", "fault"]
    list_filter = ["state", "channel", "occasion"]
    list_select_related = ["incident"]
    search_fields = ["incident__rule", "incident__key"]
    search_help_text = "The id of an incident, or the name of a rule, task or queue."
    id_fields = ("incident_id",)
    date_hierarchy = "created_at"
    fields = ["alert", *_FIELDS, "created_at"]
    readonly_fields = ["alert"]

    @admin.display(description="alert")
    def alert(self, delivery: AlertDelivery) -> str:
        return link(AlertIncident, delivery.incident_id, delivery.incident)
