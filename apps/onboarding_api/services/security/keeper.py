"""The thread that looks for Redis while the breaker is open, and counts back what was admitted meanwhile.

It runs only while there is something to do, in the process that found Redis away, and does not keep it from ending.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable

from apps.onboarding_api.services.security.link import CacheAway

logger = logging.getLogger("security")


class Keeper:
    """`look` returns True while there is more to do; it is called every `seconds`."""

    def __init__(self, look: Callable[[], bool], *, seconds: float) -> None:
        self._look = look
        self._seconds = seconds
        self._pid = 0
        self._thread: threading.Thread | None = None
        self._begin_anew()

    def wake(self) -> None:
        """There is something to do: make sure that it runs, and looks once more before it ends."""
        if self._pid != os.getpid():
            self._begin_anew()  # threads do not survive a fork
        with self._lock:
            self._is_asked = True
            if self._thread is None:
                thread = threading.Thread(target=self._work, name="limiter-keeper", daemon=True)
                self._thread = thread
                thread.start()

    def stop(self) -> None:
        self._stopped.set()

    def _work(self) -> None:
        lock, stopped = self._lock, self._stopped
        while not stopped.wait(self._seconds):
            self._is_asked = False
            if self._has_more():
                continue
            with lock:
                if not self._is_asked:
                    self._thread = None
                    return

    def _has_more(self) -> bool:
        try:
            return self._look()
        except CacheAway:
            return True
        except Exception:  # the thread is the boundary: it goes on, or nobody would look for Redis
            logger.exception("rate limiter: looking for Redis failed")
            return True

    def _begin_anew(self) -> None:
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._thread = None
        self._is_asked = False
        self._pid = os.getpid()
