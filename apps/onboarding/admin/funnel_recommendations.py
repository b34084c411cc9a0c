"""What the funnel's optimizer predicted, what came of it, and the weekly reports that told of it."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from unfold.decorators import action, display

from apps.onboarding.admin.base import EvidenceAdmin, EvidenceInline
from apps.onboarding.admin.showing import json_of
from apps.onboarding.models import FunnelRecommendation, FunnelReport, FunnelReportDelivery

_DELIVERY = ["user", "state", "created_at", "next_at", "attempts", "sent_at", "fault"]


@admin.register(FunnelRecommendation)
class FunnelRecommendationAdmin(EvidenceAdmin):
    list_display = ["cdtz", "client", "title", "effort", "predicted", "status", "verdict_label", "realised"]
    list_filter = ["status", "verdict", "cause", "effort"]
    list_select_related = ["client"]
    search_fields = ["title", "key"]
    id_fields = ("pk", "client_id")
    _advice = json_of("advice")
    readonly_fields = [_advice]
    fields = [
        "id", "client", "title", "text", "worded_by", "stage", "cause", "effort", "window_start", "window_end",
        "predicted", "predicted_low", "predicted_high", "status", "decided_at", "decided_by", "verdict", "realised",
        "realised_low", "realised_high", "sessions_before", "sessions_after", "scored_at", _advice,
    ]  # fmt: skip

    @display(description="verdict", ordering="verdict", label={"hit": "success", "miss": "danger"})
    def verdict_label(self, row: FunnelRecommendation) -> str:
        return row.verdict


class DeliveryInline(EvidenceInline):
    model = FunnelReportDelivery
    fields = _DELIVERY
    readonly_fields = _DELIVERY


@admin.register(FunnelReport)
class FunnelReportAdmin(EvidenceAdmin):
    list_display = ["week", "client", "subject"]
    list_select_related = ["client"]
    search_fields = ["client__name"]
    id_fields = ("pk", "client_id")
    inlines = [DeliveryInline]
    fields = ["id", "client", "week", "subject", "text"]
    actions_detail = ["as_pdf"]

    @action(description="PDF", url_path="as-pdf", permissions=["view"])
    def as_pdf(self, request: HttpRequest, object_id: str) -> HttpResponseRedirect:  # noqa: ARG002 -- unfold asks so
        return redirect("funnel:report-pdf", object_id)


@admin.register(FunnelReportDelivery)
class FunnelReportDeliveryAdmin(EvidenceAdmin):
    list_display = ["pk", "report", "user", "state", "attempts", "sent_at", "fault"]
    list_filter = ["state"]
    list_select_related = ["report", "user"]
    search_fields = ["fault"]
    id_fields = ("report_id",)
    fields = ["report", *_DELIVERY]
