"""Memory and loaded libraries of running processes, from /proc (Linux)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from scripts.benches.results import CannotMeasure

PROC = Path("/proc")
_KIB = 1024
_MB = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Memory:
    """Megabytes (10^6 bytes). `rss` counts shared pages in full, `pss` by share, so that sums of `pss` are true."""

    rss: float
    pss: float

    def __add__(self, other: Memory) -> Memory:
        return Memory(rss=self.rss + other.rss, pss=self.pss + other.pss)


def memory(pid: int) -> Memory:
    return read_rollup(_read(pid, "smaps_rollup"))


def read_rollup(text: str) -> Memory:
    """The two figures of a `smaps_rollup`, which writes them in KiB."""
    fields = {name: rest for name, _, rest in (line.partition(":") for line in text.splitlines())}
    rss, pss = (int(fields[name].split()[0]) * _KIB / _MB for name in ("Rss", "Pss"))
    return Memory(rss=rss, pss=pss)


def processor_ms(pid: int) -> float:
    """Milliseconds of processor time that the process and those below it have used so far, the ended ones included."""
    ticks = sum(sum(map(int, _read(each, "stat").rpartition(")")[2].split()[11:15])) for each in tree(pid))
    return ticks * 1000 / os.sysconf("SC_CLK_TCK")


def tree(pid: int) -> list[int]:
    """The process and all below it."""
    return [pid, *(each for child in children(pid) for each in tree(child))]


def children(pid: int) -> list[int]:
    """Pids whose parent it is."""
    found = []
    for folder in PROC.iterdir():
        if folder.name.isdigit():
            try:
                stat = (folder / "stat").read_text(errors="replace")
            except OSError:
                continue
            if stat.rpartition(")")[2].split()[1] == str(pid):
                found.append(int(folder.name))
    return sorted(found)


def libraries(pid: int) -> set[str]:
    """Paths of the files that the process has mapped: every compiled module it has ever imported is among them."""
    lines = (line.split(maxsplit=5) for line in _read(pid, "maps").splitlines())
    return {fields[5].strip() for fields in lines if len(fields) == 6 and fields[5].startswith("/")}


def _read(pid: int, name: str) -> str:
    try:
        return (PROC / str(pid) / name).read_text(errors="replace")
    except OSError as error:
        raise CannotMeasure(
            f"/proc/{pid}/{name} cannot be read ({error.strerror}); Linux is needed"
        ) from error
