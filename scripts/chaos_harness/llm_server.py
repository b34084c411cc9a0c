"""A language model for outages: answers, or refuses with 503 while the file DOWN is there; logs each request.

Run as: python -m scripts.chaos_harness.llm_server PORT LOG DOWN
"""

from __future__ import annotations

import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


def serve(port: int, log: Path, down: Path) -> None:
    file = log.open("a", buffering=1)

    class Model(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # the name that http.server asks for
            is_down = down.exists()
            file.write(f"{time.time():.4f} {'refused' if is_down else 'answered'}\n")
            self.send_response(503 if is_down else 204)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Its own log is the only one."""

    ThreadingHTTPServer(("127.0.0.1", port), Model).serve_forever()


def refusals(log: Path) -> list[float]:
    """Times of the requests that were refused, seconds of the Unix epoch."""
    lines = (line.partition(" ") for line in log.read_text().splitlines())
    return sorted(float(at) for at, _, what in lines if what == "refused")


if __name__ == "__main__":
    serve(int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
