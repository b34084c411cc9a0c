from django.contrib.admin.apps import AdminConfig


class OnboardingAdminConfig(AdminConfig):
    """Django's admin, with our site in place of the default one."""

    default_site = "apps.onboarding.admin.site.OnboardingAdminSite"
