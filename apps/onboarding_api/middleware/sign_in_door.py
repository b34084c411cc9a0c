"""A large body from nobody is not read: 401 before Django has spooled it to disk.

The token is checked as far as that goes without the database: made by us, of the right kind, not expired. Whether its
user still is one, and what a browser's session is worth, the view finds out as ever. Small bodies go on to where they
are counted: guessing is for the rate limits to stop.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from rest_framework.exceptions import APIException, NotAuthenticated
from rest_framework_simplejwt.exceptions import InvalidToken, TokenError
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.tokens import AccessToken

from apps.onboarding_api.middleware.asgi_types import Application, Receive, Send, refuse_unread

SMALL_BYTES = 64 * 1024
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
_API, _OPEN = "/api/", "/api/v1/auth/"
_MOST_TOKEN_BYTES = 8_192
_CHALLENGE = 'Bearer realm="api"'


class SignInDoor:
    """ASGI middleware. Stands inside of the guards of bodies: what they refuse, they refuse whoever asks."""

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        refusal = _refusal(scope) if scope["type"] == "http" and _brings_much(scope) else None
        if refusal is None:
            await self._application(scope, receive, send)
        else:
            await refuse_unread(receive, send, refusal)


def _brings_much(scope: dict[str, Any]) -> bool:
    """Whether it is a body for the API that is not known to be small."""
    path = scope["path"]
    if scope["method"] not in _WITH_BODY or not path.startswith(_API) or path.startswith(_OPEN):
        return False
    headers = dict(scope["headers"])
    if b"transfer-encoding" in headers:
        return True
    declared = headers.get(b"content-length", b"0")
    return not declared.isdigit() or int(declared) > SMALL_BYTES


def _refusal(scope: dict[str, Any]) -> APIException | None:
    """None where whoever asks may be somebody."""
    given = [value for name, value in scope["headers"] if name == b"authorization"]
    kind, _, token = given[0].strip().partition(b" ") if len(given) == 1 else (b"", b"", b"")
    if kind.decode("latin-1") in api_settings.AUTH_HEADER_TYPES:
        return _of_token(token.strip())
    if len(given) > 1 or _has_session(scope):
        return None
    return _challenging(NotAuthenticated())


def _of_token(token: bytes) -> APIException | None:
    try:
        if len(token) > _MOST_TOKEN_BYTES:
            raise TokenError("the token is too long")
        # The library says `Token | None` and takes the bytes of one.
        AccessToken(token)  # type: ignore[arg-type]
    except TokenError as error:
        return _challenging(
            InvalidToken({"detail": "Given token not valid for any token type", "messages": [str(error)]})
        )
    return None


def _has_session(scope: dict[str, Any]) -> bool:
    sought = f"{settings.SESSION_COOKIE_NAME}=".encode()
    cookies = b";".join(value for name, value in scope["headers"] if name == b"cookie")
    return any(one.strip().startswith(sought) for one in cookies.split(b";"))


def _challenging(error: APIException) -> APIException:
    """As the framework does it for errors of a view."""
    error.auth_header = _CHALLENGE  # type: ignore[attr-defined]  # the framework's own way
    return error
