"""What is answered where no API view could: problem details under `/api/`, a short page elsewhere.

Django calls these for unknown addresses, refused requests (bad hosts, malformed forms, CSRF) and exceptions that
nobody named. None of them tells what the exception said: that is in the log, under the correlation id.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.html import format_html

from apps.onboarding import errors
from apps.onboarding_api import exception_handler

_API = "/api/"
_PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title></head>
<body style="font-family: system-ui, sans-serif; max-width: 36rem; margin: 4rem auto; padding: 0 1rem">
<h1>{title}</h1>
<p>{message}</p>
<p><small>Reference: {reference}</small></p>
</body>
</html>
"""


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, or 413 where the body is larger than is read."""
    if isinstance(exception, RequestDataTooBig):
        return _of_domain(request, errors.TooLarge("the request body is too large"))
    return _of_domain(request, errors.InvalidInput("the request was refused as malformed"))


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _of_domain(request, errors.Forbidden("not allowed"))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a browser session without its CSRF token; `reason` is Django's and tells no secret."""
    refused = errors.Forbidden(
        reason or "CSRF check failed",
        user_message="This page is too old to be sent. Please load it again.",
        next_actions=("reload", "send_csrf_token"),
    )
    return _of_domain(request, refused)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404, for unknown addresses and for ids in them that are none."""
    missing = errors.NotFound(
        "there is nothing at this address", next_actions=("check_the_address", "see_the_documentation")
    )
    return _of_domain(request, missing)


def server_error(request: HttpRequest) -> HttpResponse:
    """500 without a word of the exception; Django has logged it."""
    body = exception_handler.problem(
        500,
        code="internal_error",
        detail="an unexpected error; the log has it under this correlation id",
        user_message="Something went wrong on our side. Please try again; if it stays, tell us the reference.",
        next_actions=("retry_later", "report_with_correlation_id"),
    )
    return _answer(request, body)


def refused(request: HttpRequest, error: errors.DomainError) -> HttpResponse:
    """What middleware refuses before a view runs."""
    return _of_domain(request, error)


def _of_domain(request: HttpRequest, error: errors.DomainError) -> HttpResponse:
    return _answer(request, exception_handler.of_domain(error))


def _answer(request: HttpRequest, body: dict[str, Any]) -> HttpResponse:
    if request.path_info.startswith(_API):
        return JsonResponse(body, status=body["status"], content_type=exception_handler.MEDIA_TYPE)
    page = format_html(
        _PAGE, title=body["title"], message=body["user_message"], reference=body["correlation_id"]
    )
    return HttpResponse(page, status=body["status"])
