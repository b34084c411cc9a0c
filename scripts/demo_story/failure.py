"""What ends the story early."""

from __future__ import annotations


class StepFailed(Exception):
    """One sentence: what did not hold."""


def require(holds: object, what: str) -> None:
    """Go on only where it holds; `what` says what should have been."""
    if not holds:
        raise StepFailed(what)
