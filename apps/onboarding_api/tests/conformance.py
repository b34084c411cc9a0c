"""Answers are as `/api/schema/` says: status, content type and shape of whatever a test asks of the API."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http import HTTPStatus
from typing import Any
from unittest import mock

from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

API = "/api/v1/"
EVERYWHERE = frozenset(
    {
        HTTPStatus.METHOD_NOT_ALLOWED,
        HTTPStatus.NOT_ACCEPTABLE,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        HTTPStatus.SERVICE_UNAVAILABLE,
    }
)
"""Statuses of the house that any route may answer, described once in docs/api.md; 500 where a test throws."""
_DOCUMENT = "urn:openapi"


@contextmanager
def watched() -> Iterator[None]:
    """Meanwhile each answer to Django's test client is compared with the description."""
    ask = Client.request

    def asked(client: Client, **request: Any) -> Any:
        answer = ask(client, **request)
        if request["PATH_INFO"].startswith(API) and not answer.streaming:
            check(
                method=request["REQUEST_METHOD"],
                path=request["PATH_INFO"],
                status=answer.status_code,
                content_type=answer.headers.get("Content-Type", ""),
                body=answer.content,
            )
        return answer

    with mock.patch.object(Client, "request", asked):
        yield


@cache
def _described() -> dict[str, Any]:
    made = SchemaGenerator().get_schema(request=None, public=True)
    described: dict[str, Any] = json.loads(json.dumps(made, default=str))
    return described


@cache
def _routes() -> list[tuple[re.Pattern[str], str]]:
    paths = sorted(_described()["paths"], key=lambda path: path.count("{"))
    return [(re.compile(re.sub(r"\{\w+\}", "[^/]+", path)), path) for path in paths]


@cache
def _validator(*place: str) -> Draft202012Validator:
    resource = Resource.from_contents(_described(), default_specification=DRAFT202012)
    pointer = "/".join(one.replace("~", "~0").replace("/", "~1") for one in place)
    registry = Registry().with_resource(_DOCUMENT, resource)
    return Draft202012Validator({"$ref": f"{_DOCUMENT}#/{pointer}"}, registry=registry)


def check(*, method: str, path: str, status: int, content_type: str, body: bytes) -> None:
    """AssertionError with what of an answer is not as described."""
    found = list(faults(method=method, path=path, status=status, content_type=content_type, body=body))
    assert not found, found


def faults(*, method: str, path: str, status: int, content_type: str, body: bytes) -> Iterator[str]:
    """What of an answer is not as documented; nothing for what is no route of the API."""
    route = next((name for pattern, name in _routes() if pattern.fullmatch(path)), None)
    operation = _described()["paths"].get(route, {}).get(method.lower())
    if route is None or operation is None or status in EVERYWHERE:
        return
    where = f"{method} {route} {status}"
    answers = operation["responses"].get(str(status))
    if answers is None:
        yield f"{where}: documented are {', '.join(sorted(operation['responses']))}"
        return
    media = content_type.partition(";")[0].strip()
    contents = answers.get("content", {})
    if media not in contents:
        if body:
            yield f"{where}: {media} is not among {', '.join(contents) or 'nothing'}"
        return
    if not media.endswith("json"):
        return
    place = ("paths", route, method.lower(), "responses", str(status), "content", media, "schema")
    for error in _validator(*place).iter_errors(json.loads(body)):
        yield f"{where}: {'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"
