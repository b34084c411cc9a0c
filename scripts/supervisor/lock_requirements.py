"""scripts/lock: requirements.txt and the others from their .in files, for every supported
Python.
"""

import importlib.util
import subprocess
import sys

from scripts.supervisor import bootstrap
from scripts.supervisor.errors import CannotGoOn
from scripts.supervisor.layout import ROOT

OLDEST_PYTHON = "3.11"
QUIET = ("--no-emit-index-url", "--no-annotate", "--no-header", "--quiet")


def main(arguments: list[str]) -> int:
    """`arguments` go on to uv, for example --upgrade or --upgrade-package NAME."""
    if importlib.util.find_spec("uv") is None:
        bootstrap.install_tool("uv")
    # The others are constrained by the first one, so the order matters.
    for name in ("requirements", "requirements-dev", "requirements-s3"):
        compiled = subprocess.run(
            [
                *(
                    sys.executable,
                    "-m",
                    "uv",
                    "pip",
                    "compile",
                    "--universal",
                    "--python-version",
                    OLDEST_PYTHON,
                ),
                *(*QUIET, *arguments, f"{name}.in", "-o", f"{name}.txt"),
            ],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            check=False,
        )
        if compiled.returncode != 0:
            raise CannotGoOn(f"{name}.txt was not compiled.")
        print(f"Compiled {name}.txt")
    return 0
