"""The funnel: when silence counts as giving up, and how figures are shown."""

from __future__ import annotations

from dataclasses import dataclass

from intelliwiz_config.settings import env


@dataclass(frozen=True)
class FunnelSettings:
    abandonment_hours: int
    """A session that is silent for longer has been given up. Figures are computed anew where this changes."""
    time_zone: str
    """IANA name: whose days the sum over all clients is counted in. A client's own figures use the client's zone."""
    enough_sessions: int
    """Rates of fewer sessions are shown as not yet telling."""
    fold_seconds: float
    """How often the keeper brings the figures up to date."""


ENABLE_FUNNEL_ANALYTICS = env.boolean("ENABLE_FUNNEL_ANALYTICS", True)
FUNNEL = FunnelSettings(
    abandonment_hours=env.integer("FUNNEL_ABANDONMENT_HOURS", 72, low=1, high=24 * 60),
    time_zone=env.text("FUNNEL_TIME_ZONE", "Asia/Kolkata"),
    enough_sessions=env.integer("FUNNEL_ENOUGH_SESSIONS", 30, low=1, high=10_000),
    fold_seconds=env.number("FUNNEL_FOLD_SECONDS", 0.5, low=0.05, high=60),
)
