"""The outside service: a loopback HTTP server that does each idempotency key once and remembers every request.

Run as: python -m scripts.chaos_harness.outside PORT LOG. Each line of the log is `done KEY` or `again KEY`.
"""

from __future__ import annotations

import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


def serve(port: int, log: Path) -> None:
    done: set[str] = set()
    lock = threading.Lock()
    file = log.open("a", buffering=1)

    class Charge(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the name that http.server asks for
            key = self.headers.get("Idempotency-Key", "")
            with lock:
                file.write(f"{'again' if key in done else 'done'} {key}\n")
                done.add(key)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Its own log is the only one."""

    ThreadingHTTPServer(("127.0.0.1", port), Charge).serve_forever()


def read(log: Path) -> dict[str, int]:
    """Key -> how often it was done; asking again is not doing."""
    found: dict[str, int] = {}
    for line in log.read_text().splitlines() if log.exists() else ():
        what, _, key = line.partition(" ")
        if what == "done":
            found[key] = found.get(key, 0) + 1
    return found


if __name__ == "__main__":
    serve(int(sys.argv[1]), Path(sys.argv[2]))
