"""Every address of the product."""

from django.urls import path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from apps.onboarding_api.views import (
    analytics_dashboard_views,
    auth_views,
    conversation_views,
    direct_upload_views,
    dlq_admin_views,
    dlq_bulk_views,
    download_views,
    event_views,
    experiment_views,
    funnel_analytics_views,
    funnel_optimizer_views,
    funnel_report_views,
    health_views,
    quota_views,
    recommendation_views,
    session_views,
    site_audit_views,
    task_views,
    tus_views,
    upload_views,
)

API = "api/v1/"
ONBOARDING = f"{API}onboarding/"
ANALYTICS = f"{ONBOARDING}analytics/"
DASHBOARD = f"{ONBOARDING}dashboard/"
DLQ = f"{API}admin/dlq/"
EXPERIMENTS = f"{ONBOARDING}experiments/"

urlpatterns = [
    path(f"{API}auth/token/", auth_views.TokenView.as_view(), name="token"),
    path(f"{API}auth/token/refresh/", auth_views.RefreshView.as_view(), name="token-refresh"),
    path(f"{ONBOARDING}conversation/", conversation_views.conversation_view, name="conversation"),
    path(f"{ONBOARDING}tasks/<uuid:task_id>/", task_views.TaskView.as_view(), name="task"),
    path(f"{ONBOARDING}sessions/", session_views.SessionListView.as_view(), name="sessions"),
    path(f"{ONBOARDING}sessions/<uuid:session_id>/", session_views.SessionView.as_view(), name="session"),
    path(f"{ONBOARDING}sessions/<uuid:session_id>/quota/", quota_views.QuotaView.as_view(), name="quota"),
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
        f"{ONBOARDING}uploads/<uuid:upload_id>/file/",
        download_views.UploadFileView.as_view(),
        name="upload-file",
    ),
    path("files/<str:token>", download_views.file_view, name="file"),
    path(
        f"{ONBOARDING}uploads/resumable/",
        tus_views.ResumableUploadsView.as_view(),
        name="resumable-uploads",
    ),
    path(
        f"{ONBOARDING}uploads/resumable/<uuid:resumable_id>/",
        tus_views.resumable_view,
        name="resumable-upload",
    ),
    path(
        f"{ONBOARDING}uploads/direct/",
        direct_upload_views.DirectUploadsView.as_view(),
        name="direct-uploads",
    ),
    path(
        f"{ONBOARDING}uploads/direct/<uuid:resumable_id>/complete/",
        direct_upload_views.DirectUploadView.as_view(),
        name="complete-direct-upload",
    ),
    path(
        f"{ONBOARDING}readings/<uuid:reading_id>/confirm/",
        upload_views.ReadingConfirmationView.as_view(),
        name="confirm-reading",
    ),
    path(f"{ANALYTICS}funnel/", funnel_analytics_views.FunnelView.as_view(), name="analytics-funnel"),
    path(
        f"{ANALYTICS}drop-off-heatmap/",
        funnel_analytics_views.HeatmapView.as_view(),
        name="analytics-heatmap",
    ),
    path(
        f"{ANALYTICS}cohort-comparison/",
        funnel_analytics_views.CohortComparisonView.as_view(),
        name="analytics-cohorts",
    ),
    path(f"{ANALYTICS}slice/", funnel_analytics_views.SliceView.as_view(), name="analytics-slice"),
    path(
        f"{ANALYTICS}sessions/",
        funnel_analytics_views.FunnelSessionsView.as_view(),
        name="analytics-sessions",
    ),
    path(
        f"{DASHBOARD}funnel-realtime/",
        analytics_dashboard_views.RealtimeView.as_view(),
        name="dashboard-realtime",
    ),
    path(
        f"{DASHBOARD}drop-off-heatmap/",
        analytics_dashboard_views.DashboardHeatmapView.as_view(),
        name="dashboard-heatmap",
    ),
    path(
        f"{DASHBOARD}overview/", analytics_dashboard_views.OverviewView.as_view(), name="dashboard-overview"
    ),
    path(
        f"{DASHBOARD}session-replay/<uuid:session_id>/",
        analytics_dashboard_views.ReplayView.as_view(),
        name="dashboard-replay",
    ),
    path(EXPERIMENTS, experiment_views.ExperimentsView.as_view(), name="experiments"),
    path(f"{EXPERIMENTS}<uuid:experiment_id>/", experiment_views.ExperimentView.as_view(), name="experiment"),
    path(
        f"{EXPERIMENTS}<uuid:experiment_id>/start/",
        experiment_views.ExperimentStartView.as_view(),
        name="experiment-start",
    ),
    path(
        f"{EXPERIMENTS}<uuid:experiment_id>/stop/",
        experiment_views.ExperimentStopView.as_view(),
        name="experiment-stop",
    ),
    path(
        f"{EXPERIMENTS}<uuid:experiment_id>/results/",
        experiment_views.ExperimentResultsView.as_view(),
        name="experiment-results",
    ),
    path(
        f"{EXPERIMENTS}<uuid:experiment_id>/roll-out/",
        experiment_views.ExperimentRollOutView.as_view(),
        name="experiment-roll-out",
    ),
    path(
        f"{ANALYTICS}recommendations/",
        funnel_optimizer_views.FunnelRecommendationsView.as_view(),
        name="funnel-recommendations",
    ),
    path(
        f"{ANALYTICS}recommendations/<uuid:recommendation_id>/",
        funnel_optimizer_views.FunnelRecommendationView.as_view(),
        name="funnel-recommendation",
    ),
    path(f"{ANALYTICS}reports/", funnel_report_views.FunnelReportsView.as_view(), name="funnel-reports"),
    path(
        f"{ANALYTICS}reports/<uuid:report_id>/",
        funnel_report_views.FunnelReportView.as_view(),
        name="funnel-report",
    ),
    path(f"{DLQ}tasks/", dlq_admin_views.DeadLettersView.as_view(), name="dlq-tasks"),
    path(f"{DLQ}tasks/<str:task_id>/", dlq_admin_views.DeadLetterView.as_view(), name="dlq-task"),
    path(
        f"{DLQ}tasks/<str:task_id>/retry/",
        dlq_admin_views.DeadLetterRetryView.as_view(),
        name="dlq-task-retry",
    ),
    path(f"{DLQ}stats/", dlq_admin_views.DeadLetterStatsView.as_view(), name="dlq-stats"),
    path(f"{DLQ}causes/", dlq_admin_views.DeadLetterCausesView.as_view(), name="dlq-causes"),
    path(f"{DLQ}clear/", dlq_admin_views.ClearDeadLettersView.as_view(), name="dlq-clear"),
    path(f"{DLQ}retry/", dlq_bulk_views.BulkRetryView.as_view(), name="dlq-retry"),
    path(f"{DLQ}bulk/", dlq_bulk_views.BulksView.as_view(), name="dlq-bulks"),
    path(f"{DLQ}bulk/<uuid:bulk_id>/", dlq_bulk_views.BulkView.as_view(), name="dlq-bulk"),
    path(f"{DLQ}bulk/<uuid:bulk_id>/stop/", dlq_bulk_views.BulkStopView.as_view(), name="dlq-bulk-stop"),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", SpectacularSwaggerView.as_view(url_name="schema"), name="docs"),
    path("health/live/", health_views.live, name="live"),
    path("health/ready/", health_views.ready, name="ready"),
    path("metrics", health_views.scrape, name="metrics"),
    path("", RedirectView.as_view(pattern_name="docs"), name="home"),
]
