"""Django's admin, with our site in place of the default one."""

from __future__ import annotations

from importlib import import_module

from django.contrib.admin.apps import AdminConfig


class OnboardingAdminConfig(AdminConfig):
    default_site = "apps.onboarding.admin.site.OnboardingAdminSite"

    def ready(self) -> None:
        """Register the pages. This package is imported before the models are, so it cannot do so by itself."""
        super().ready()
        import_module("apps.onboarding.admin.pages")
