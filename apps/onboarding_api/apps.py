from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig


class AdminConfig(DjangoAdminConfig):
    default_site = "apps.onboarding.admin.site.OnboardingAdminSite"


class OnboardingApiConfig(AppConfig):
    name = "apps.onboarding_api"
    verbose_name = "Onboarding API"

    def ready(self) -> None:
        from apps.onboarding_api import checks  # noqa: F401 -- importing registers the checks
