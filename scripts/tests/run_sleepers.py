"""A supervisor whose programs only sleep: what the tests of starting, watching and ending drive from outside.

Run as: python -m scripts.tests.run_sleepers DATA_DIR [fail]
"""

import signal
import sys
from pathlib import Path

from scripts.supervisor import data_folder, data_lock, record
from scripts.supervisor.errors import CannotGoOn
from scripts.supervisor.layout import Layout
from scripts.supervisor.program import Program
from scripts.supervisor.signals import WakeUp
from scripts.supervisor.stack import Stack, StopRequested

# A process with a child of its own in another session, which a kill of its group does not reach.
FAMILY = (
    "import subprocess, sys, time\n"
    "command = [sys.executable, '-c', 'import time; time.sleep(600)']\n"
    "child = subprocess.Popen(command, start_new_session=True)\n"
    "print('child', child.pid, flush=True)\n"
    "time.sleep(600)\n"
)
TIDY = (
    "import signal, sys, time\n"
    "def leave(*_):\n"
    "    print('left in order', flush=True)\n"
    "    sys.exit(0)\n"
    "signal.signal(signal.SIGTERM, leave)\n"
    "print('waits', flush=True)\n"
    "time.sleep(600)\n"
)
FAILING = "print('this setting is wrong'); raise SystemExit(7)"


def main(data: str, mode: str = "") -> int:
    layout = Layout(data=Path(data))
    data_folder.ensure(layout)
    lock = data_lock.hold(layout)
    wake_up = WakeUp()
    print("cleaned", *record.end_everything(layout.record), flush=True)
    stack = Stack(layout, lock=lock, wake_up=wake_up, say=lambda text: print(text, flush=True))
    try:
        if mode == "fail":
            stack.start(_program("failing", FAILING), {})
        stack.start(_program("family", FAMILY), {})
        stack.start(_program("tidy", TIDY, server=True), {})
        stack.wait_for(
            lambda: all(layout.log(name).exists() for name in ("family", "tidy")), seconds=30, what="all"
        )
        stack.wait_for(lambda: "child" in layout.log("family").read_text(), seconds=30, what="family")
        stack.wait_for(lambda: "waits" in layout.log("tidy").read_text(), seconds=30, what="tidy")
        print("ready", flush=True)
        while True:
            stack.watch(5)
    except StopRequested:
        return 0
    except CannotGoOn as error:
        print(error, flush=True)
        return 1
    finally:
        stack.close(stages=[["family"]])


def _program(name: str, source: str, *, server: bool = False) -> Program:
    orphan_signal = signal.SIGTERM if server else signal.SIGKILL
    return Program(
        name=name, command=(sys.executable, "-c", source), server=server, orphan_signal=orphan_signal
    )


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
