"""JSON as PostgreSQL can keep it: bounded, no NUL, no lone surrogates, no bottomless nesting."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

from apps.onboarding.errors import TooLarge

_DEEPEST = 20
_LARGEST_NUMBER = 2**63


class StrictJSONParser(JSONParser):
    """`TooLarge` past `DATA_UPLOAD_MAX_MEMORY_SIZE` bytes, `ParseError` for what cannot be stored."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        limit: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        raw = stream.read(limit + 1)
        if len(raw) > limit:
            raise TooLarge(f"the JSON body is larger than {limit} bytes", max_bytes=limit)
        try:
            value = super().parse(io.BytesIO(raw), media_type, parser_context)
        except RecursionError as error:
            raise ParseError("the JSON is nested too deeply") from error
        check_storable(value)
        return value


def check_storable(value: Any, *, depth: int = 0) -> None:
    """`ParseError` for a JSON value that PostgreSQL cannot keep, wherever it came from."""
    if depth > _DEEPEST:
        raise ParseError("the JSON is nested too deeply")
    if isinstance(value, str):
        if "\x00" in value or any("\ud800" <= character <= "\udfff" for character in value):
            raise ParseError("the text holds characters that cannot be stored (NUL or lone surrogates)")
    elif isinstance(value, dict):
        for key, item in value.items():
            check_storable(key, depth=depth + 1)
            check_storable(item, depth=depth + 1)
    elif isinstance(value, list):
        for item in value:
            check_storable(item, depth=depth + 1)
    elif (
        isinstance(value, int | float) and not -_LARGEST_NUMBER <= value <= _LARGEST_NUMBER
    ):  # nor what is no number
        raise ParseError("a number is too large")
