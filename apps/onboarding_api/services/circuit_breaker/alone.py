"""The state of one process, by pybreaker's state machine: decides where Redis is away, mirrors it where it is not.

`pybreaker.CircuitBreaker.call` holds its lock for as long as the called function runs, so that the threads of a process
would queue behind each other. The protected call therefore runs outside; what came of it is played through `call`
afterwards, which takes no time: pybreaker counts it, moves between its states and tells its listener.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

import pybreaker

from apps.onboarding_api.services.circuit_breaker.states import Admission, Reply, Snapshot, State

_NAMES: dict[str, State] = {
    pybreaker.STATE_CLOSED: "closed",
    pybreaker.STATE_OPEN: "open",
    pybreaker.STATE_HALF_OPEN: "half_open",
}
_PYBREAKER_NAMES = {ours: theirs for theirs, ours in _NAMES.items()}


class _Failed(Exception):
    """Stands for the failure of a call that is already over."""


class _Memory(pybreaker.CircuitMemoryStorage):
    """pybreaker's memory, with the time of opening by a clock that nobody sets."""

    def __init__(self) -> None:
        super().__init__(pybreaker.STATE_CLOSED)
        self._opened: float | None = None

    @property
    def opened_at(self) -> datetime | None:
        if self._opened is None:
            return None
        return datetime.now(UTC) - timedelta(seconds=time.monotonic() - self._opened)

    @opened_at.setter
    def opened_at(self, moment: datetime) -> None:
        del moment  # always now; pybreaker takes it from a clock that may be set
        self._opened = time.monotonic()

    def opened_ago(self, seconds: float) -> None:
        self._opened = time.monotonic() - seconds

    def wait_seconds(self, reset_timeout: float) -> float:
        if self._opened is None:
            return 0.0
        return max(0.0, self._opened + reset_timeout - time.monotonic())

    def count(self, *, failures: int, successes: int) -> None:
        self._fail_counter = failures
        self._success_counter = successes


class _Changes(pybreaker.CircuitBreakerListener):
    def __init__(self) -> None:
        self.last: State | None = None

    def state_change(self, cb: Any, old_state: Any, new_state: Any) -> None:
        del cb, old_state
        self.last = _NAMES[new_state.name]


class Alone:
    """`config` is a `BreakerSettings`. All methods are quick and safe in threads."""

    def __init__(self, *, service: str, config: Any) -> None:
        self._config = config
        self._memory = _Memory()
        self._changes = _Changes()
        self._breaker = pybreaker.CircuitBreaker(
            fail_max=config.failure_threshold,
            reset_timeout=config.reset_timeout_seconds,
            success_threshold=config.success_threshold,
            listeners=[self._changes],
            state_storage=self._memory,
            name=service,
            throw_new_error_on_trip=False,
        )
        self._lock = threading.Lock()
        self._permit = ""
        self._permit_ends = 0.0
        self._last_error_class = ""
        self._mirrored: Snapshot | None = None

    def admit(self, *, token: str) -> Reply:
        with self._deciding():
            if self._state == "closed":
                return self._reply("call")
            if self._wait() > 0 or self._permit_seconds() > 0:
                return self._reply("refused")
            self._permit, self._permit_ends = token, time.monotonic() + self._config.probe_seconds
            if self._state == "open":
                self._breaker.half_open()
            return self._reply("probe")

    def fail(self, admission: Admission, *, error_class: str) -> Reply:
        with self._deciding():
            if self._may_speak(admission):
                self._last_error_class = error_class
                with contextlib.suppress(_Failed):
                    self._breaker.call(_fail)
            return self._reply("call")

    def succeed(self, admission: Admission) -> Reply:
        with self._deciding():
            if self._may_speak(admission):
                self._breaker.call(_succeed)
            return self._reply("call")

    def release(self, admission: Admission) -> Reply:
        with self._deciding():
            self._may_speak(admission)
            return self._reply("call")

    def read(self) -> Reply:
        with self._deciding():
            return self._reply("call")

    def mirror(self, seen: Snapshot) -> None:
        """Take over what Redis said, so that this process goes on from there when Redis is away."""
        if seen == self._mirrored:
            return  # a closed breaker says the same thing every time
        with self._deciding():
            self._memory.state = _PYBREAKER_NAMES[seen.state]
            _ = self._breaker.state  # reading it makes pybreaker follow its storage
            self._memory.count(failures=seen.failures, successes=seen.successes)
            self._memory.opened_ago(self._config.reset_timeout_seconds - seen.wait_seconds)
            self._last_error_class = seen.last_error_class
            self._mirrored = seen

    @contextlib.contextmanager
    def _deciding(self) -> Iterator[None]:
        with self._lock:
            self._changes.last = None
            self._mirrored = None
            yield

    @property
    def _state(self) -> State:
        return _NAMES[self._breaker.current_state]

    def _wait(self) -> float:
        return self._memory.wait_seconds(self._config.reset_timeout_seconds) if self._state == "open" else 0.0

    def _permit_seconds(self) -> float:
        return max(0.0, self._permit_ends - time.monotonic()) if self._permit else 0.0

    def _may_speak(self, admission: Admission) -> bool:
        """An ordinary call counts while the breaker is closed, a probe while it is half open and nobody else probes."""
        if not admission.is_probe:
            return self._state == "closed"
        held = self._permit == admission.token
        free = self._permit_seconds() == 0
        if held:
            self._permit = ""
        return self._state == "closed" or (self._state == "half_open" and (held or free))

    def _reply(self, decision: Any) -> Reply:
        opened_at = self._memory.opened_at
        snapshot = Snapshot(
            state=self._state,
            failures=self._breaker.fail_counter,
            successes=self._breaker.success_counter,
            wait_seconds=self._wait(),
            opened_at=opened_at.timestamp() if opened_at and self._state != "closed" else None,
            probe_seconds=self._permit_seconds() if self._state != "closed" else 0.0,
            last_error_class=self._last_error_class,
        )
        return Reply(decision=decision, change=self._changes.last, snapshot=snapshot)


def _fail() -> NoReturn:
    raise _Failed


def _succeed() -> None:
    """A call that went well."""
