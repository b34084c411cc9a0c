"""Slack, by an incoming webhook. Its address is the only secret, so it stands in no log and no error."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from apps.onboarding_api.services.dlq_alerting.channels import http
from apps.onboarding_api.services.dlq_alerting.texts import Notice

_HEADER_CHARS = 150
"""Slack's limit for a header block."""
_COLOURS = {"critical": "#b3261e", "warning": "#b26a00"}
_OVER = "#2e7d32"


@dataclass(frozen=True)
class SlackChannel:
    webhook_url: str = field(repr=False)
    name: str = "slack"

    def send(self, notice: Notice) -> None:
        body = json.dumps(payload(notice)).encode()
        http.post(self.webhook_url, body=body, headers={"Content-Type": "application/json; charset=utf-8"})


def payload(notice: Notice) -> dict[str, Any]:
    """`text` is what notifications and screen readers show; the blocks stand beside a bar in the severity's colour."""
    blocks: list[dict[str, Any]] = [
        {
            "type": "header",
            "text": {"type": "plain_text", "text": notice.title[:_HEADER_CHARS], "emoji": False},
        },
        {
            "type": "section",
            "text": {
                "type": "mrkdwn",
                "text": "\n".join(f"*{label}:* {_escaped(value)}" for label, value in notice.lines),
            },
        },
    ]
    if notice.link:
        blocks.append(
            {
                "type": "actions",
                "elements": [
                    {
                        "type": "button",
                        "text": {"type": "plain_text", "text": "Open the incident"},
                        "url": notice.link,
                    }
                ],
            }
        )
    colour = _OVER if notice.is_over else _COLOURS[notice.severity]
    return {"text": _escaped(notice.title), "attachments": [{"color": colour, "blocks": blocks}]}


def _escaped(text: str) -> str:
    """As Slack asks: the three characters that have a meaning of their own in its texts."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
