"""A weekly report as PDF, for who may open its page in the admin."""

from __future__ import annotations

from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from apps.onboarding.models import FunnelReport
from apps.onboarding_api.services.funnel_reports import pdf


@admin.site.admin_view
@require_safe
def report_pdf(request: HttpRequest, report_id: UUID) -> HttpResponse:
    if not request.user.has_perm("onboarding.view_funnelreport"):
        raise PermissionDenied
    report = get_object_or_404(FunnelReport, pk=report_id)
    headers = {
        "Content-Disposition": f'inline; filename="onboarding-{report.week}.pdf"',
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(
        pdf.render(report.html, title=report.subject), content_type="application/pdf", headers=headers
    )
