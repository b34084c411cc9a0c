"""The addresses of the pages, under `admin/funnel/`."""

from django.urls import path

from apps.onboarding_api.views.funnel_pages import overview, replay, reports, sessions

app_name = "funnel"
urlpatterns = [
    path("", overview.overview, name="overview"),
    path("sessions/", sessions.sessions, name="sessions"),
    path("sessions/<uuid:session_id>/", replay.replay, name="replay"),
    path("reports/<uuid:report_id>/pdf/", reports.report_pdf, name="report-pdf"),
]
