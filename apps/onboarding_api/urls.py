"""Every address of the product."""

from django.urls import path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView
from rest_framework_simplejwt.views import TokenObtainPairView

from apps.onboarding_api.views import (
    auth_views,
    conversation_views,
    event_views,
    health_views,
    recommendation_views,
    session_views,
    site_audit_views,
    task_views,
    upload_views,
)

API = "api/v1/"
ONBOARDING = f"{API}onboarding/"

urlpatterns = [
    path(f"{API}auth/token/", TokenObtainPairView.as_view(), name="token"),
    path(f"{API}auth/token/refresh/", auth_views.RefreshView.as_view(), name="token-refresh"),
    path(f"{ONBOARDING}conversation/", conversation_views.conversation_view, name="conversation"),
    path(f"{ONBOARDING}tasks/<uuid:task_id>/", task_views.TaskView.as_view(), name="task"),
    path(f"{ONBOARDING}sessions/", session_views.SessionListView.as_view(), name="sessions"),
    path(f"{ONBOARDING}sessions/<uuid:session_id>/", session_views.SessionView.as_view(), name="session"),
    path(f"{ONBOARDING}sessions/<uuid:session_id>/events/", event_views.events_view, name="events"),
    path(
        f"{ONBOARDING}sessions/<uuid:session_id>/recommendations/",
        recommendation_views.SessionRecommendationsView.as_view(),
        name="session-recommendations",
    ),
    path(
        f"{ONBOARDING}recommendations/<uuid:recommendation_id>/",
        recommendation_views.RecommendationView.as_view(),
        name="recommendation",
    ),
    path(
        f"{ONBOARDING}approve/<uuid:recommendation_id>/",
        recommendation_views.ApprovalView.as_view(),
        name="approve",
    ),
    path(
        f"{ONBOARDING}change-sets/<uuid:change_set_id>/revert/",
        recommendation_views.RevertView.as_view(),
        name="revert",
    ),
    path(f"{ONBOARDING}site-audit/", site_audit_views.SiteAuditView.as_view(), name="site-audit"),
    path(f"{ONBOARDING}documents/", upload_views.DocumentView.as_view(), name="documents"),
    path(f"{ONBOARDING}uploads/<uuid:upload_id>/", upload_views.UploadView.as_view(), name="upload"),
    path(
        f"{ONBOARDING}readings/<uuid:reading_id>/confirm/",
        upload_views.ReadingConfirmationView.as_view(),
        name="confirm-reading",
    ),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", SpectacularSwaggerView.as_view(url_name="schema"), name="docs"),
    path("health/live/", health_views.live, name="live"),
    path("health/ready/", health_views.ready, name="ready"),
    path("metrics", health_views.scrape, name="metrics"),
    path("", RedirectView.as_view(pattern_name="docs"), name="home"),
]
