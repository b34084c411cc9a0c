"""python -m scripts.quota_model kills [--kills N] | compare [--operations N]: the proofs of the upload quotas.

Needs the .venv that scripts/run or scripts/test made; it starts a PostgreSQL and a Redis of its own.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from scripts.supervisor import run
from scripts.supervisor.layout import Layout
from scripts.supervisor.options import Options


def main(arguments: list[str]) -> int:
    """0 where the quotas kept their promises, 1 where they did not."""
    parser = argparse.ArgumentParser(prog="python -m scripts.quota_model", description=__doc__)
    parser.add_argument("what", choices=("kills", "compare"))
    parser.add_argument("--kills", type=int, default=1_000)
    parser.add_argument("--operations", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    amount = chosen.kills if chosen.what == "kills" else chosen.operations
    with tempfile.TemporaryDirectory(prefix="onboarding-quotas-", ignore_cleanup_errors=True) as folder:
        options = Options(
            layout=Layout(data=Path(folder).resolve()),
            host="127.0.0.1",
            port=8000,  # only a name for the settings: nothing listens on it
            only_servers=True,
            throwaway=True,
            command=(
                *(sys.executable, "-m", "scripts.quota_model.inside"),
                *(chosen.what, str(amount), str(chosen.seed)),
            ),
        )
        return run.main(options, began=time.monotonic())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
