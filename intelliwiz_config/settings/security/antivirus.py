"""The virus scanner: clamd, reached over its own protocol."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from intelliwiz_config.settings import env

_MODES = ("required", "optional", "off")
_TCP = re.compile(r"tcp://(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9.-]+)):([0-9]{1,5})")


@dataclass(frozen=True)
class Antivirus:
    """`required`: no file is taken that was not scanned. `optional`: while the scanner is away files are taken, marked,
    and scanned later. `address` is a path of a socket, a host and port, or None."""

    mode: str
    address: str | tuple[str, int] | None
    connect_seconds: float
    answer_seconds: float
    infected_folder: Path
    infected_days: int


def _address(given: str) -> str | tuple[str, int] | None:
    if not given:
        return None
    if given.startswith("unix:///"):
        return given.removeprefix("unix://")
    found = _TCP.fullmatch(given)
    if found and 0 < int(found[3]) < 65_536:
        return found[1] or found[2], int(found[3])
    env.problems.append("CLAMD_ADDRESS must be like unix:///run/clamav/clamd.ctl or tcp://scanner:3310")
    return None


def _mode(given: str, *, has_address: bool) -> str:
    """Whoever names a scanner wants it asked; whoever asks for one has to name it."""
    if given in {"required", "optional"} and not has_address:
        env.problems.append(f"CLAMD_ADDRESS must be set where UPLOAD_ANTIVIRUS is {given}")
        return "off"
    return given or ("required" if has_address else "off")


_CLAMD = _address(env.text("CLAMD_ADDRESS"))
ANTIVIRUS = Antivirus(
    mode=_mode(env.choice("UPLOAD_ANTIVIRUS", "", _MODES), has_address=_CLAMD is not None),
    address=_CLAMD,
    connect_seconds=env.number("CLAMD_CONNECT_SECONDS", 1, low=0.05, high=30),
    answer_seconds=env.number("CLAMD_ANSWER_SECONDS", 20, low=0.1, high=300),
    infected_folder=env.path("INFECTED_FOLDER", env.path("DATA_DIR", Path("var")) / "infected"),
    infected_days=env.integer("INFECTED_RETENTION_DAYS", 90, low=1, high=3_650),
)
