"""The parent's end of the line to a detector in a process of its own. `children.serving` is the other one."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from scripts.benches import processes
from scripts.benches.results import CannotMeasure
from scripts.pii_evaluation.examples import Example
from scripts.pii_evaluation.metrics import Found
from scripts.supervisor.layout import ROOT

START_SECONDS = 60.0
_LOOK_SECONDS = 0.25
_WHOLE_BATCH = 500
"""Texts per request: a batch ends long before its deadline."""


class TooSlow(Exception):
    """No answer in time; the child is gone."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`found` lies beside the texts asked for; `seconds` is processor time of each."""

    found: list[list[Found]]
    seconds: list[float]
    megabytes: float


class Child:
    """One detector. `seconds` is the processor time of loading it, `megabytes` its memory then; a context manager."""

    def __init__(self, module: str, *, python: Path | str = sys.executable) -> None:
        self._process = subprocess.Popen(
            [str(python), "-m", f"scripts.pii_evaluation.children.{module}"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._lines: queue.Queue[bytes] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        try:
            ready = self._line(START_SECONDS)["ready"]
        except TooSlow as error:
            raise CannotMeasure(f"{module} did not start") from error
        self.label: str = ready["label"]
        self.seconds: float = ready["seconds"]
        self.megabytes: float = ready["megabytes"]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()

    def ask(
        self, examples: Sequence[Example], *, policy: str = "balanced", deadline: float = 120.0
    ) -> Answer:
        """What the detector finds in each text. `TooSlow` where one batch takes longer than `deadline` seconds
        of the child's processor time.
        """
        found: list[list[Found]] = []
        seconds: list[float] = []
        megabytes = self.megabytes
        for at in range(0, len(examples), _WHOLE_BATCH):
            batch = [(one.text, one.language, one.view) for one in examples[at : at + _WHOLE_BATCH]]
            self._send({"texts": batch, "policy": policy})
            answer = self._line(deadline)
            found += [[(start, end, kind) for start, end, kind in spans] for spans in answer["spans"]]
            seconds += answer["seconds"]
            megabytes = answer["megabytes"]
        return Answer(found, seconds, megabytes)

    def _send(self, value: Any) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(value).encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError as error:
            raise TooSlow("the detector is gone") from error

    def _line(self, deadline: float) -> Any:
        """The next answer. `deadline` is processor time of the child; four times as much of the clock ends it too."""
        spent = processes.processor_ms(self._process.pid)
        end = time.monotonic() + 4 * deadline
        line = None
        while line is None:
            try:
                line = self._lines.get(timeout=_LOOK_SECONDS)
            except queue.Empty:
                used = processes.processor_ms(self._process.pid) - spent
                if used > 1000 * deadline or time.monotonic() > end:
                    line = b""
        if not line:
            self.close()
            raise TooSlow(f"no answer in {deadline:.0f} s")
        return json.loads(line)

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put(b"")
