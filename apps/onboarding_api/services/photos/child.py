"""The process that touches what people send: `python -m apps.onboarding_api.services.photos.child`.

It takes the file from standard input and its bounds from the command line, and writes one line of JSON, then the photo
and its thumbnail, to standard output. It is given no settings, no database and no secret. The limits are its own first
act; when all that it needs is loaded, and before it looks at the file, it gives up everything else (`confinement`).

Exit codes: 0 with an answer (a refusal is one), above 0 where it could not begin; a signal where a limit ended it.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
from dataclasses import asdict, dataclass, fields
from typing import Any

CANNOT_BEGIN = 3


@dataclass(frozen=True)
class Work:
    """Bounds of the file, of what is made of it, and of the process: bytes, seconds of processor, seconds in all."""

    max_pixels: int
    max_frame_pixels: int
    min_side: int
    max_side: int
    thumbnail_side: int
    memory_bytes: int
    cpu_seconds: int
    wall_seconds: int
    output_bytes: int

    @classmethod
    def read(cls, text: str) -> Work:
        given = json.loads(text)
        return cls(**{field.name: int(given[field.name]) for field in fields(cls)})

    def write(self) -> str:
        return json.dumps(asdict(self))


def main(arguments: list[str]) -> int:
    work = Work.read(arguments[0])
    answer_to = _set_limits(work)
    try:
        from apps.onboarding_api.services.photos import confinement, working

        working.load()
    except (ImportError, MemoryError) as error:
        sys.stderr.write(f"the decoder cannot be loaded: {error}\n")
        return CANNOT_BEGIN
    is_confined = confinement.confine()
    answer, parts = working.answer(sys.stdin.buffer.read(), work)
    _write(answer_to, answer | {"confined": is_confined}, parts)
    return 0


def _set_limits(work: Work) -> int:
    """Bound this process; gives the one descriptor that is left to write to: libraries print to standard output."""
    # A parent that is killed cannot end its child: the alarm does.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(work.wall_seconds + 1)
    for kind, limit in (
        (resource.RLIMIT_AS, work.memory_bytes),
        (resource.RLIMIT_CPU, work.cpu_seconds),
        (resource.RLIMIT_FSIZE, work.output_bytes),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (limit, limit))
    answer_to = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    return answer_to


def _write(descriptor: int, answer: dict[str, Any], parts: tuple[bytes, ...]) -> None:
    head = json.dumps(answer | {"parts": [len(part) for part in parts]}).encode() + b"\n"
    # By hand: a file object would ask the kernel about the descriptor, which is not allowed any more.
    rest = memoryview(b"".join((head, *parts)))
    while rest:
        rest = rest[os.write(descriptor, rest) :]


if __name__ == "__main__":
    # Not `sys.exit`: what Pillow leaves behind need not be tidied up, and the parent waits.
    code = main(sys.argv[1:])
    sys.stderr.flush()
    os._exit(code)
