"""Files of KEY=VALUE lines that only their owner may read: the local secrets and the running addresses."""

import os
from collections.abc import Mapping
from pathlib import Path


def read(path: Path) -> dict[str, str]:
    """The values of the file; nothing where it does not exist. Values are taken as they stand, without
    quotes.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    pairs = (line.split("=", 1) for line in lines if "=" in line and not line.lstrip().startswith("#"))
    return {key.strip(): value.strip() for key, value in pairs}


def write(path: Path, values: Mapping[str, str], *, heading: str) -> None:
    """Replace the file at once with mode 600, whatever the umask; a crash leaves the old one or the new
    one.
    """
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        os.fchmod(descriptor, 0o600)
        file.write(f"# {heading}\n")
        file.writelines(f"{key}={value}\n" for key, value in values.items())
        file.flush()
        os.fsync(descriptor)
    fresh.replace(path)
