"""The trend as a small inline drawing. Mail programs that take drawings out leave the table below it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from apps.onboarding_api.services.funnel_analytics.estimates import Rate

WIDTH, HEIGHT = 480, 120
_LEFT, _RIGHT, _TOP, _BOTTOM = 34, 8, 8, 20


def trend(points: Sequence[tuple[date, Rate]]) -> SafeString:
    """A line of the rates with the band of their intervals; weeks of nobody are gaps."""
    places = [(_x(index, len(points)), day, rate) for index, (day, rate) in enumerate(points)]
    known = [(x, day, rate) for x, day, rate in places if rate.value is not None]
    top = max([rate.high for _, _, rate in known], default=1.0)
    scale = max(0.05, top)
    upper = " ".join(f"{x:.1f},{_y(rate.high, scale):.1f}" for x, _, rate in known)
    lower = " ".join(f"{x:.1f},{_y(rate.low, scale):.1f}" for x, _, rate in reversed(known))
    line = " ".join(f"{x:.1f},{_y(rate.value or 0.0, scale):.1f}" for x, _, rate in known)
    dots = format_html_join(
        "",
        '<circle cx="{}" cy="{}" r="3" fill="#1d4ed8"/>',
        ((f"{x:.1f}", f"{_y(rate.value or 0.0, scale):.1f}") for x, _, rate in known),
    )
    labels = format_html_join(
        "",
        '<text x="{}" y="{}" font-size="10" text-anchor="middle" fill="#475569">{}</text>',
        ((f"{x:.1f}", HEIGHT - 6, day.strftime("%d %b")) for x, day, _ in places),
    )
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" width="{}" height="{}" viewBox="0 0 {} {}" role="img" '
        'aria-label="Completed sessions by week">'
        '<text x="2" y="{}" font-size="10" fill="#475569">{}</text>'
        '<text x="2" y="{}" font-size="10" fill="#475569">0</text>'
        '<polygon points="{} {}" fill="#dbeafe"/><polyline points="{}" fill="none" stroke="#1d4ed8" stroke-width="2"/>'
        "{}{}</svg>",
        WIDTH, HEIGHT, WIDTH, HEIGHT, _TOP + 8, f"{scale:.0%}", HEIGHT - _BOTTOM, upper, lower, line, dots, labels,
    )  # fmt: skip


def _x(index: int, n: int) -> float:
    return _LEFT + (WIDTH - _LEFT - _RIGHT) * (index + 0.5) / max(1, n)


def _y(share: float, scale: float) -> float:
    return _TOP + (HEIGHT - _TOP - _BOTTOM) * (1 - share / scale)
