"""The product's own processes, as command lines; the same ones docker-compose.yml starts."""

import sys
from dataclasses import dataclass
from pathlib import Path

from scripts.supervisor.program import Program

APPLICATION = "intelliwiz_config"
GRACEFUL_SECONDS = 5


@dataclass(frozen=True, kw_only=True)
class WorkerNode:
    """One Celery worker: the queues it takes from and how many tasks it runs at once."""

    name: str
    queues: str
    concurrency: int


# Photos and recordings have a node of their own, so that a long one never holds up a conversation.
NODES = (
    WorkerNode(name="conversation", queues="conversation,default", concurrency=2),
    WorkerNode(name="media", queues="media", concurrency=1),
)


def prepare() -> Program:
    """Check, migrate, flows and demo tenant, in one Python process."""
    return Program(name="prepare", command=_python("manage.py", "prepare"))


def web(*, host: str, port: int) -> Program:
    server = ("--host", host, "--port", str(port), "--loop", "uvloop", "--http", "httptools")
    # Whose X-Forwarded-For is believed is a setting of the product.
    quiet = ("--no-access-log", "--no-proxy-headers")
    manners = ("--lifespan", "off", "--timeout-graceful-shutdown", str(GRACEFUL_SECONDS))
    return Program(
        name="web",
        command=_python("-m", "uvicorn", f"{APPLICATION}.asgi:application", *server, *quiet, *manners),
        stop_seconds=GRACEFUL_SECONDS + 1,
    )


def keeper() -> Program:
    """The ledger's relay and reaper."""
    return Program(name="keeper", command=_python("manage.py", "run_ledger"), stop_seconds=2)


def worker(node: WorkerNode, *, suffix: str) -> Program:
    """`suffix` keeps the node's name apart from that of another copy on this host."""
    return Program(
        name=f"worker-{node.name}",
        command=_python(
            *("-m", "celery", "-A", APPLICATION, "worker"),
            *("--hostname", f"{node.name}-{suffix}@%h", "--queues", node.queues, "--pool", "prefork"),
            *("--concurrency", str(node.concurrency), "--loglevel", "INFO"),
            # Nodes do not wait for each other at the start: nothing here uses their shared clock.
            *("--without-mingle", "--without-gossip"),
        ),
        stop_seconds=4,
    )


def beat(*, schedule: Path) -> Program:
    # No pid file: the supervisor's record replaces it, and a stale one would stop the next start.
    files = ("--schedule", str(schedule), "--pidfile", "")
    return Program(
        name="beat",
        command=_python("-m", "celery", "-A", APPLICATION, "beat", "--loglevel", "INFO", *files),
        stop_seconds=2,
    )


def background(*, suffix: str, schedule: Path) -> tuple[Program, ...]:
    """Everything beside the web server."""
    return (*(worker(node, suffix=suffix) for node in NODES), keeper(), beat(schedule=schedule))


def _python(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, *arguments)
