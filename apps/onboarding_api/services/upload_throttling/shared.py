"""The reservations in Redis, as this process reaches them: the limiter's own link, with its timeout and its breaker."""

from __future__ import annotations

import json
import logging
import threading
from typing import Any, Literal
from uuid import UUID

from django.conf import settings
from django.core.signals import setting_changed

from apps.onboarding_api.services.security.breaker import CacheBreaker
from apps.onboarding_api.services.security.decisions import Decision
from apps.onboarding_api.services.security.link import CacheAway, Link
from apps.onboarding_api.services.upload_throttling import scripts, shapes
from apps.onboarding_api.services.upload_throttling.alone import decided
from apps.onboarding_api.services.upload_throttling.ledger import Known
from apps.onboarding_api.services.upload_throttling.shapes import MICROSECONDS, NEVER, Cost, Use

logger = logging.getLogger("security")

COUNTS = "upload-quota-decisions"
"""The hash in Redis that counts decisions: `allowed`, `refused:<policy>`."""

_ORDER = (shapes.AT_ONCE, shapes.BURST, shapes.PHOTOS, shapes.DOCUMENTS, shapes.BYTES)
_PATIENCE_SECONDS = 2.0
"""Who is refused for what others have under way may look again so soon, or when the first of their leases ends."""

Aim = Literal["new", "again", "turn", "stay", "keep", "look"]
Ending = Literal["finish", "release", "settled"]


class Shared:
    """One for each process. Methods answer None where Redis is not asked or gives no answer, and raise nothing else.

    While the breaker is open one call in a second asks: uploads are few, so that is all the looking that it takes.
    """

    def __init__(self, *, link: Link, threshold: int, reset_seconds: float) -> None:
        self._link = link
        self.breaker = CacheBreaker(threshold=threshold, reset_seconds=reset_seconds)

    def decide(
        self,
        *,
        upload_id: UUID,
        session_id: UUID,
        cost: Cost,
        known: Known,
        quotas: Any,
        aim: Aim,
        token: int = 0,
    ) -> Decision | None:
        """All quotas of an upload, and the reservation where it fits into each. `token`: whose place it is, 0: nobody's
        in particular."""
        found = self._run(
            scripts.DECIDE,
            keys=[_key(session_id), f"{_key(session_id)}:burst", COUNTS],
            asked={
                "id": str(upload_id),
                "aim": aim,
                "token": token,
                "cost": vars(cost),
                "known": _told(known),
                "most": [
                    quotas.uploads_at_once,
                    quotas.photos_per_minute,
                    quotas.max_photos,
                    quotas.max_documents,
                    quotas.max_bytes,
                ],
                "names": _ORDER,
                "window": shapes.BURST_SECONDS * MICROSECONDS,
                "lease": round(quotas.lease_seconds * MICROSECONDS),
                "patience": round(_PATIENCE_SECONDS * MICROSECONDS),
            },
        )
        if found is None:
            return None
        _, now, _, *figures, reset = found
        uses = {
            policy: _use(figures[2 * at], figures[2 * at + 1], reset if policy == shapes.BURST else 0)
            for at, policy in enumerate(_ORDER)
        }
        return decided(uses, quotas, mode="redis", decided_at=now)

    def end(
        self,
        *,
        upload_id: UUID,
        session_id: UUID,
        aim: Ending,
        known: Known | None = None,
        token: int = 0,
    ) -> bool | None:
        """Whether the reservation was there."""
        asked: dict[str, Any] = {"id": str(upload_id), "aim": aim, "token": token}
        if known is not None:
            asked["known"] = _told(known)
        found = self._run(scripts.END, keys=[_key(session_id)], asked=asked)
        return None if found is None else bool(found[0])

    def counts(self) -> dict[str, int] | None:
        """Decisions by outcome, of all processes."""
        try:
            return self._link.hash(COUNTS) if self.breaker.state == "closed" else None
        except CacheAway:
            return None

    def close(self) -> None:
        self._link.close()

    def _run(self, script: str, *, keys: list[str], asked: dict[str, Any]) -> Any:
        if not self.breaker.admits():
            return None
        try:
            found = self._link.run(script, keys=keys, arguments=[json.dumps(asked)])
        except CacheAway as error:
            if self.breaker.failed():
                logger.error("upload quotas: Redis is away (%s), the rows decide", error)
            return None
        if self.breaker.succeeded():
            logger.info("upload quotas: Redis is back")
        return found


def _key(session_id: UUID) -> str:
    return f"upload-quota:{session_id}"


def _told(known: Known) -> dict[str, Any]:
    rows = [(str(row.upload_id), row.is_photo, round(row.age_seconds * MICROSECONDS)) for row in known.rows]
    return {**vars(known), "rows": rows}


def _use(used: int, wait: int, reset: int) -> Use:
    return Use(
        used=used,
        wait_seconds=None if wait == 0 else NEVER if wait < 0 else wait / MICROSECONDS,
        reset_seconds=reset / MICROSECONDS if reset else None,
    )


_lock = threading.Lock()
_shared: Shared | None = None


def get_shared() -> Shared:
    global _shared  # noqa: PLW0603 -- the one of the process
    found = _shared
    if found is None:
        with _lock:
            if _shared is None:
                limiting = settings.RATE_LIMITING
                _shared = Shared(
                    link=Link(settings.REDIS_URL, timeout_seconds=limiting.redis_timeout_seconds),
                    threshold=limiting.circuit_breaker_threshold,
                    reset_seconds=limiting.probe_seconds,
                )
            found = _shared
    return found


def forget(*, setting: str = "REDIS_URL", **_: object) -> None:
    """The next call makes a new one."""
    global _shared  # noqa: PLW0603 -- as above
    if setting in ("RATE_LIMITING", "REDIS_URL"):
        with _lock:
            if _shared is not None:
                _shared.close()
            _shared = None


setting_changed.connect(forget)
