"""Receiving one file: the limit, the hash and the scanner see each piece as it comes."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from typing import IO, Any

from django.conf import settings
from django.core.files import File

from apps.onboarding.errors import TooLarge
from apps.onboarding.models import Upload
from apps.onboarding_api.services import antivirus
from apps.onboarding_api.services.antivirus import infected

logger = logging.getLogger("security")


@dataclass(frozen=True)
class Received:
    """What is known of a file that came in whole. `scan` is never `infected`: such a file is not received."""

    byte_size: int
    sha256: str
    scan: Upload.Scan


class Reception:
    """`content` takes the bytes and keeps them, where they are not kept already. End it by `finish` or `abandon`."""

    def __init__(self, *, content: IO[bytes] | None = None) -> None:
        self._content = content
        self._limit: int = settings.FILE_UPLOAD.max_file_bytes
        self._digest = hashlib.sha256()
        self._size = 0
        self._scan = antivirus.Scan()

    def take(self, data: bytes) -> None:
        """The next bytes. `TooLarge` with the first one past the limit, `ScannerUnavailable`; both end it."""
        self._size += len(data)
        if self._size > self._limit:
            self.abandon()
            raise TooLarge(
                f"the file has more than the {self._limit} bytes that are taken", max_bytes=self._limit
            )
        self._digest.update(data)
        if self._content is not None:
            self._content.write(data)
        try:
            self._scan.feed(data)
        except antivirus.ScannerUnavailable:
            self.abandon()
            raise

    def finish(self, content: IO[bytes] | None = None) -> Received:
        """The file is whole; `content` where it was not given before. `InfectedFile` (it is put away by then),
        `ScannerUnavailable`."""
        try:
            verdict = self._scan.finish()
        finally:
            self.abandon()
        state, digest = antivirus.state_of(verdict), self._digest.hexdigest()
        if verdict is not None and state == Upload.Scan.INFECTED:
            kept = self._content if content is None else content
            if kept is not None:
                _put_away(kept, sha256=digest, byte_size=self._size, signature=verdict.detail)
            raise antivirus.InfectedFile("the virus scanner found something", signature=verdict.detail)
        return Received(byte_size=self._size, sha256=digest, scan=state)

    def abandon(self) -> None:
        """Let go of the scanner. Twice is as once."""
        self._scan.abandon()


def _put_away(content: IO[bytes], **facts: Any) -> None:
    """The refusal does not depend on it: a full disk must not make an infected file look like a fault of ours."""
    try:
        infected.put_away(content, **facts)
    except OSError as error:
        logger.error("infected file: decision=refused kept_as=none (%s)", type(error).__name__)


def received(file: File[Any]) -> Received:
    """What is known of a file since it was received; else found out now, by reading it once more."""
    known = getattr(file, "received", None)
    if isinstance(known, Received):
        return known
    reception = Reception()
    try:
        for chunk in file.chunks():
            reception.take(chunk)
        return reception.finish(file.file)
    finally:
        reception.abandon()
        file.seek(0)
