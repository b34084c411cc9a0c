"""Receivers of alerts as real servers on this machine, and dead letters to be told of."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.utils import timezone

from apps.task_ledger.models import TaskRecord

ROOT = Path(__file__).resolve().parents[3]
CRITICAL = "process_conversation_step"
ORDINARY = "understand_photo"
CAUSE = "ab12cd34ef56ab78"


@dataclass
class HttpReceiver:
    """Keeps what is posted to it; answers with the next of `statuses` (200 where none is left)."""

    statuses: list[int] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    requests: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    hang: threading.Event | None = None
    """Where set, requests are answered only after it."""
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def bodies(self) -> list[Any]:
        return [json.loads(body) for _, _, body in self.requests]

    @property
    def titles(self) -> list[str]:
        return [body["text"] for body in self.bodies]


@contextlib.contextmanager
def http_receiver(**options: Any) -> Iterator[HttpReceiver]:
    receiver = HttpReceiver(**options)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.requests.append((self.path, dict(self.headers), body))
            if receiver.hang is not None:
                receiver.hang.wait(30)
            self.send_response(receiver.statuses.pop(0) if receiver.statuses else 200)
            for name, value in receiver.headers.items():
                self.send_header(name, value)
            self.end_headers()
            with contextlib.suppress(OSError):
                self.wfile.write(b"ok")

        def log_message(self, *args: Any) -> None:
            """Nothing: the test run's output is no access log."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    receiver.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        if receiver.hang is not None:
            receiver.hang.set()
        server.shutdown()
        server.server_close()


@dataclass
class Mailbox:
    port: int = 0
    refuse: str = ""
    raw: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)

    @property
    def messages(self) -> list[EmailMessage]:
        return [message_from_bytes(one, policy=policy.default) for one in self.raw]

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 -- aiosmtpd's name
        if self.refuse:
            return self.refuse
        self.raw.append(cast(bytes, envelope.content))
        self.recipients += envelope.rcpt_tos
        return "250 taken"


@contextlib.contextmanager
def mailbox() -> Iterator[Mailbox]:
    box = Mailbox(port=free_port())
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def configure(django_settings: Any, **changes: Any) -> None:
    """Settings of the alerts for one test; `sms` is a dictionary of changes itself."""
    sms = replace(settings.ALERTS.sms, **changes.pop("sms", {}))
    django_settings.ALERTS = replace(settings.ALERTS, sms=sms, **changes)


def dead(
    task: str = CRITICAL, *, n: int = 1, cause: str = CAUSE, hours_ago: float = 0.0, **columns: Any
) -> list[TaskRecord]:
    """Dead letters as the ledger would have written them. Their arguments are never looked at here."""
    died_at = timezone.now() - timedelta(hours=hours_ago)
    values: dict[str, Any] = {
        "state": TaskRecord.State.DEAD,
        "error": {"code": "provider_timeout", "class": "ProviderTimeout", "message": "", "retryable": False},
        "error_class": "apps.onboarding.errors.ProviderTimeout",
        "queue": "conversation",
        **columns,
    }
    return TaskRecord.objects.bulk_create(
        TaskRecord(
            id=uuid4(),
            name=task,
            cause=cause,
            sealed_payload=b"",
            due_at=died_at,
            finished_at=died_at,
            **values,
        )
        for _ in range(n)
    )


def mend(records: list[TaskRecord]) -> None:
    """As a redrive that went well."""
    TaskRecord.objects.filter(pk__in=[record.pk for record in records]).update(state=TaskRecord.State.DONE)
