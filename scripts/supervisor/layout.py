"""Where everything lies: the repository's folder and the folder of this copy's data."""

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Paths inside one DATA_DIR. Two copies of the product never share one."""

    data: Path

    @property
    def run(self) -> Path:
        """Short-lived: lock, process record, addresses of the embedded servers, pid files."""
        return self.data / "run"

    @property
    def logs(self) -> Path:
        return self.data / "logs"

    @property
    def postgres(self) -> Path:
        return self.data / "postgres"

    @property
    def redis(self) -> Path:
        return self.data / "redis"

    @property
    def secrets(self) -> Path:
        return self.data / "secrets.env"

    @property
    def lock(self) -> Path:
        return self.run / "lock"

    @property
    def record(self) -> Path:
        """Which processes run, for the guardian and for the next start after a crash."""
        return self.run / "processes.json"

    @property
    def environment(self) -> Path:
        """The children's environment while a supervisor runs, for scripts/celery_workers.sh."""
        return self.run / "env"

    def log(self, name: str) -> Path:
        return self.logs / f"{name}.log"


def data_dir(value: str | None) -> Path:
    """The folder that DATA_DIR names; a relative one is meant from the top of the repository."""
    return Path(os.path.abspath(ROOT / Path(value or "var").expanduser()))
