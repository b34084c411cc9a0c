"""What goes into a decision and what comes out. Nothing here knows HTTP requests or Redis."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

Mode = Literal["redis", "rows", "fallback", "fail_closed", "unlimited"]
REQUESTS, CONTENT_BYTES, CONCURRENT = "requests", "content-bytes", "concurrent-requests"


@dataclass(frozen=True)
class RequestFacts:
    """What limits go by. A fact that is None or empty is not known, and policies that need it do not apply.

    `ip` is the prefix that counts as one client (see `identity`); `content_bytes` None: the length was not declared.
    """

    method: str
    path: str
    content_type: str = ""
    content_bytes: int | None = None
    user: str | None = None
    ip: str | None = None
    account: str | None = None
    session: str | None = None
    client: str | None = None
    resource: str | None = None


@dataclass(frozen=True)
class Limit:
    """One limit to be decided: `key` is the name of its log in Redis and tells nobody's identity."""

    policy: str
    key: str
    quota: int
    window_seconds: int
    cost: int = 1
    unit: str = REQUESTS


@dataclass(frozen=True)
class LimitState:
    """A limit after the decision. `reset_seconds`: until more becomes available, or, where the limit is violated,
    until this very request fits; None where the whole quota is free or this request can never fit. No
    `window_seconds`: what was used does not come back with time."""

    policy: str
    quota: int
    window_seconds: int | None
    remaining: int
    reset_seconds: float | None
    violated: bool = False
    unit: str = REQUESTS


@dataclass(frozen=True)
class Decision:
    """`retry_after`: whole seconds after which the same request fits if nobody else asks meanwhile, rounded up; None
    for what is allowed, and for what costs more than a whole quota. `decided_at`: the server's time in
    microseconds."""

    allowed: bool
    mode: Mode
    limits: tuple[LimitState, ...] = ()
    retry_after: int | None = None
    decided_at: int | None = None

    @property
    def violated(self) -> tuple[str, ...]:
        return tuple(state.policy for state in self.limits if state.violated)

    @property
    def is_plain(self) -> bool:
        """Allowed by an exact count, or by there being no limit: the case that needs no line in the log."""
        return self.allowed and self.mode in ("redis", "unlimited")


UNLIMITED = Decision(allowed=True, mode="unlimited")


def whole_seconds(seconds: float) -> int:
    """Rounded up, at least 1: whoever waits so long does not come too early."""
    return max(1, math.ceil(seconds))


def of_states(
    states: tuple[LimitState, ...], *, allowed: bool, mode: Mode, decided_at: int | None = None
) -> Decision:
    waits = [state.reset_seconds for state in states if state.violated]
    known = [seconds for seconds in waits if seconds is not None]
    can_fit = bool(known) and len(known) == len(waits)
    return Decision(
        allowed=allowed,
        mode=mode,
        limits=states,
        retry_after=whole_seconds(max(known)) if can_fit and not allowed else None,
        decided_at=decided_at,
    )
