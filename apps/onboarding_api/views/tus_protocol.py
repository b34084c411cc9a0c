"""The header fields of tus 1.0 (https://tus.io/protocols/resumable-upload)."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.http import http_date
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from apps.onboarding.errors import InvalidInput, TooLarge
from apps.onboarding_api.services.resumable_uploads.errors import VersionUnsupported

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,termination,expiration,checksum"
DIGESTS = {"sha1": 20, "sha256": 32}
"""Taken for `Upload-Checksum`, with their bytes. The protocol asks for SHA-1; it shows damage, not forgery."""
MEDIA_TYPE = "application/offset+octet-stream"
_NUMBER = re.compile(r"\d{1,15}")
_KEY = re.compile(r"[!-+\--~]{1,60}")
_MOST_KEYS = 20


@dataclass(frozen=True)
class Checksum:
    algorithm: str
    digest: bytes


@dataclass(frozen=True)
class Piece:
    """The body of a request that creates an upload and brings its beginning."""

    data: bytes

    def __str__(self) -> str:
        return base64.b64encode(self.data).decode()


class PieceParser(BaseParser):
    media_type = MEDIA_TYPE

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        """A `Piece`."""
        limit = settings.FILE_UPLOAD.max_file_bytes
        data = stream.read(limit + 1)
        if len(data) > limit:
            raise TooLarge(f"at most {limit} bytes are taken", max_bytes=limit)
        return Piece(data)


def announced() -> dict[str, str]:
    """What this server can do."""
    return {
        "Tus-Version": VERSION,
        "Tus-Extension": EXTENSIONS,
        "Tus-Max-Size": str(settings.FILE_UPLOAD.max_file_bytes),
        "Tus-Checksum-Algorithm": ",".join(DIGESTS),
    }


def require_version(request: Request) -> None:
    if request.headers.get("Tus-Resumable") != VERSION:
        raise VersionUnsupported(f"Tus-Resumable has to be {VERSION}", supported=[VERSION])


def require_media_type(request: Request) -> None:
    if (request.content_type or "").partition(";")[0].strip().lower() != MEDIA_TYPE:
        raise UnsupportedMediaType(request.content_type or "")


def length_of(request: Request) -> int:
    if "Upload-Defer-Length" in request.headers:
        raise InvalidInput("the size has to be known from the beginning: Upload-Length")
    return _number(request, "Upload-Length")


def offset_of(request: Request) -> int:
    return _number(request, "Upload-Offset")


def content_length_of(request: Request) -> int:
    """0 where it is not told."""
    given = request.META.get("CONTENT_LENGTH") or "0"
    return int(given) if _NUMBER.fullmatch(given) else 0


def checksum_of(request: Request) -> Checksum | None:
    given = request.headers.get("Upload-Checksum")
    if given is None:
        return None
    algorithm, _, coded = given.partition(" ")
    digest = _decoded(coded, "Upload-Checksum")
    if len(digest) != DIGESTS.get(algorithm):
        raise InvalidInput(f"Upload-Checksum is one of {', '.join(DIGESTS)} and a digest in base64")
    return Checksum(algorithm, digest)


def metadata_of(request: Request) -> dict[str, str]:
    """Keys and their decoded texts."""
    found: dict[str, str] = {}
    for pair in request.headers.get("Upload-Metadata", "").split(","):
        key, _, coded = pair.strip().partition(" ")
        if not key:
            continue
        if not _KEY.fullmatch(key) or key in found or len(found) == _MOST_KEYS:
            raise InvalidInput("Upload-Metadata has a key that is malformed, there twice, or one too many")
        try:
            found[key] = _decoded(coded, "Upload-Metadata").decode()
        except UnicodeDecodeError as error:
            raise InvalidInput("the values of Upload-Metadata are UTF-8 in base64") from error
    return found


def metadata_field(values: dict[str, str]) -> str:
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in values.items())


def expires_field(at: datetime) -> str:
    return http_date(at.timestamp())


def _number(request: Request, name: str) -> int:
    given = request.headers.get(name, "")
    if not _NUMBER.fullmatch(given) or not given.isascii():
        raise InvalidInput(f"{name} is a whole number of bytes, from 0 on")
    return int(given)


def _decoded(coded: str, name: str) -> bytes:
    try:
        return base64.b64decode(coded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidInput(f"{name} is not in base64") from error
