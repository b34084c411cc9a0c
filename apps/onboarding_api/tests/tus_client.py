"""tus 1.0 by hand: requests as a phone would send them, whole or broken off."""

from __future__ import annotations

import base64
import contextlib
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx

OFFSET_TYPE = "application/offset+octet-stream"
TUS = {"Tus-Resumable": "1.0.0"}


def metadata(**values: object) -> str:
    return ",".join(
        f"{key} {base64.b64encode(str(value).encode()).decode()}" for key, value in values.items()
    )


@dataclass
class TusClient:
    """`http` is signed in, and its base is the API."""

    http: httpx.Client
    headers: dict[str, str] = field(default_factory=lambda: dict(TUS))

    def session(self) -> str:
        made = self.http.post("onboarding/conversation/", json={"language": "en"})
        return str(made.json()["session_id"])

    def create(
        self, session_id: str, size: int, *, name: str = "gate.jpg", kind: str = "scene"
    ) -> httpx.Response:
        said = metadata(session_id=session_id, filename=name, kind=kind)
        return self.http.post(
            "onboarding/uploads/resumable/",
            headers={**self.headers, "Upload-Length": str(size), "Upload-Metadata": said},
        )

    def patch(self, location: str, at: int, data: bytes, **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.http.patch(
            self.absolute(location), content=data,
            headers={**self.headers, "Upload-Offset": str(at), "Content-Type": OFFSET_TYPE, **named},
        )  # fmt: skip

    def absolute(self, location: str) -> str:
        return urljoin(str(self.http.base_url), location)

    def head(self, location: str) -> httpx.Response:
        return self.http.head(self.absolute(location), headers=self.headers)

    def offset(self, location: str) -> int:
        return int(self.head(location).headers["upload-offset"])

    @contextlib.contextmanager
    def opened(self, location: str, at: int, declared: int) -> Iterator[socket.socket]:
        """A connection on which a PATCH has begun and whose body can be sent as slowly as one likes."""
        host = urlsplit(str(self.http.base_url))
        assert host.hostname is not None
        lines = [
            f"PATCH {location} HTTP/1.1",
            f"Host: {host.netloc}",
            f"Authorization: {self.http.headers['Authorization']}",
            f"Content-Type: {OFFSET_TYPE}",
            f"Content-Length: {declared}",
            f"Upload-Offset: {at}",
            "Tus-Resumable: 1.0.0",
        ]
        with socket.create_connection((host.hostname, host.port or 80), timeout=30) as made:
            made.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
            yield made

    def finish(self, location: str, data: bytes) -> httpx.Response:
        """As a client does after whatever happened: ask, and send the rest; again where more had come meanwhile."""
        for _ in range(5):
            at = self.offset(location)
            answer = self.patch(location, at, data[at:])
            if answer.status_code != 409:
                break
        return answer


def answer_of(connection: socket.socket) -> bytes:
    """What is answered on it, up to the end of its head."""
    answer = b""
    while b"\r\n\r\n" not in answer and (piece := connection.recv(4096)):
        answer += piece
    return answer


def problem_of(response: Any) -> str:
    return str(response.json()["code"])
