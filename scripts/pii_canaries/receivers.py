"""Those who are told of failures: a Slack, a mail server and an SMS gateway on this machine, which keep what comes."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller

from scripts.benches.product import free_port


@dataclass
class Receivers:
    """`heard`: channel and what came, header lines included."""

    http_port: int = 0
    mail_port: int = 0
    heard: list[tuple[str, str]] = field(default_factory=list)

    def settings(self) -> dict[str, str]:
        """The environment that makes the product tell them."""
        http = f"http://127.0.0.1:{self.http_port}"
        return {
            "SLACK_WEBHOOK_URL": f"{http}/slack",
            "SMS_GATEWAY_URL": f"{http}/sms",
            "SMS_NUMBERS": "+15005550006",
            "ADMIN_ALERT_EMAIL": "ops@receiver.example",
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(self.mail_port),
            "ALERT_ESCALATE_AFTER_MINUTES": "0.1",
            "ALERT_FLAPPING_MINUTES": "0",
            "ALERT_REPEATED_FAILURES": "2",
        }


@contextlib.contextmanager
def listening() -> Iterator[Receivers]:
    receivers = Receivers(mail_port=free_port())

    class Posts(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            receivers.heard.append((self.path.strip("/"), f"{self.headers}\n{body.decode(errors='replace')}"))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Nothing: the screen belongs to the canaries."""

    class Mail:
        async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: ARG002, N802 -- aiosmtpd's names
            receivers.heard.append(("mail", envelope.content.decode(errors="replace")))
            return "250 taken"

    server = ThreadingHTTPServer(("127.0.0.1", 0), Posts)
    server.daemon_threads = True
    receivers.http_port = server.server_address[1]
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
    mail = Controller(Mail(), hostname="127.0.0.1", port=receivers.mail_port)
    mail.start()
    try:
        yield receivers
    finally:
        mail.stop()
        server.shutdown()
        server.server_close()
