"""The admin site: Unfold's, under our name."""

from __future__ import annotations

from unfold.sites import UnfoldAdminSite


class OnboardingAdminSite(UnfoldAdminSite):
    site_header = "IntelliWiz Onboarding"
    site_title = "IntelliWiz Onboarding"
    index_title = "Administration"
