"""A large body from nobody is not read: 401 before it was spooled to disk.

The token is checked as far as that goes without the database: made by us, of the right kind, not expired. Whether its
user still is one, and what a browser's session is worth, the view finds out as ever. Small bodies go on to where they
are counted: guessing is for the rate limits to stop.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.conf import settings
from rest_framework.exceptions import APIException, NotAuthenticated
from rest_framework_simplejwt.exceptions import InvalidToken, TokenError
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.tokens import AccessToken

from apps.onboarding_api.middleware import refusing
from apps.onboarding_api.middleware.asgi_types import Application, Receive, Send, refuse_unread
from apps.onboarding_api.middleware.lengths import length_in
from apps.onboarding_api.middleware.wsgi_body_guard import StartResponse, WsgiApplication

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
        refusal = _refusal(_of_scope(scope)) if scope["type"] == "http" else None
        if refusal is None:
            await self._application(scope, receive, send)
        else:
            await refuse_unread(receive, send, refusal)


class WsgiSignInDoor:
    """The same for WSGI, where bodies of a length that is not declared are read before Django."""

    def __init__(self, application: WsgiApplication) -> None:
        self._application = application

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        refusal = _refusal(_of_environ(environ))
        if refusal is None:
            return self._application(environ, start_response)
        status, headers, body = refusing.problem(refusal)
        start_response(f"{status} {HTTPStatus(status).phrase}", headers)
        return [body]


@dataclass(frozen=True)
class _Asked:
    """What of a request is looked at; of header fields all values, in their order."""

    method: str
    path: str
    declared: int | None
    is_chunked: bool
    authorization: tuple[bytes, ...]
    cookies: bytes

    @property
    def brings_much(self) -> bool:
        """Whether it has a body for the API that is not known to be small."""
        if self.method not in _WITH_BODY or not self.path.startswith(_API) or self.path.startswith(_OPEN):
            return False
        return self.is_chunked or self.declared is None or self.declared > SMALL_BYTES


def _of_scope(scope: dict[str, Any]) -> _Asked:
    headers = dict(scope["headers"])
    return _Asked(
        method=scope["method"],
        path=scope["path"],
        declared=length_in(headers.get(b"content-length", b"")),
        is_chunked=b"transfer-encoding" in headers,
        authorization=tuple(value for name, value in scope["headers"] if name == b"authorization"),
        cookies=b";".join(value for name, value in scope["headers"] if name == b"cookie"),
    )


def _of_environ(environ: dict[str, Any]) -> _Asked:
    authorization = environ.get("HTTP_AUTHORIZATION")
    return _Asked(
        method=environ.get("REQUEST_METHOD", ""),
        path=environ.get("PATH_INFO", ""),
        declared=length_in(environ.get("CONTENT_LENGTH") or ""),
        is_chunked="HTTP_TRANSFER_ENCODING" in environ,
        authorization=() if authorization is None else (authorization.encode("latin-1"),),
        cookies=environ.get("HTTP_COOKIE", "").encode("latin-1"),
    )


def _refusal(asked: _Asked) -> APIException | None:
    """None where whoever asks may be somebody, or asks for little."""
    if not asked.brings_much:
        return None
    given = asked.authorization
    kind, _, token = given[0].strip().partition(b" ") if len(given) == 1 else (b"", b"", b"")
    if kind.decode("latin-1") in api_settings.AUTH_HEADER_TYPES:
        return _of_token(token.strip())
    if len(given) > 1 or _has_session(asked.cookies):
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


def _has_session(cookies: bytes) -> bool:
    sought = f"{settings.SESSION_COOKIE_NAME}=".encode()
    return any(one.strip().startswith(sought) for one in cookies.split(b";"))


def _challenging(error: APIException) -> APIException:
    """As the framework does it for errors of a view."""
    error.auth_header = _CHALLENGE  # type: ignore[attr-defined]  # the framework's own way
    return error
