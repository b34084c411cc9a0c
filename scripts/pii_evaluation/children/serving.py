"""The child's end of the line. Standard library only, so that it also runs in an environment of its own.

First the child writes {"ready": {"seconds", "megabytes", "label"}}. Then for each line {"texts": [[text, language,
view], ...], "policy"} it answers {"spans": [[[start, end, kind], ...], ...], "seconds": [...]}: processor time of each
text. It ends with its input.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Sequence

Found = Sequence[tuple[int, int, str]]
Finder = Callable[[str, str, str, str], Found]
"""Takes text, language, view and policy."""


def serve(load: Callable[[], tuple[str, Finder]]) -> None:
    """Until the input ends. `load` imports the detector, finds something once, and gives its label and finder."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(
        sys.stderr.fileno(), sys.stdout.fileno()
    )  # what a library prints must not get between the answers
    began = time.process_time()
    label, find = load()
    seconds = time.process_time() - began
    _answer(answers, {"ready": {"seconds": seconds, "megabytes": _megabytes(), "label": label}})
    for line in sys.stdin.buffer:
        request = json.loads(line)
        spans, taken = [], []
        for text, language, view in request["texts"]:
            began = time.process_time()
            found = find(text, language, view, request["policy"])
            taken.append(time.process_time() - began)
            spans.append(list(found))
        _answer(answers, {"spans": spans, "seconds": taken, "megabytes": _megabytes()})


def _answer(answers, value) -> None:  # type: ignore[no-untyped-def]  # any text stream, any JSON
    answers.write(json.dumps(value) + "\n")
    answers.flush()


def _megabytes() -> float:
    """Resident memory now, in units of 10^6 bytes."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
