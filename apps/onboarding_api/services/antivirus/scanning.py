"""One file and the scanner, by the mode of the settings."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable

from django.conf import settings

from apps.onboarding.models import Upload
from apps.onboarding_api.services.antivirus import clamd
from apps.onboarding_api.services.antivirus.clamd import Outcome, Verdict
from apps.onboarding_api.services.antivirus.errors import ScannerUnavailable

logger = logging.getLogger("security")
RETRY_SECONDS = 30
"""What whoever is refused is told: the self-test of readiness looks more often than that."""
REST_SECONDS = 5.0
State = Upload.Scan


def is_on() -> bool:
    return settings.ANTIVIRUS.mode != "off"


class Scan:
    """A file that is being received. Where scanning is off it costs nothing."""

    def __init__(self) -> None:
        self._stream: clamd.Stream | None = None
        self._verdict: Verdict | None = None

    def feed(self, data: bytes) -> None:
        """The next bytes. Where scanning is required and the scanner fails: `ScannerUnavailable`, at once."""
        if not data or self._verdict is not None or not is_on():
            return
        if self._stream is None:
            if resting.is_on:
                self._end(Verdict(Outcome.FAULT, "resting"))
                return
            self._stream = open_stream()
        self._stream.send(data)
        if self._stream.has_ended:
            self._end(self._stream.finish())

    def finish(self) -> Verdict | None:
        """The scanner's word on the whole file; None where none was asked: off, or an empty file."""
        if self._verdict is None and self._stream is not None:
            self._verdict = self._stream.finish()
            resting.heed(self._verdict)
        return self._verdict

    def abandon(self) -> None:
        if self._stream is not None:
            self._stream.close()

    def _end(self, verdict: Verdict) -> None:
        """Before the end of the file."""
        self._verdict = verdict
        resting.heed(verdict)
        if verdict.outcome is Outcome.FAULT and settings.ANTIVIRUS.mode == "required":
            state_of(verdict)


class Resting:
    """A scanner that cannot be reached, or hangs, is left alone for some seconds: else every upload would wait for it
    as long as the first. One that answers a ping was only slow with one file, and does not rest."""

    def __init__(self) -> None:
        self._until = 0.0

    @property
    def is_on(self) -> bool:
        return time.monotonic() < self._until

    def heed(self, verdict: Verdict) -> None:
        if verdict.detail in {"unreachable", "timeout"} and not answers():
            self._until = time.monotonic() + REST_SECONDS

    def end(self) -> None:
        self._until = 0.0


resting = Resting()
"""Of this process."""


def answers() -> bool:
    """The scanner is there. Says nothing of its signatures."""
    chosen = settings.ANTIVIRUS
    return chosen.address is not None and clamd.ping(chosen.address, seconds=chosen.connect_seconds)


def open_stream(*, answer_seconds: float | None = None) -> clamd.Stream:
    chosen = settings.ANTIVIRUS
    assert chosen.address is not None  # the settings see to it where scanning is on
    longest = min(answer_seconds or chosen.answer_seconds, chosen.answer_seconds)
    return clamd.Stream(chosen.address, connect_seconds=chosen.connect_seconds, answer_seconds=longest)


def scan(chunks: Iterable[bytes], *, answer_seconds: float | None = None) -> Verdict:
    """Ask the scanner about bytes that are here already."""
    stream = open_stream(answer_seconds=answer_seconds)
    try:
        for chunk in chunks:
            stream.send(chunk)
        return stream.finish()
    finally:
        stream.close()


def state_of(verdict: Verdict | None) -> Upload.Scan:
    """What is kept of a verdict. `ScannerUnavailable` for a fault where scanning is required."""
    if verdict is None:
        return State.OFF
    if verdict.outcome is not Outcome.FAULT:
        return State.CLEAN if verdict.outcome is Outcome.CLEAN else State.INFECTED
    mode = settings.ANTIVIRUS.mode
    logger.warning(
        "virus scanner: decision=%s fault=%s", "refused" if mode == "required" else "taken", verdict.detail
    )
    if mode == "required":
        raise ScannerUnavailable(
            f"the virus scanner gave no verdict ({verdict.detail})", retry_after=RETRY_SECONDS
        )
    return State.NOT_SCANNED
