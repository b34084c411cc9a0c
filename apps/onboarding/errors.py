"""Every fault the product can name, in one hierarchy.

A domain error says what happened (`code`), whether trying again can help (`retryable`), what to tell the person
(`user_message`) and what they can do next (`next_actions`). How it becomes an HTTP answer is decided in
`apps.onboarding_api.exception_handler`; how it becomes a retry is decided by the retry strategies.
"""

from __future__ import annotations

import math
from functools import partial
from typing import Any


class DomainError(Exception):
    """Base of all named faults.

    `detail` is for developers and must carry no personal value; `extra` is shown to API clients beside it.
    """

    code: str = "error"
    retryable: bool = False
    user_message: str = "Something went wrong."
    next_actions: tuple[str, ...] = ()
    problem_type: str = ""
    """Address of a problem type that is known elsewhere too; empty: one of our own, made of `code`."""

    def __init__(
        self,
        detail: str = "",
        *,
        user_message: str | None = None,
        next_actions: tuple[str, ...] | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(detail or user_message or self.user_message)
        self.detail = detail or user_message or self.user_message
        self.user_message = user_message or self.user_message
        self.next_actions = self.next_actions if next_actions is None else next_actions
        self.extra = extra


class InvalidInput(DomainError):
    """What was sent cannot be used as it is."""

    code = "invalid_input"
    user_message = "That could not be used. Please correct it and send it again."
    next_actions: tuple[str, ...] = ("correct_and_resend",)


class Unprocessable(InvalidInput):
    """Well-formed, but it cannot be done as asked."""

    code = "unprocessable"


class UnsupportedMedia(InvalidInput):
    """The file is of a type, or in a condition, that cannot be read."""

    code = "unsupported_media"
    user_message = "This file cannot be read. Please send another one."
    next_actions: tuple[str, ...] = ("send_another_file",)


class TooLarge(DomainError):
    code = "too_large"
    user_message = "This is too large. Please send something smaller."
    next_actions: tuple[str, ...] = ("send_smaller",)


class UnsupportedContentType(DomainError):
    """The body is of a type that this address does not take."""

    code = "unsupported_media_type"
    user_message = "This content type cannot be read here."
    next_actions: tuple[str, ...] = ("send_multipart",)


class BodyTooSlow(DomainError):
    """The body came slower than is waited for."""

    code = "body_too_slow"
    retryable = True
    user_message = "The connection was too slow. Please try again where it is better."
    next_actions: tuple[str, ...] = ("retry", "send_smaller")


class LengthRequired(DomainError):
    """The server cannot tell where a body without a declared length ends."""

    code = "length_required"
    user_message = "This could not be read. Please try again."
    next_actions: tuple[str, ...] = ("send_content_length",)


class NotFound(DomainError):
    """The thing does not exist, or is not the caller's to see: the two look alike on purpose."""

    code = "not_found"
    user_message = "There is nothing here that you may see."
    next_actions: tuple[str, ...] = ("check_the_id", "list_what_you_can_see")


class Forbidden(DomainError):
    code = "forbidden"
    user_message = "You are not allowed to do this."
    next_actions: tuple[str, ...] = ("ask_an_administrator",)


class Gone(DomainError):
    """It was there, and will not be again."""

    code = "gone"
    user_message = "This is not there any more."
    next_actions: tuple[str, ...] = ("reload",)


class ChecksumMismatch(DomainError):
    """What arrived is not what was sent; nothing of it was kept."""

    code = "checksum_mismatch"
    retryable = True
    user_message = "Part of this file was damaged on its way. It has to be sent again."
    next_actions: tuple[str, ...] = ("ask_for_the_offset", "resume")


class Conflict(DomainError):
    """The request collides with the present state of the thing."""

    code = "conflict"
    user_message = "This has changed in the meantime. Please look again."
    next_actions: tuple[str, ...] = ("reload",)


class SessionClosed(Conflict):
    code = "session_closed"
    user_message = "This onboarding is already finished."
    next_actions: tuple[str, ...] = ("start_new_session",)


class TurnInProgress(Conflict):
    code = "turn_in_progress"
    retryable = True
    user_message = "Your last answer is still being worked on. Please wait for the next question."
    next_actions: tuple[str, ...] = ("wait_for_task", "poll_task")


class NoRecommendationPending(Conflict):
    code = "already_decided"
    user_message = "This recommendation has already been decided."
    next_actions: tuple[str, ...] = ("reload",)


class PreconditionRequired(DomainError):
    code = "precondition_required"
    user_message = "Please load the session first, so that nobody's answer is overwritten."
    next_actions: tuple[str, ...] = ("get_session", "send_if_match")


class PreconditionFailed(DomainError):
    code = "precondition_failed"
    user_message = "Somebody changed this meanwhile. Please look at both versions."
    next_actions: tuple[str, ...] = ("reload", "merge_and_resend")


class ProviderUnavailable(DomainError):
    """An outside provider, or an embedded engine, cannot be reached or refuses."""

    code = "provider_unavailable"
    retryable = True
    user_message = "A service we depend on does not answer. We will try again."
    next_actions: tuple[str, ...] = ("wait",)


class ProviderTimeout(ProviderUnavailable):
    code = "provider_timeout"


class ServiceParked(ProviderUnavailable):
    """The breaker of `service` lets nothing through now; look again after `park_seconds`. No attempt was spent."""

    code = "service_parked"
    user_message = "A service we depend on is having a break. Your work is kept and goes on by itself."

    def __init__(self, *, service: str = "", park_seconds: float = 0.0) -> None:
        super().__init__(
            f"the breaker of {service or 'a service'} is open",
            service=service,
            retry_after=max(1, math.ceil(park_seconds)),
        )
        self.service = service
        self.park_seconds = park_seconds

    def __reduce__(self) -> tuple[Any, ...]:
        """Named arguments are not what `Exception` pickles by itself."""
        return partial(type(self), service=self.service, park_seconds=self.park_seconds), ()


class RateLimited(DomainError):
    """More was asked than a quota allows; `retry_after` seconds from now the same request fits."""

    code = "rate_limited"
    retryable = True
    user_message = "That was too much at once. Please wait a moment and try again."
    next_actions: tuple[str, ...] = ("wait", "retry")
    problem_type = "https://iana.org/assignments/http-problem-types#quota-exceeded"


class NeverFits(RateLimited):
    """This one request costs more than the whole quota."""

    retryable = False
    user_message = "This is too large. Please send something smaller."
    next_actions: tuple[str, ...] = ("send_smaller",)


class LimiterUnavailable(ProviderUnavailable):
    """Requests cannot be counted now, and this one is not served uncounted."""

    code = "rate_limiter_unavailable"
    user_message = "This cannot be done at the moment. Nothing was lost; please try again shortly."
    next_actions: tuple[str, ...] = ("wait", "retry")
    problem_type = "https://iana.org/assignments/http-problem-types#temporary-reduced-capacity"


class SafetyRefused(Unprocessable):
    """Text was not proven free of personal data, so it goes nowhere."""

    code = "not_safe_for_model"
    user_message = (
        "We could not make sure that this text is free of personal data. Please put it in other words."
    )
    next_actions: tuple[str, ...] = ("rephrase",)
