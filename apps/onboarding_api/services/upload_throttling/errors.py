"""Refusals of uploads that would pass a quota."""

from __future__ import annotations

from typing import Any

from apps.onboarding.errors import RateLimited
from apps.onboarding_api.services.security.decisions import UNLIMITED, Decision
from apps.onboarding_api.services.upload_throttling import shapes

_MESSAGES = {
    shapes.PHOTOS: "This onboarding has all the photos that it can take.",
    shapes.DOCUMENTS: "This onboarding has all the documents that it can take.",
    shapes.BYTES: "The files of this onboarding would become too large together. A smaller one may still fit.",
    shapes.BURST: "Those were many photos in a short time. Please wait a moment.",
    shapes.AT_ONCE: "Other files are still being sent. Please wait until one is through.",
}


class UploadRefused(RateLimited):
    """Fits later: after `retry_after` seconds, if nobody else sends meanwhile."""

    def __init__(self, detail: str = "", *, decision: Decision = UNLIMITED, **given: Any) -> None:
        super().__init__(detail, **given)
        self.decision = decision


class QuotaSpent(UploadRefused):
    """Waiting does not help: the session itself has taken what it may."""

    code = "quota_spent"
    retryable = False
    user_message = "This onboarding has taken in all that it can."
    next_actions = ("send_smaller", "go_on_without_it")


def refused(decision: Decision) -> UploadRefused:
    """The error of a decision that violates at least one quota; what waiting cannot mend is told first."""
    spent = [state.policy for state in decision.limits if state.violated and state.reset_seconds is None]
    given: dict[str, Any] = {
        "user_message": _MESSAGES[(spent or list(decision.violated))[0]],
        "decision": decision,
        "violated-policies": list(decision.violated),
    }
    told = f"no more fits into {', '.join(spent or decision.violated)} of this session"
    if spent:
        return QuotaSpent(told, **given)
    return UploadRefused(told, retry_after=decision.retry_after, **given)
