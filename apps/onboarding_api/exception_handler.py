"""The one translation of faults into HTTP: RFC 9457 problem details.

A domain error's class decides its status; what is not named here stays a 500, logged, and tells the client nothing
but its correlation id.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response

from apps.onboarding import errors
from apps.task_ledger import correlation

logger = logging.getLogger("django.request")
MEDIA_TYPE = "application/problem+json"

_STATUS: tuple[tuple[type[errors.DomainError], int], ...] = (
    (errors.UnsupportedMedia, 400),
    (errors.Unprocessable, 422),
    (errors.InvalidInput, 400),
    (errors.TooLarge, 413),
    (errors.UnsupportedContentType, 415),
    (errors.BodyTooSlow, 408),
    (errors.LengthRequired, 411),
    (errors.NotFound, 404),
    (errors.Forbidden, 403),
    (errors.PreconditionRequired, 428),
    (errors.PreconditionFailed, 412),
    (errors.Conflict, 409),
    (errors.Gone, 410),
    (errors.ChecksumMismatch, 460),
    (errors.RateLimited, 429),
    (errors.ProviderUnavailable, 503),
)

_OF_PROTOCOLS = {460: "Checksum Mismatch"}
"""Statuses that HTTP itself does not know: 460 is from tus 1.0."""

_OF_DRF: dict[str, tuple[str, tuple[str, ...]]] = {
    "not_authenticated": ("Please sign in.", ("sign_in",)),
    "authentication_failed": ("Please sign in again.", ("sign_in", "refresh_token")),
    "token_not_valid": ("Your sign-in has expired. Please sign in again.", ("refresh_token", "sign_in")),
    "no_active_account": ("The name or the password is wrong.", ("check_credentials",)),
    "permission_denied": ("You are not allowed to do this.", ("ask_an_administrator",)),
    "method_not_allowed": ("This address does not take that method.", ("see_the_documentation",)),
    "unsupported_media_type": ("This content type cannot be read here.", ("send_json", "send_multipart")),
    "not_acceptable": ("This form of answer is not available.", ("accept_json",)),
    "parse_error": ("The request could not be read.", ("correct_and_resend",)),
    "invalid": ("Something in the request is not right.", ("correct_and_resend",)),
    "not_found": ("There is nothing here that you may see.", ("check_the_id", "list_what_you_can_see")),
}


class DatabaseAway(errors.ProviderUnavailable):
    code = "database_unavailable"
    user_message = "We cannot reach our records at the moment. Nothing was lost; please try again shortly."
    next_actions = ("wait", "retry")


def problem(
    status: int,
    *,
    code: str,
    detail: str,
    user_message: str,
    retryable: bool = False,
    next_actions: tuple[str, ...] = (),
    extra: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The body of a problem answer. Nothing in `extra` can take the place of a standard member."""
    return {
        **(extra or {}),
        "type": f"urn:intelliwiz:problem:{code}",
        "title": _OF_PROTOCOLS.get(status) or HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        "user_message": user_message,
        "retryable": retryable,
        "next_actions": list(next_actions),
        "correlation_id": correlation.current(),
    }


def of_domain(error: errors.DomainError) -> dict[str, Any]:
    body = problem(
        status_of(error),
        code=error.code,
        detail=error.detail,
        user_message=error.user_message,
        retryable=error.retryable,
        next_actions=error.next_actions,
        extra=error.extra,
    )
    return {**body, "type": error.problem_type} if error.problem_type else body


def status_of(error: errors.DomainError) -> int:
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def to_problem(error: Exception, context: dict[str, Any]) -> Response | None:  # noqa: ARG001 -- DRF's signature
    """DRF's exception handler; None leaves an unknown error to Django, which answers 500."""
    match error:
        case errors.DomainError():
            return _respond(of_domain(error), _retry_after(error))
        case InterfaceError() | OperationalError():
            # The driver's error is named by what the server lacked (OutOfMemory 53200); its text may quote values.
            reason = error.__cause__ or error
            logger.error(
                "the database is away: %s %s", type(reason).__name__, getattr(reason, "sqlstate", None)
            )
            return _respond(of_domain(DatabaseAway(retry_after=5)), {"Retry-After": "5"})
        case Http404():
            return _respond(of_domain(errors.NotFound()))
        case PermissionDenied():
            return _respond(of_domain(errors.Forbidden()))
        case RequestDataTooBig():
            return _respond(of_domain(errors.TooLarge("the request body is too large")))
        case SuspiciousOperation():
            return _respond(of_domain(errors.InvalidInput("the request was refused as malformed")))
        case exceptions.APIException():
            return _respond(_of_drf(error), getattr(error, "auth_header", None))
    return None


def _of_drf(error: exceptions.APIException) -> dict[str, Any]:
    codes = error.get_codes()
    code = (
        codes
        if isinstance(codes, str)
        else str(codes.get("code", "invalid"))
        if isinstance(codes, dict)
        else "invalid"
    )
    if isinstance(error, exceptions.ValidationError):
        code = "invalid"
    user_message, next_actions = _OF_DRF.get(
        code, ("The request could not be served.", ("correct_and_resend",))
    )
    extra = {"errors": _field_errors(error.detail)} if isinstance(error, exceptions.ValidationError) else None
    return problem(
        error.status_code,
        code={"invalid": "invalid_input", "parse_error": "malformed_request"}.get(code, code),
        detail=_detail(error),
        user_message=user_message,
        next_actions=next_actions,
        extra=extra,
    )


def _detail(error: exceptions.APIException) -> str:
    detail = error.detail
    if isinstance(detail, dict):
        return str(detail.get("detail", "See errors for each field."))
    return str(detail[0]) if isinstance(detail, list) and detail else str(detail)


def _field_errors(detail: Any, path: str = "") -> list[dict[str, str]]:
    if isinstance(detail, Mapping):
        return [found for key, value in detail.items() for found in _field_errors(value, f"{path}/{key}")]
    if isinstance(detail, list):
        return [found for value in detail for found in _field_errors(value, path)]
    return [{"pointer": path or "/", "detail": str(detail), "code": getattr(detail, "code", "invalid")}]


def _retry_after(error: errors.DomainError) -> dict[str, str]:
    seconds = error.extra.get("retry_after")
    return {"Retry-After": str(int(seconds))} if seconds is not None else {}


def _respond(body: dict[str, Any], headers: dict[str, str] | str | None = None) -> Response:
    response = Response(body, status=body["status"], content_type=MEDIA_TYPE)
    if isinstance(headers, str):
        headers = {"WWW-Authenticate": headers}
    for name, value in (headers or {}).items():
        response[name] = value
    return response
