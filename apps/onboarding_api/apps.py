from django.apps import AppConfig


class OnboardingApiConfig(AppConfig):
    name = "apps.onboarding_api"
    verbose_name = "Onboarding API"

    def ready(self) -> None:
        from apps.onboarding_api import checks  # noqa: F401 -- importing registers the checks
