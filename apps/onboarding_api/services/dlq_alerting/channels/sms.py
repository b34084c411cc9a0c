"""Text messages through an HTTP gateway: a plain JSON one, or Twilio's protocol. One request for each number."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from urllib.parse import urlencode

from apps.onboarding_api.services.dlq_alerting.channels import http
from apps.onboarding_api.services.dlq_alerting.texts import Notice

_CHARS = 160
"""One message of the GSM alphabet."""


@dataclass(frozen=True)
class JsonSmsChannel:
    """Posts `{"to", "from", "text", "reference"}`; the token goes in a header. Equal references are one message."""

    name: str
    number: str = field(repr=False)
    url: str = field(repr=False)
    token: str = field(repr=False)
    token_header: str
    sender: str

    def send(self, notice: Notice) -> None:
        message = {
            "to": self.number,
            "from": self.sender,
            "text": text_of(notice),
            "reference": notice.identity,
        }
        headers = {"Content-Type": "application/json", "Idempotency-Key": notice.identity}
        if self.token:
            headers[self.token_header] = self.token
        http.post(self.url, body=json.dumps(message).encode(), headers=headers)


@dataclass(frozen=True)
class TwilioSmsChannel:
    """`POST /2010-04-01/Accounts/{sid}/Messages.json`, form-encoded, HTTP basic authentication."""

    name: str
    number: str = field(repr=False)
    url: str = field(repr=False)
    account: str
    token: str = field(repr=False)
    sender: str

    def send(self, notice: Notice) -> None:
        credentials = base64.b64encode(f"{self.account}:{self.token}".encode()).decode()
        http.post(
            f"{self.url.rstrip('/')}/2010-04-01/Accounts/{self.account}/Messages.json",
            body=urlencode({"To": self.number, "From": self.sender, "Body": text_of(notice)}).encode(),
            headers={
                "Content-Type": "application/x-www-form-urlencoded",
                "Authorization": f"Basic {credentials}",
            },
        )


def text_of(notice: Notice) -> str:
    """The title; where they have room, code and link."""
    facts = dict(notice.lines)
    parts = [notice.title]
    if "Error code" in facts:
        parts.append(f"({facts['Error code']})")
    if notice.link:
        parts.append(notice.link)
    while len(parts) > 1 and len(" ".join(parts)) > _CHARS:
        parts.pop()
    return " ".join(parts)[:_CHARS]
