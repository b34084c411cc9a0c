"""Named places where a test may make the process die: `TASK_FAILPOINT=after_run:/path` with the path as a fuse.

The process kills itself with SIGKILL at the named point, once: the fuse file is removed first. `*:/folder` arms every
point whose name a file in the folder has. Without the variable (always, outside fault tests) reaching a failpoint costs
one dictionary look-up.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path


def reach(name: str) -> None:
    setting = os.environ.get("TASK_FAILPOINT")
    if not setting:
        return
    wanted, _, path = setting.partition(":")
    if wanted not in (name, "*"):
        return
    fuse = Path(path, name) if wanted == "*" else Path(path)
    try:
        fuse.unlink()
    except FileNotFoundError:
        return
    os.kill(os.getpid(), signal.SIGKILL)
