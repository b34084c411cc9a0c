"""Where recommendations come from: who makes some is asked whenever figures are shown.

This package counts and recommends nothing. A service that does says so once, when the program starts:
`advice.ask_too(source)`. Where there is none, nothing is recommended.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from apps.onboarding_api.services.funnel_analytics import moment
from apps.onboarding_api.services.funnel_analytics.asking import Question

Source = Callable[[Question], list[dict[str, Any]]]
"""What is recommended about the sessions of a question: short, with the `id` to read the rest under."""
_sources: list[Source] = []


def ask_too(source: Source) -> None:
    """Ask this one as well from now on; twice is once."""
    if source not in _sources:
        _sources.append(source)


def ask_no_more(source: Source) -> None:
    _sources.remove(source)


def about(question: Question) -> list[dict[str, Any]]:
    """Asked once for one answer, however often it is shown in it."""
    return moment.once(
        ("advice", question), lambda: [told for source in _sources for told in source(question)]
    )
