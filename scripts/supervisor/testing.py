"""scripts/test: throwaway servers around the checks and the tests."""

import sys
import tempfile
import time
from pathlib import Path

from scripts.supervisor import run
from scripts.supervisor.layout import Layout
from scripts.supervisor.options import Options


def main(arguments: list[str]) -> int:
    """Returns 0 only if everything passed. With arguments only pytest runs, with them."""
    with tempfile.TemporaryDirectory(prefix="onboarding-test-", ignore_cleanup_errors=True) as folder:
        options = Options(
            layout=Layout(data=Path(folder).resolve()),
            host="127.0.0.1",
            port=8000,  # only a name for the settings: nothing listens on it
            only_servers=True,
            throwaway=True,
            command=(sys.executable, "-m", "scripts.supervisor.checks", *arguments),
        )
        return run.main(options, began=time.monotonic())
