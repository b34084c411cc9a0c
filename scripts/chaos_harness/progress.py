"""How many tasks the producers have committed so far, by their own logs, whatever the servers do meanwhile."""

from __future__ import annotations

import json
from pathlib import Path


class Progress:
    """Reads only what was appended since the last look."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[Path, int] = {}
        self._sizes: dict[str, int] = {}
        self._committed = 0

    def committed(self) -> int:
        for path in self._folder.glob("committed-*.jsonl"):
            with path.open("rb") as file:
                file.seek(self._read.get(path, 0))
                for raw in file:
                    if not raw.endswith(b"\n"):
                        break
                    self._read[path] = self._read.get(path, 0) + len(raw)
                    self._note(raw)
        return self._committed

    def _note(self, raw: bytes) -> None:
        try:
            line = json.loads(raw)
        except ValueError:
            return
        if line["what"] == "intent":
            self._sizes[line["batch"]] = len(line["tasks"])
        elif line["what"] == "committed":
            self._committed += self._sizes.get(line["batch"], 0)
