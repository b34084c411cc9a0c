from django.apps import AppConfig


class OnboardingApiConfig(AppConfig):
    name = "apps.onboarding_api"
    verbose_name = "Onboarding API"

    def ready(self) -> None:
        from apps.onboarding.admin import plain_text
        from apps.onboarding_api import checks  # noqa: F401 -- importing registers the checks
        from apps.onboarding_api.services import circuit_breaker, funnel_optimizer, health  # noqa: F401 -- readiness counts from here on
        from apps.onboarding_api.services.funnel_analytics import advice
        from apps.task_ledger import parking

        circuit_breaker.on_close(parking.release)
        advice.ask_too(funnel_optimizer.about)
        plain_text.use(_personal_kinds)


def _personal_kinds(text: str) -> frozenset[str]:
    # Imported with the first page that is saved: the engine is no part of starting up.
    from apps.onboarding_api.services.pii_integration import get_pii_service

    return frozenset(get_pii_service().redact(text).counts)
