"""One run: start, every failpoint once, faults by the plan, healing, quiet, proofs, and the checker's word."""

from __future__ import annotations

import contextlib
import json
import random
import time
from dataclasses import asdict, dataclass, field
from typing import Any

import psycopg
import redis

from scripts.chaos_harness import plan
from scripts.chaos_harness.faults import KILLS, OTHERS
from scripts.chaos_harness.kinds import POISON_SECONDS
from scripts.chaos_harness.progress import Progress
from scripts.chaos_harness.world import World
from scripts.supervisor.errors import CannotGoOn

POINTS = (
    *("before_publish", "after_publish", "relay_took", "after_claim", "before_effect", "inside_effect"),
    *("after_run", "after_finish", "before_outcome", "after_outcome", "before_dead", "after_dead"),
    *("after_index", "inside_redrive", "inside_bulk"),
)
_SMALL = 200
_POINT_SECONDS = 45.0
_STALLED_SECONDS = 150.0
_QUIET_SECONDS = 420.0
_QUIET_WITHOUT_KEEPER_SECONDS = 8.0
_QUIET_PLAIN_SECONDS = 60.0
"""Several times its visibility timeout; what was lost never returns."""
_CYCLE = "plain,hopeless,retried,parks"


@dataclass(frozen=True, kw_only=True)
class Asked:
    tasks: int = 2_000
    kills: int = 30
    seed: int = 1
    flushes: int | None = None
    keepers: bool = True
    plain_celery: bool = False
    failpoints: bool = True
    only: tuple[str, ...] = ()
    """Names of the other faults to choose from; all where empty."""

    @property
    def producers(self) -> int:
        return 2 if self.tasks >= _SMALL else 1

    @property
    def keeper_names(self) -> tuple[str, ...]:
        """Two of each, but for the short form: a start of a process is what takes its time."""
        if not self.keepers:
            return ()
        return ("a", "b") if self.tasks >= _SMALL else ("a",)


@dataclass(kw_only=True)
class Told:
    """What came of a run. `faults`: name -> times, and what was lost or doubled by tasks committed before it."""

    asked: Asked
    injected: list[tuple[float, str]] = field(default_factory=list)
    not_reached: list[str] = field(default_factory=list)
    faults: dict[str, dict[str, int]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    proofs: dict[str, Any] = field(default_factory=dict)
    verdict: dict[str, Any] = field(default_factory=dict)
    troubles: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not self.troubles and not self.not_reached and not self.verdict.get("findings")

    def to_json(self) -> dict[str, Any]:
        return {
            "asked": asdict(self.asked),
            "holds": self.holds,
            "lost": self.verdict.get("lost"),
            "doubled": self.verdict.get("doubled"),
            "faults": self.faults,
            "failpoints_not_reached": self.not_reached,
            "seconds": {name: round(value, 1) for name, value in self.seconds.items()},
            "proofs": self.proofs,
            "troubles": self.troubles,
            "verdict": self.verdict,
        }


class Story:
    def __init__(self, world: World, asked: Asked) -> None:
        self._world = world
        self._asked = asked
        self._told = Told(asked=asked)
        self._progress = Progress(world.logs)

    def tell(self) -> Told:
        for name, chapter in (
            ("start", self._start),
            ("failpoints", self._failpoints),
            ("faults", self._faults),
            ("quiet", self._quiet),
            ("proofs", self._proofs),
            ("check", self._check),
        ):
            began = time.monotonic()
            try:
                chapter()
            except CannotGoOn as error:
                self._trouble(str(error))
            self._told.seconds[name] = time.monotonic() - began
        return self._told

    def _start(self) -> None:
        world = self._world
        world.say("Starting workers" + (" and keepers" if self._asked.keepers else ", and no keeper"))
        world.start_outside()
        if self._asked.plain_celery:
            self._start_plain()
            return
        for name in self._asked.keeper_names:
            world.start_keeper(name)
        world.start_worker("near", concurrency=2)
        world.start_worker("far", concurrency=2, far=True)
        if self._asked.keepers:
            world.wait_for(self._felt, what="A pulse through every queue")

    def _start_plain(self) -> None:
        for name in ("one", "two"):
            self._world.fleet.start(
                f"worker-{name}",
                *("-m", "celery", "-A", "scripts.chaos_harness.plain_app", "worker", "-Q", "plain"),
                *("--concurrency", "2", "--without-gossip", "--without-mingle", "-n", f"plain-{name}@%h"),
                *("--loglevel", "WARNING"),
            )

    def _felt(self) -> bool:
        with contextlib.suppress(psycopg.Error):
            query = (
                "SELECT count(DISTINCT queue) FROM task_ledger_taskrecord WHERE name = %s AND state = 'done'"
            )
            return bool(self._world.rows(query, "ledger_pulse")[0][0] >= 2)
        return False

    def _failpoints(self) -> None:
        """A kill at each named point, in whichever process comes there first."""
        if not self._asked.failpoints or self._asked.plain_celery:
            return
        world = self._world
        world.say(f"Killing at each of {len(POINTS)} failpoints")
        going = world.layout.data / "going-on"
        going.touch()
        world.start_producer(
            9,
            "--cycle",
            _CYCLE,
            "--while-there",
            str(going),
            "--per-second",
            "20",
            "--seed",
            str(self._asked.seed),
        )
        for point in POINTS:
            fuse = world.fuses / point
            fuse.touch()
            fault = {"inside_redrive": "two_redrivers", "inside_bulk": "bulk_redrive"}.get(point)
            if fault:
                OTHERS[fault](world, random.Random(point))
            try:
                world.wait_for(lambda fuse=fuse: not fuse.exists(), what=point, seconds=_POINT_SECONDS)  # type: ignore[misc]  # bound now
                self._note(f"at {point}")
            except CannotGoOn:
                self._told.not_reached.append(point)
                fuse.unlink(missing_ok=True)
        going.unlink()

    def _faults(self) -> None:
        world, asked = self._world, self._asked
        others = [name for name in OTHERS if not asked.only or name in asked.only]
        if asked.plain_celery:
            others = [
                name for name in others if name not in ("two_redrivers", "bulk_redrive", "delivered_twice")
            ]
        steps = plan.make(seed=asked.seed, kills=asked.kills, others=others, flushes=asked.flushes)
        world.say(
            f"Committing {asked.tasks} tasks meanwhile, {len(steps)} faults, {asked.kills} of them kills"
        )
        before = self._progress.committed()
        for index in range(asked.producers):
            share = asked.tasks // asked.producers + (index < asked.tasks % asked.producers)
            plain = ("--plain-celery",) if asked.plain_celery else ()
            backlog = ("--backlog", "200" if asked.keepers else "1000000000")
            world.start_producer(index, "--tasks", str(share), "--seed", str(asked.seed), *plain, *backlog)
        for place, step in enumerate(steps):
            self._wait_until_committed(before + int(step.at * asked.tasks))
            fault = KILLS.get(step.fault) or OTHERS[step.fault]
            self._note(step.fault)
            try:
                fault(world, random.Random(step.seed))
            except (psycopg.Error, redis.RedisError) as error:
                self._trouble(f"{step.fault} could not be done: {error!r}")
            if place % 25 == 24:
                world.say(f"  {place + 1} faults, {self._progress.committed() - before} tasks")
        self._wait_until_committed(before + asked.tasks)

    def _wait_until_committed(self, wanted: int) -> None:
        last, since = -1, time.monotonic()
        while (n := self._progress.committed()) < wanted:
            if not self._world.fleet.named("producer") and not any(
                name.startswith("producer") for name in self._world.fleet.members
            ):
                return  # they have committed all they were asked for
            if n != last:
                last, since = n, time.monotonic()
            if time.monotonic() - since > _STALLED_SECONDS:
                raise CannotGoOn(
                    f"nothing was committed for {_STALLED_SECONDS:.0f} s: the workers do not drain"
                )
            self._world.wait(0.05)

    def _quiet(self) -> None:
        """Until nothing waits any more, or nothing has changed for so long that nothing ever will."""
        self._world.say("Healed; waiting until all is quiet")
        patience = _QUIET_SECONDS if self._asked.keepers else _QUIET_WITHOUT_KEEPER_SECONDS
        if self._asked.plain_celery:
            patience = _QUIET_PLAIN_SECONDS
        last: Any = None
        since = time.monotonic()
        while time.monotonic() - since < patience:
            with contextlib.suppress(psycopg.Error):
                found = self._open_plain() if self._asked.plain_celery else self._open()
                if not found:
                    return
                if found != last:
                    last, since = found, time.monotonic()
            self._world.wait(0.3)
        if self._asked.keepers and not self._asked.plain_celery:
            self._trouble(f"not quiet: {last}")

    def _open(self) -> list[tuple[Any, ...]]:
        return self._world.rows(
            """SELECT state, name, count(*) FROM task_ledger_taskrecord
                WHERE state IN ('queued', 'running', 'waiting', 'parked')
                  AND NOT (name = 'chaos_parked_long' AND state = 'parked')
                  AND name <> 'ledger_pulse'
                GROUP BY 1, 2 ORDER BY 1, 2"""
        )

    def _open_plain(self) -> list[tuple[Any, ...]]:
        """What the checker would call lost now, as long as it changes."""
        rows = self._world.rows("SELECT count(DISTINCT key), count(*) FROM chaos_effect")
        return [] if rows[0][0] >= self._progress.committed() and rows[0][0] == rows[0][1] else rows

    def _proofs(self) -> None:
        if not self._asked.keepers or self._asked.plain_celery:
            return
        proofs = json.loads(self._world.run("-m", "scripts.chaos_harness.proofs"))
        self._told.proofs = proofs
        for queue, seconds in proofs["pulses"].items():
            if seconds is None:
                self._trouble(f"no pulse is executed on queue {queue}")
        if proofs["poison_state"] != "dead" or (proofs["poison_seconds"] or 1e9) > POISON_SECONDS:
            self._trouble(f"the last poison is {proofs['poison_state']} after {proofs['poison_seconds']} s")

    def _check(self) -> None:
        self._world.fleet.end("producer")
        self._world.fleet.end("redriver")
        self._world.fleet.end()
        more = ("--plain-celery",) if self._asked.plain_celery else ()
        arguments = ("-m", "scripts.chaos_harness.checker", str(self._world.logs), *more)
        self._told.verdict = json.loads(self._world.run(*arguments))
        self._told.faults = self._by_fault()

    def _by_fault(self) -> dict[str, dict[str, int]]:
        """Each breach is put to the first fault after its task was committed."""
        table: dict[str, dict[str, int]] = {}
        for _, name in self._told.injected:
            row = table.setdefault(name, {"times": 0, "lost": 0, "doubled": 0})
            row["times"] += 1
        for finding in self._told.verdict["findings"]:
            column = {"doubled": "doubled", "outside_doubled": "doubled"}.get(finding["what"], "lost")
            later = [name for at, name in self._told.injected if at >= finding["at"]] or [
                name for _, name in self._told.injected[-1:]
            ]
            if later:
                table[later[0]][column] += 1
        return table

    def _note(self, fault: str) -> None:
        self._told.injected.append((time.time(), fault))

    def _trouble(self, text: str) -> None:
        self._told.troubles.append(text)
        self._world.say(f"  {text}")
