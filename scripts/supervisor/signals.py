"""Signals as wake-up calls: the supervisor sleeps until a child ends, a person stops it, or its time is
up.
"""

import os
import select
import signal
from types import FrameType

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class WakeUp:
    """Counts requests to stop and interrupts `sleep` at once on them and on the end of a child."""

    def __init__(self) -> None:
        self.stops = 0
        self._reader, writer = os.pipe()
        os.set_blocking(self._reader, False)
        os.set_blocking(writer, False)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        for number in STOPPING:
            # nohup: who asked to survive the end of the terminal does.
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self._stop)

    def sleep(self, seconds: float) -> None:
        """Sleep for at most `seconds`."""
        if select.select([self._reader], [], [], max(0.0, seconds))[0]:
            os.read(self._reader, 4096)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stops += 1
