"""The admin site: Unfold's, under our name."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from unfold.sites import UnfoldAdminSite

_COLOUR_OF_ENVIRONMENT = {"production": "danger", "test": "warning"}


class OnboardingAdminSite(UnfoldAdminSite):
    site_header = "IntelliWiz Onboarding"
    site_title = "IntelliWiz Onboarding"
    index_title = "Administration"


def environment(request: HttpRequest) -> list[str]:  # noqa: ARG001 -- Unfold calls it with the request
    """Which settings run, as a badge: `[text, colour]`."""
    name: str = settings.ENVIRONMENT
    return [name, _COLOUR_OF_ENVIRONMENT.get(name, "info")]
