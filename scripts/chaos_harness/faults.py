"""The faults. Each is done to a running world, takes seconds at most, and leaves it healed."""

from __future__ import annotations

import base64
import contextlib
import json
import random
import signal
import uuid
from collections.abc import Callable
from typing import Any

import psycopg
import redis

from scripts.chaos_harness.fleet import Member
from scripts.chaos_harness.world import World
from scripts.supervisor import postgres, process_table, redis_server

Fault = Callable[[World, random.Random], None]
KILLS: dict[str, Fault] = {}
"""Something of ours is killed with SIGKILL."""
OTHERS: dict[str, Fault] = {}
_QUEUE = "default"
_DEPLOY_SECONDS = 15.0


def kill(fault: Fault) -> Fault:
    KILLS[fault.__name__] = fault
    return fault


def other(fault: Fault) -> Fault:
    OTHERS[fault.__name__] = fault
    return fault


# processes


@kill
def kill_child(world: World, chance: random.Random) -> None:
    children = [pid for member in world.fleet.named("worker") for pid in world.fleet.children(member)]
    if children:
        process_table.send([chance.choice(children)], signal.SIGKILL)
    world.wait(chance.uniform(0, 0.3))


@kill
def kill_worker(world: World, chance: random.Random) -> None:
    """The main process alone: its children end what they do and find nobody to tell."""
    _with_one(world, chance, "worker", lambda member: world.fleet.send(member, signal.SIGKILL))


@kill
def kill_group(world: World, chance: random.Random) -> None:
    _with_one(world, chance, "worker", lambda member: world.fleet.send_group(member, signal.SIGKILL))


@kill
def kill_keeper(world: World, chance: random.Random) -> None:
    _with_one(world, chance, "keeper", lambda member: world.fleet.send(member, signal.SIGKILL))


@kill
def kill_producer(world: World, chance: random.Random) -> None:
    _with_one(world, chance, "producer", lambda member: world.fleet.send(member, signal.SIGKILL))


@kill
def stop_then_kill(world: World, chance: random.Random) -> None:
    """A stopped worker is sent messages that Redis counts as delivered; then it dies."""
    workers = world.fleet.named("worker")
    if not workers:
        return
    member = chance.choice(workers)
    world.fleet.send(member, signal.SIGSTOP)
    world.wait(chance.uniform(0.2, 1.0))
    world.fleet.send_group(member, signal.SIGKILL)


@other
def pause_far_worker(world: World, chance: random.Random) -> None:
    """Longer than a lease, as a sleeping virtual machine: its tasks are taken over, then it goes on."""
    far = [member for member in world.fleet.named("worker") if member.environment.get("CHAOS_FAR") == "yes"]
    if not far:
        return
    member = chance.choice(far)
    world.fleet.send_group(member, signal.SIGSTOP)
    world.wait(float(world.environment["TASK_LEASE_SECONDS"]) + chance.uniform(0.5, 2))
    world.fleet.send_group(member, signal.SIGCONT)


@other
def deploy(world: World, chance: random.Random) -> None:
    """SIGTERM to one worker, as a new version does; killed where it does not end in time."""
    workers = world.fleet.named("worker")
    if not workers:
        return
    member = chance.choice(workers)
    pid = member.pid
    world.fleet.send(member, signal.SIGTERM)
    for _ in range(int(_DEPLOY_SECONDS / 0.1)):
        world.wait(0.1)
        if process_table.started(pid) is None:
            return
    world.fleet.send_group(member, signal.SIGKILL)


# Redis


@other
def flushall(world: World, chance: random.Random) -> None:  # noqa: ARG001 -- all faults are called alike
    world.redis.flushall()


@other
def redis_killed(world: World, chance: random.Random) -> None:
    world.end_server(redis_server.NAME, signal.SIGKILL)
    world.wait(chance.uniform(0.1, 2))
    world.start_redis()


@other
def redis_full(world: World, chance: random.Random) -> None:
    _configured(world, chance, "CONFIG SET maxmemory 1", "CONFIG SET maxmemory 0")


@other
def redis_read_only(world: World, chance: random.Random) -> None:
    """A replica without a master, as after a failover that clients have not noticed."""
    _configured(world, chance, "REPLICAOF 127.0.0.1 1", "REPLICAOF NO ONE")


@other
def redis_without_replicas(world: World, chance: random.Random) -> None:
    _configured(world, chance, "CONFIG SET min-replicas-to-write 1", "CONFIG SET min-replicas-to-write 0")


@other
def redis_denied(world: World, chance: random.Random) -> None:
    _configured(
        world, chance, "ACL SETUSER default -brpop -lpush -publish -eval -zadd", "ACL SETUSER default +@all"
    )


@other
def redis_hangs(world: World, chance: random.Random) -> None:
    """Connections stay open and nothing is answered, as behind a router that forgot them."""
    _stopped(world, world.server(redis_server.NAME), chance.uniform(1, 4))


@other
def redis_slow(world: World, chance: random.Random) -> None:
    """Answers late, for a while."""
    for _ in range(chance.randint(4, 12)):
        _stopped(world, world.server(redis_server.NAME), 0.25)
        world.wait(0.05)


# PostgreSQL


@other
def postgres_restarted(world: World, chance: random.Random) -> None:
    """An immediate stop: every connection breaks in the middle, the log is replayed at the start."""
    world.end_server(postgres.NAME, signal.SIGQUIT)
    world.wait(chance.uniform(0, 1.5))
    world.start_postgres()


@other
def postgres_crashed(world: World, chance: random.Random) -> None:
    """One backend is killed; the server takes all others down with it and recovers."""
    pids = [pid for (pid,) in world.rows(_BACKENDS)]
    if pids:
        process_table.send([chance.choice(pids)], signal.SIGKILL)
    world.wait_for(lambda: _answers(world), what="PostgreSQL after a crash")


@other
def backends_ended(world: World, chance: random.Random) -> None:
    """`pg_terminate_backend` for half of all connections."""
    pids = [pid for (pid,) in world.rows(_BACKENDS)]
    chosen = [pid for pid in pids if chance.random() < 0.5]
    world.rows("SELECT pg_terminate_backend(pid) FROM unnest(%s::int[]) AS pid", chosen)


# messages


@other
def delivered_twice(world: World, chance: random.Random) -> None:
    """Messages of tasks in every state are sent again, some of them several times."""
    rows = world.rows("SELECT id::text, name FROM task_ledger_taskrecord ORDER BY random() LIMIT 30")
    for task_id, name in rows:
        for _ in range(chance.randint(1, 3)):
            _push(world, _envelope(name, task_id=task_id))


@other
def malformed_body(world: World, chance: random.Random) -> None:  # noqa: ARG001 -- as above
    _push(world, _envelope("chaos_plain", body=b"this is no JSON"))
    _push(world, _envelope("chaos_plain", body=b"{}"))


@other
def unknown_message(world: World, chance: random.Random) -> None:  # noqa: ARG001 -- as above
    _push(world, _envelope("chaos_never_heard_of"))


@other
def wrong_content_type(world: World, chance: random.Random) -> None:  # noqa: ARG001 -- as above
    _push(world, _envelope("chaos_plain", content_type="application/x-python-serialize"))


@other
def invalid_envelope(world: World, chance: random.Random) -> None:
    """What is not even an envelope of kombu's, put straight into the queue."""
    _push_raw(world, chance.choice([b"not an envelope", b"[]", b'{"body": 1}', b"\xff\xfe\x00"]))


# dead letters


@other
def two_redrivers(world: World, chance: random.Random) -> None:
    """Two admins send the same dead letters back at once, and one discards some."""
    for place in range(2):
        world.fleet.start(
            f"redriver-{place}-{uuid.uuid4().hex[:6]}",
            *("-m", "scripts.chaos_harness.redriver", "--limit", str(chance.randint(5, 15))),
            *(("--discard",) if place else ()),
            once=True,
        )


@other
def bulk_redrive(world: World, chance: random.Random) -> None:  # noqa: ARG001 -- as above
    world.fleet.start(
        f"redriver-bulk-{uuid.uuid4().hex[:6]}",
        *("-m", "scripts.chaos_harness.redriver", "--bulk", "--limit", "12"),
        once=True,
    )


_BACKENDS = (
    "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
)


def _with_one(world: World, chance: random.Random, prefix: str, do: Callable[[Member], None]) -> None:
    members = world.fleet.named(prefix)
    if members:
        do(chance.choice(members))
    world.wait(chance.uniform(0, 0.3))


def _configured(world: World, chance: random.Random, broken: str, healed: str) -> None:
    world.redis.execute_command(*broken.split())
    try:
        world.wait(chance.uniform(1, 3))
    finally:
        world.redis.execute_command(*healed.split())


def _stopped(world: World, pid: int, seconds: float) -> None:
    process_table.send([pid], signal.SIGSTOP)
    try:
        world.wait(seconds)
    finally:
        process_table.send([pid], signal.SIGCONT)


def _answers(world: World) -> bool:
    with contextlib.suppress(psycopg.Error):
        return bool(world.rows("SELECT 1"))
    return False


def _push(world: World, envelope: dict[str, Any]) -> None:
    _push_raw(world, json.dumps(envelope).encode())


def _push_raw(world: World, message: bytes) -> None:
    with contextlib.suppress(redis.RedisError):
        world.redis.lpush(_QUEUE, message)


def _envelope(
    name: str, *, task_id: str = "", body: bytes | None = None, content_type: str = "application/json"
) -> dict[str, Any]:
    """A message as kombu writes it for Redis."""
    task_id = task_id or str(uuid.uuid4())
    body = body if body is not None else json.dumps([[], {}, {}]).encode()
    return {
        "body": base64.b64encode(body).decode(),
        "content-encoding": "utf-8",
        "content-type": content_type,
        "headers": {"lang": "py", "task": name, "id": task_id, "root_id": task_id, "ignore_result": True},
        "properties": {
            "correlation_id": task_id,
            "delivery_mode": 2,
            "delivery_info": {"exchange": "", "routing_key": _QUEUE},
            "priority": 0,
            "body_encoding": "base64",
            "delivery_tag": str(uuid.uuid4()),
        },
    }
