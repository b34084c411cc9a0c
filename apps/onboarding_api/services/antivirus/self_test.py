"""Does the scanner find what every scanner has to find? Asked at the start and by readiness.

The test text is that of the European Institute for Computer Antivirus Research, put together here, so that no scanner
takes this file for infected.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass

from django.conf import settings

from apps.onboarding_api.services.antivirus import scanning
from apps.onboarding_api.services.antivirus.clamd import Outcome

logger = logging.getLogger("security")
_GOOD_FOR_SECONDS = 60.0
_BAD_FOR_SECONDS = 3.0
_MOST_ANSWER_SECONDS = 5.0
"""68 bytes are scanned in milliseconds, also beside other files."""


def eicar() -> bytes:
    """The 68 bytes that scanners agree to find."""
    parts = ("X5O!P%@AP[4\\PZX54(P^)7CC)7}$", "EICAR-STANDARD-", "ANTIVIRUS-TEST-FILE", "!$H+H*")
    return "".join(parts).encode("ascii")


@dataclass(frozen=True)
class Found:
    """`said`: "ok", or what is wrong, in words of ours."""

    said: str
    at: float

    @property
    def is_fresh(self) -> bool:
        lasts = _GOOD_FOR_SECONDS if self.said == "ok" else _BAD_FOR_SECONDS
        return time.monotonic() - self.at < lasts


class _SelfTest:
    """The last answer of this process."""

    def __init__(self) -> None:
        self._last: Found | None = None
        self._one_at_a_time = threading.Lock()

    def look(self) -> str:
        known = self._last
        if known is not None and (known.is_fresh or not self._one_at_a_time.acquire(blocking=False)):
            return known.said  # another thread asks: nobody queues up behind a scanner that hangs
        if known is None:
            self._one_at_a_time.acquire()
        try:
            if self._last is None or not self._last.is_fresh:
                self._last = Found(_ask(), time.monotonic())
            return self._last.said
        finally:
            self._one_at_a_time.release()

    def forget(self) -> None:
        self._last = None


_of_this_process = _SelfTest()


def look() -> str:
    """ "ok", or what is wrong; asked anew where the last answer is old."""
    return _of_this_process.look()


def forget() -> None:
    """The next look asks anew."""
    _of_this_process.forget()


def begin() -> None:
    """At the start of a web process: one line in the log, without holding up the start."""
    if scanning.is_on():
        threading.Thread(target=_tell, name="antivirus-self-test", daemon=True).start()


def _tell() -> None:
    said = look()
    level = logging.INFO if said == "ok" else logging.ERROR
    logger.log(level, "virus scanner: mode=%s self_test=%s", settings.ANTIVIRUS.mode, said)


def _ask() -> str:
    verdict = scanning.scan([eicar()], answer_seconds=_MOST_ANSWER_SECONDS)
    if verdict.outcome is Outcome.INFECTED:
        return "ok"
    if verdict.outcome is Outcome.CLEAN:
        return "does not find the test file: are its signatures loaded?"
    return f"away ({verdict.detail})"
