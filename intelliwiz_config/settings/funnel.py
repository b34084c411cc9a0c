"""The funnel: when silence counts as giving up, and how figures are shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

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
    completion_value: float | None
    """What a completed onboarding is worth, in `currency`; None: not stated, and nothing is said in money."""
    currency: str
    effort_costs: Mapping[str, float]
    """What a change of low, medium and high effort costs; empty: not stated."""
    report_font: Path | None
    """A TrueType font for letters that the PDF's own font lacks."""


def _costs(given: tuple[str, ...]) -> Mapping[str, float]:
    if not given:
        return MappingProxyType({})
    try:
        costs = [float(one) for one in given]
    except ValueError:
        costs = []
    if len(costs) != len(_EFFORTS) or not all(0 < cost < float("inf") for cost in costs):
        env.problems.append(
            "FUNNEL_EFFORT_COSTS must be three numbers above 0: what low, medium and high effort cost"
        )
        return MappingProxyType({})
    return MappingProxyType(dict(zip(_EFFORTS, costs, strict=True)))


_EFFORTS = ("low", "medium", "high")


def _font(name: str) -> Path | None:
    if not name:
        return None
    found = Path(name).expanduser().absolute()
    try:
        with found.open("rb") as file:
            is_font = file.read(4) in _TRUE_TYPE
    except OSError:
        is_font = False
    if not is_font:
        env.problems.append("FUNNEL_REPORT_FONT must be the path of a TrueType font (.ttf)")
    return found if is_font else None


_TRUE_TYPE = (b"\0\1\0\0", b"true")
"""What such a file begins with."""


ENABLE_FUNNEL_ANALYTICS = env.boolean("ENABLE_FUNNEL_ANALYTICS", True)
FUNNEL = FunnelSettings(
    abandonment_hours=env.integer("FUNNEL_ABANDONMENT_HOURS", 72, low=1, high=24 * 60),
    time_zone=env.text("FUNNEL_TIME_ZONE", "Asia/Kolkata"),
    enough_sessions=env.integer("FUNNEL_ENOUGH_SESSIONS", 30, low=1, high=10_000),
    fold_seconds=env.number("FUNNEL_FOLD_SECONDS", 0.5, low=0.05, high=60),
    completion_value=env.number("FUNNEL_COMPLETION_VALUE", 0, low=0) or None,
    currency=env.text("FUNNEL_CURRENCY", "INR"),
    effort_costs=_costs(env.words("FUNNEL_EFFORT_COSTS")),
    report_font=_font(env.text("FUNNEL_REPORT_FONT")),
)
ENABLE_FUNNEL_REPORTS = env.boolean("ENABLE_FUNNEL_REPORTS", bool(env.text("EMAIL_HOST")))
"""The weekly report by mail. On where a mail server is named."""
