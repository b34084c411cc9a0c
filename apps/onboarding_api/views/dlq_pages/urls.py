"""The addresses of the pages, under `admin/dead-letters/`."""

from django.urls import path

from apps.onboarding_api.views.dlq_pages import bulk_discard, bulk_retry, entries, entry, overview

app_name = "dead_letters"
urlpatterns = [
    path("", overview.overview, name="overview"),
    path("entries/", entries.entries, name="entries"),
    path("retry-all/", bulk_retry.preview, name="retry-all"),
    path("discard-all/", bulk_discard.preview, name="discard-all"),
    path("bulk/<uuid:bulk_id>/", bulk_retry.progress, name="bulk"),
    path("<uuid:task_id>/", entry.entry, name="entry"),
]
