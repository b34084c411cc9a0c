"""A large body from nobody is not read: 401 before it was spooled to disk. Nor is one that no route takes: 413.

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
from django.core.handlers.asgi import get_script_prefix
from rest_framework.exceptions import APIException, NotAuthenticated
from rest_framework_simplejwt.exceptions import InvalidToken, TokenError
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.tokens import AccessToken

from apps.onboarding_api.middleware import refusing
from apps.onboarding_api.middleware.asgi_types import Application, Receive, Send, refuse_unread
from apps.onboarding_api.middleware.body_guard import BodyGuard
from apps.onboarding_api.middleware.lengths import length_in
from apps.onboarding_api.middleware.wsgi_body_guard import StartResponse, WsgiApplication, WsgiBodyGuard

SMALL_BYTES = 64 * 1024
"""What anybody may send."""
_SIGNED_IN, _OPEN = ("/api/v1/", "/admin/"), "/api/v1/auth/"
_PIECES = "/api/v1/onboarding/uploads/"
_MOST_TOKEN_BYTES = 8_192
_CHALLENGE = 'Bearer realm="api"'


class SignInDoor:
    """ASGI middleware. Stands inside of the guards of bodies: what they refuse, they refuse whoever asks."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._small = BodyGuard(application, max_bytes=SMALL_BYTES)
        self._forms = BodyGuard(application, max_bytes=settings.DATA_UPLOAD_MAX_MEMORY_SIZE)

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        asked = _of_scope(scope)
        refusal = _refusal(asked)
        if refusal is not None:
            await refuse_unread(receive, send, refusal)
        elif asked.is_for_anybody:
            await self._small(scope, receive, send)
        elif not asked.is_for_files:
            await self._forms(scope, receive, send)
        else:
            await self._application(scope, receive, send)


class WsgiSignInDoor:
    """The same for WSGI, where bodies of a length that is not declared are read before Django."""

    def __init__(self, application: WsgiApplication) -> None:
        self._application = application
        self._small = WsgiBodyGuard(application, max_bytes=SMALL_BYTES)
        self._forms = WsgiBodyGuard(application, max_bytes=settings.DATA_UPLOAD_MAX_MEMORY_SIZE)

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        asked = _of_environ(environ)
        refusal = _refusal(asked)
        if refusal is None and asked.is_for_anybody:
            return self._small(environ, start_response)
        if refusal is None:
            guarded = self._application if asked.is_for_files else self._forms
            return guarded(environ, start_response)
        status, headers, body = refusing.problem(refusal)
        start_response(f"{status} {HTTPStatus(status).phrase}", headers)
        return [body]


@dataclass(frozen=True)
class _Asked:
    """What of a request is looked at; of header fields all values, in their order."""

    path: str
    declared: int | None
    is_chunked: bool
    authorization: tuple[bytes, ...]
    cookies: bytes

    @property
    def is_for_anybody(self) -> bool:
        """Signing in, pages for everybody, and addresses that do not exist."""
        return self.path.startswith(_OPEN) or not self.path.startswith(_SIGNED_IN)

    @property
    def is_for_files(self) -> bool:
        return self.path.startswith((*settings.FILE_UPLOAD_PATHS, _PIECES))

    @property
    def brings_much(self) -> bool:
        """Whether it has a body that is not known to be small, whatever its method: of any one a body may be read."""
        return self.is_chunked or self.declared is None or self.declared > SMALL_BYTES


def _of_scope(scope: dict[str, Any]) -> _Asked:
    headers = dict(scope["headers"])
    return _Asked(
        path=scope["path"].removeprefix(get_script_prefix(scope)),
        declared=length_in(headers.get(b"content-length", b"")),
        is_chunked=b"transfer-encoding" in headers,
        authorization=tuple(value for name, value in scope["headers"] if name == b"authorization"),
        cookies=b";".join(value for name, value in scope["headers"] if name == b"cookie"),
    )


def _of_environ(environ: dict[str, Any]) -> _Asked:
    authorization = environ.get("HTTP_AUTHORIZATION")
    return _Asked(
        path=environ.get("PATH_INFO", ""),
        declared=length_in(environ.get("CONTENT_LENGTH") or ""),
        is_chunked="HTTP_TRANSFER_ENCODING" in environ,
        authorization=() if authorization is None else (authorization.encode("latin-1"),),
        cookies=environ.get("HTTP_COOKIE", "").encode("latin-1"),
    )


def _refusal(asked: _Asked) -> APIException | None:
    """None where whoever asks may be somebody, or asks for little."""
    if asked.is_for_anybody or not asked.brings_much:
        return None
    given = asked.authorization
    kind, _, token = given[0].strip().partition(b" ") if len(given) == 1 else (b"", b"", b"")
    if kind.decode("latin-1") in api_settings.AUTH_HEADER_TYPES:
        return _of_token(token.strip())
    if len(given) <= 1 and _has_session(asked.cookies):
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
