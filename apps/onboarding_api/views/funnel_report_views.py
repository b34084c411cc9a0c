"""The weekly reports again, for whoever may see the client's figures: as they were sent, or as PDF."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.utils.cache import patch_vary_headers
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.generics import ListAPIView
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.onboarding.errors import NotFound
from apps.onboarding.models import Client, FunnelReport
from apps.onboarding_api.serializers import funnel_report_serializers as shapes
from apps.onboarding_api.services.funnel_reports import pdf
from apps.onboarding_api.views import openapi
from apps.onboarding_api.views.analytics_answers import ExportNegotiation, understood
from apps.onboarding_api.views.people import signed_in

_BAD = 400
_PRIVATE = {"Cache-Control": "private, no-store"}


class PdfRenderer(BaseRenderer):
    """A report on pages; problems are still JSON."""

    media_type = "application/pdf"
    format = "pdf"
    charset = None
    render_style = "binary"

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None
    ) -> bytes:
        if (renderer_context or {})["response"].status_code >= _BAD:
            return bytes(JSONRenderer().render(data))
        return pdf.render(data["html"], title=data["subject"])


@extend_schema_view(
    get=extend_schema(
        operation_id="analytics_reports",
        parameters=[shapes.ReportsQuerySerializer],
        responses={200: shapes.ReportRowSerializer(many=True), **openapi.problems(400, 401, 404)},
    )
)
class FunnelReportsView(ListAPIView):
    """Weekly reports, the last first."""

    serializer_class = shapes.ReportRowSerializer

    def get_queryset(self) -> QuerySet[FunnelReport]:
        asked = understood(shapes.ReportsQuerySerializer, self.request).validated_data
        rows = _visible(signed_in(self.request))
        return rows.filter(client=asked["client_id"]) if "client_id" in asked else rows


class FunnelReportView(APIView):
    """One weekly report: text and HTML as they were sent, or a PDF of the same."""

    renderer_classes = [JSONRenderer, PdfRenderer]
    content_negotiation_class = ExportNegotiation

    @extend_schema(
        operation_id="analytics_report",
        parameters=[shapes.ReportExportSerializer],
        responses={
            (200, "application/json"): shapes.ReportSerializer,
            (200, "application/pdf"): OpenApiTypes.BINARY,
            **openapi.problems(400, 401, 404),
        },
    )
    def get(self, request: Request, report_id: UUID) -> Response:
        asked = understood(shapes.ReportExportSerializer, request).validated_data
        report = _visible(signed_in(request)).filter(pk=report_id).first()
        if report is None:
            raise NotFound("no such report")
        answer = Response(shapes.ReportSerializer(report).data, headers=_PRIVATE)
        if "export" in asked:
            name = f"onboarding-{report.week}.{request.accepted_renderer.format}"
            answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        patch_vary_headers(answer, ["Authorization", "Cookie"])
        return answer


def _visible(user: User) -> QuerySet[FunnelReport]:
    """Of every client for staff, else of those that the user belongs to."""
    rows = FunnelReport.objects.order_by("-cdtz")
    return rows if user.is_staff else rows.filter(client__in=Client.objects.visible_to(user))
