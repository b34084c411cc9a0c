"""The lives that the demo tenant shows: `apps/onboarding/demo_sessions.csv`."""

from __future__ import annotations

import csv
from dataclasses import replace
from typing import TextIO

from scripts.funnel_simulator import lives
from scripts.funnel_simulator.world import DAY, HOUR, Factor, Outage, World

COLUMNS = ("days_before", "second_of_day", "language", "device", "stages", "left", "cancelled")
SESSIONS, SEED = 1_200, 20
WORLD = replace(
    World(days=28),
    devices={
        "Android": Factor(share=0.5, leave=1.15),
        "iPhone": Factor(share=0.2),
        "Windows": Factor(share=0.3, advance=1.1, leave=0.8),
    },
    outages=(Outage(begin=17 * DAY + 9 * HOUR, end=17 * DAY + 15 * HOUR),),
)
"""Four weeks, the last day being today; on one day of them proposals did not come for six hours."""


def write(file: TextIO) -> None:
    """Whole seconds; the same lives each time."""
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow(COLUMNS)
    for life in sorted(lives.draw(WORLD, sessions=SESSIONS, seed=SEED), key=lambda life: life.started):
        day, second = divmod(int(life.started), int(DAY))
        rows.writerow(
            (
                WORLD.days - 1 - day,
                second,
                life.language,
                life.device,
                ":".join(str(int(offset)) for offset in life.stages),
                "" if life.left is None else int(life.left),
                int(life.cancelled),
            )
        )
