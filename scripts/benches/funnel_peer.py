"""Another engine on the same events, in an environment of its own: `python funnel_peer.py duckdb FOLDER`.

Reads `asked.json` and `events.csv` of the folder; prints one JSON object: label, milliseconds of each answer, counts.
Nothing of the project is imported: it runs in another environment.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

TIMES = 7
STAGES = ("started", "engaged", "recommendations", "decision", "completed")


def duckdb(folder: Path, asked: dict[str, Any]) -> tuple[str, Callable[[], Any]]:
    import duckdb  # type: ignore[import-not-found]  # in the environment of the bench alone

    base = duckdb.connect(str(folder / "events.duckdb"))
    base.execute("CREATE TABLE events (client UUID, session UUID, stage TINYINT, moment BIGINT)")
    base.execute(f"COPY events FROM '{folder / 'events.csv'}' (FORMAT csv, HEADER false)")
    first = ", ".join(f"min(moment) FILTER (WHERE stage = {n}) AS {name}" for n, name in enumerate(STAGES))
    query = f"""SELECT {", ".join(f"count({name})" for name in STAGES)},
          {", ".join(f"avg({b} - {a})" for a, b in pairwise(STAGES))},
          quantile_disc(completed - started, [0.5, 0.9])
      FROM (SELECT session, {first} FROM events WHERE client = '{asked["client"]}' GROUP BY session)
     WHERE started >= {asked["start"]} AND started < {asked["end"]}"""  # noqa: S608 -- figures of our own
    return f"DuckDB {duckdb.__version__}", lambda: base.execute(query).fetchone()


def chdb(folder: Path, asked: dict[str, Any]) -> tuple[str, Callable[[], Any]]:
    from chdb import session  # type: ignore[import-not-found]  # in the environment of the bench alone

    base = session.Session(str(folder / "chdb"))
    base.query("CREATE DATABASE bench ENGINE = Atomic")
    base.query(
        "CREATE TABLE bench.events (client UUID, session UUID, stage Int8, moment Int64)"
        " ENGINE = MergeTree ORDER BY (client, session, moment)"
    )
    base.query(f"INSERT INTO bench.events SELECT * FROM file('{folder / 'events.csv'}', CSV)")  # noqa: S608 -- ours
    first = ", ".join(f"minIf(moment, stage = {n}) AS {name}" for n, name in enumerate(STAGES))
    steps = ", ".join(f"avgIf({b} - {a}, {b} > 0 AND {a} > 0)" for a, b in pairwise(STAGES))
    query = f"""SELECT {", ".join(f"countIf({name} > 0)" for name in STAGES)}, {steps},
          quantilesExactLowIf(0.5, 0.9)(completed - started, completed > 0)
      FROM (SELECT session, {first} FROM bench.events WHERE client = '{asked["client"]}' GROUP BY session)
     WHERE started >= {asked["start"]} AND started < {asked["end"]}"""  # noqa: S608 -- figures of our own

    def ask() -> Any:
        return json.loads(str(base.query(query, "JSONCompactEachRow")))

    version = json.loads(str(base.query("SELECT version()", "JSONCompactEachRow")))[0]
    return f"chdb (ClickHouse {version})", ask


def main(name: str, folder: Path) -> None:
    asked = json.loads((folder / "asked.json").read_text())
    label, ask = {"duckdb": duckdb, "chdb": chdb}[name](folder, asked)
    counts = [int(n) for n in ask()[:5]]
    milliseconds = []
    for _ in range(TIMES):
        began = time.perf_counter()
        ask()
        milliseconds.append((time.perf_counter() - began) * 1000)
    print(json.dumps({"label": label, "ms": milliseconds, "counts": counts}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
