from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    # Before the admin's own addresses, which would take it for an app.
    path("admin/dead-letters/", include("apps.onboarding_api.views.dlq_pages.urls")),
    path("admin/funnel/", include("apps.onboarding_api.views.funnel_pages.urls")),
    path("admin/", admin.site.urls),
    path("", include("apps.onboarding_api.urls")),
]

handler400 = "apps.onboarding_api.views.error_views.bad_request"
handler403 = "apps.onboarding_api.views.error_views.permission_denied"
handler404 = "apps.onboarding_api.views.error_views.page_not_found"
handler500 = "apps.onboarding_api.views.error_views.server_error"
