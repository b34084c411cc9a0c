"""The DATA_DIR itself: made closed to other users, or refused in one line."""

import os

from scripts.supervisor.errors import CannotGoOn
from scripts.supervisor.layout import Layout


def ensure(layout: Layout) -> None:
    """Make the folder and what always lies in it; CannotGoOn where it cannot be used."""
    try:
        layout.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        for folder in (layout.run, layout.logs):
            folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise CannotGoOn(
            f"DATA_DIR {layout.data} cannot be used: {error.strerror} ({error.filename})."
        ) from None
    for folder in (layout.data, layout.run, layout.logs):
        if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
            raise CannotGoOn(f"{folder} belongs to another user: run as that user, or set another DATA_DIR.")
