"""One session of a person who tells the product too much, and the calls that carry it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx

from scripts.pii_canaries.target import ADMIN, MANAGER, Target
from scripts.pii_canaries.values import Aviary, Canary

ANSWERS: dict[str, Any] = {
    "site_name": "Harbour House", "site_type": "office", "address": "12 Residency Road", "city": "Pune",
    "area": {"value": 12000, "unit": "sq_ft"}, "floors": 4, "entrances": 2,
    "operating_hours": {"from": "09:00", "to": "18:00"}, "operating_days": ["mon", "tue", "wed", "thu", "fri"],
    "shift_pattern": "two_12h", "guards_per_shift": 4, "cctv": True, "risks": ["theft"],
    "visitor_volume": {"low": 50, "high": 80}, "meters": ["electricity"], "meter_count": 1,
}  # fmt: skip
"""Answers to all that is asked before the contact."""
WAIT = {"Prefer": "wait=25"}


@dataclass
class Calls:
    """Signed-in clients of the product. `answers` keeps what came back: (status, headers and body)."""

    target: Target
    manager: httpx.Client
    admin: httpx.Client
    stranger: httpx.Client
    unexpected: list[str] = field(default_factory=list)
    sent: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def call(
        self, method: str, path: str, *, who: str = "manager", expect: int | None = None, **more: Any
    ) -> httpx.Response:
        """Below the product's address. A status of 500 or another than `expect` is noted as unexpected."""
        client: httpx.Client = getattr(self, who)
        answer = client.request(method, path, **more)
        with self._lock:
            self.sent += 1
            if answer.status_code >= 500 or (expect is not None and answer.status_code != expect):
                self.unexpected.append(
                    f"{method} {path.partition('?')[0][:70]}: {answer.status_code} {answer.text[:160]}"
                )
        return answer


@contextmanager
def calling(target: Target) -> Iterator[Calls]:
    """The three people's clients, closed at the end."""
    plain = httpx.Client(base_url=target.url, timeout=60)
    calls = Calls(target, _signed_in(target, MANAGER), _signed_in(target, ADMIN), plain)
    try:
        yield calls
    finally:
        for client in (calls.manager, calls.admin, calls.stranger):
            client.close()


def _signed_in(target: Target, account: str) -> httpx.Client:
    client = httpx.Client(base_url=target.url, timeout=60)
    answer = client.post("/api/v1/auth/token/", json={"username": account, "password": target.password})
    answer.raise_for_status()
    client.headers["Authorization"] = f"Bearer {answer.json()['access']}"
    return client


@dataclass
class Visitor:
    """`known` are the values that were given as answers to the questions for them."""

    calls: Calls
    aviary: Aviary
    session: str = field(default_factory=lambda: str(uuid4()))
    known: list[Canary] = field(default_factory=list)

    def say(self, expect: int | None = 200, **answer: Any) -> httpx.Response:
        """An answer of the conversation, waited for."""
        return self.calls.call(
            "POST",
            "/api/v1/onboarding/conversation/",
            expect=expect,
            headers=WAIT,
            json={"session_id": self.session, **answer},
        )

    def patch(self, data: dict[str, Any], *, expect: int | None = 200) -> httpx.Response:
        return self.calls.call(
            "PATCH", self.path, expect=expect, headers={"If-Match": "*"}, json={"collected_data": data}
        )

    @property
    def path(self) -> str:
        return f"/api/v1/onboarding/sessions/{self.session}/"

    def knows(self, canary: Canary) -> str:
        """The value, which from now on is known to the session."""
        canary.session = self.session
        self.known.append(canary)
        return canary.value
