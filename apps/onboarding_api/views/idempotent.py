"""`@idempotent` on a view method: see `services.idempotency`."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from apps.onboarding_api.services import idempotency, receiving
from apps.onboarding_api.views.people import signed_in

_KEPT_HEADERS = ("Location", "ETag", "Retry-After")
Handler = Callable[..., Response]


def idempotent(handler: Handler) -> Handler:
    """Answer a repeated unsafe request from the record of the first. Without the header nothing changes."""

    @wraps(handler)
    def answer(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return handler(view, request, *args, **kwargs)
        claimed = idempotency.claim(
            user=signed_in(request),
            method=request.method or "",
            path=request.path,
            key=key,
            body=_canonical_body(request) + _canonical_query(request) + _canonical_fields(view, request),
        )
        if isinstance(claimed, idempotency.StoredAnswer):
            return Response(
                claimed.body, status=claimed.status, headers={**claimed.headers, "Idempotent-Replay": "true"}
            )
        try:
            with transaction.atomic():
                response = handler(view, request, *args, **kwargs)
                idempotency.keep(claimed, _to_store(response))
        except BaseException:
            idempotency.release(claimed)
            raise
        return response

    return answer


def _to_store(response: Response) -> idempotency.StoredAnswer:
    headers = {name: response[name] for name in _KEPT_HEADERS if response.has_header(name)}
    body = json.loads(json.dumps(response.data, cls=JSONEncoder))  # as it was rendered the first time
    return idempotency.StoredAnswer(status=response.status_code, body=body, headers=headers)


def _canonical_body(request: Request) -> bytes:
    """The body's content, whatever its multipart boundary: fields and digests of files."""
    data = request.data
    if not hasattr(data, "lists"):
        return json.dumps(data, sort_keys=True, default=str).encode()
    fields = {name: [_canonical(value) for value in values] for name, values in data.lists()}
    return json.dumps(fields, sort_keys=True).encode()


def _canonical_query(request: Request) -> bytes:
    """The parameters of the address: with others it is another request."""
    given = sorted((name, values) for name, values in request.query_params.lists())
    return json.dumps(given).encode() if given else b""


def _canonical_fields(view: Any, request: Request) -> bytes:
    """Header fields that say what is asked for, where a view names such."""
    names = getattr(view, "fields_of_identity", ())
    return json.dumps([request.headers.get(name) for name in names]).encode() if names else b""


def _canonical(value: Any) -> str:
    if not isinstance(value, UploadedFile):
        return str(value)
    return f"file:{value.name}:{receiving.received(value).sha256}"
