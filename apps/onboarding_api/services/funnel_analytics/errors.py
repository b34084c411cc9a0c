"""What can be said of the funnel when it cannot answer."""

from __future__ import annotations

from apps.onboarding.errors import Conflict


class FunnelAnalyticsOff(Conflict):
    """Nobody counts: figures would be old or empty, and would look like real ones."""

    code = "funnel_analytics_off"
    user_message = "Analytics are switched off on this installation."
    next_actions: tuple[str, ...] = ("ask_an_administrator",)
