"""A client that holds a conversation as fast as it is answered."""

from __future__ import annotations

import http.client
import json
import time
from typing import Any
from uuid import uuid4

from scripts.benches.results import CannotMeasure

_ROUTE = "/api/v1/onboarding/conversation/"
_LONGEST_SECONDS = 60
_FRESH_SECONDS = 3  # uvicorn closes a connection that was idle for five
ANSWERS = {
    "site_name": "Green Valley Tower",
    "site_type": "an office building",
    "address": "12 Residency Road, near the post office",
    "city": "Bengaluru",
    "area": "25,000 sq ft",
    "floors": "4",
    "entrances": "3",
    "operating_hours": "9 am to 6 pm",
    "operating_days": "Monday to Saturday",
    "shift_pattern": "two shifts of 12 hours",
    "guards_per_shift": "6",
    "armed_guards": "no",
    "cctv": "yes",
    "risks": "theft and fire",
    "visitor_volume": "100 to 200",
    "meters": "electricity and water",
    "meter_count": "2",
    "emergency_contact_name": "Rahul Sharma",
    "emergency_contact_phone": "+91 98450 12345",
}


class Talker:
    """One signed-in client on a kept-alive connection. A session that ran out of questions is followed by a new one."""

    def __init__(self, port: int, token: str, *, idempotent: bool = False) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_LONGEST_SECONDS)
        self._headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
            "Prefer": "wait=25",
        }
        self._idempotent = idempotent
        self.session_id = ""
        self._asked: str | None = None
        self._used = 0.0
        self.task_ids: list[str] = []

    def turn(self) -> float:
        """Answer the standing question; seconds from the first byte out to the last byte in.

        `CannotMeasure` where the answer was not taken: a fast failure is no turn.
        """
        if self._asked not in ANSWERS:
            self.open()
        asked = self._asked
        assert asked is not None
        body = {"session_id": self.session_id, "text": ANSWERS[asked]}
        headers = {**self._headers, **({"Idempotency-Key": str(uuid4())} if self._idempotent else {})}
        payload = json.dumps(body)
        self._freshen()
        began = time.perf_counter()
        status, text = self._send(payload, headers)
        seconds = time.perf_counter() - began
        answer = self._take(status, text)
        if answer["status"] != "completed" or self._asked == asked:
            raise CannotMeasure(f"the answer to {asked!r} was not taken: {text.decode()[:500]}")
        self.task_ids.append(answer["task_id"])
        return seconds

    def open(self) -> None:
        """A new session, with its first question."""
        self._freshen()
        answer = self._take(*self._send(json.dumps({"language": "en"}), self._headers))
        self.session_id = answer["session_id"]
        if self._asked not in ANSWERS:
            raise CannotMeasure(f"no answer is known to the first question: {self._asked!r}")

    def close(self) -> None:
        self._connection.close()

    def _freshen(self) -> None:
        """A new connection where the old one may be closed by now; not part of a turn's time."""
        if time.perf_counter() - self._used > _FRESH_SECONDS:
            self._connection.close()
            self._connection.connect()

    def _send(self, payload: str, headers: dict[str, str]) -> tuple[int, bytes]:
        self._connection.request("POST", _ROUTE, payload, headers)
        answer = self._connection.getresponse()
        text = answer.read()
        self._used = time.perf_counter()
        return answer.status, text

    def _take(self, status: int, text: bytes) -> dict[str, Any]:
        if status != http.HTTPStatus.OK:
            raise CannotMeasure(f"{_ROUTE} answered {status}: {text.decode(errors='replace')[:500]}")
        answer: dict[str, Any] = json.loads(text)
        self._asked = answer["reply"]["slot"]
        return answer
