"""What was asked for: the command line and the environment of scripts/run."""

import argparse
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scripts.supervisor.errors import CannotGoOn
from scripts.supervisor.layout import Layout, data_dir

HELP = """\
Prepares .venv, starts PostgreSQL and Redis (embedded, unless DATABASE_URL / REDIS_URL name others), migrates,
loads the demo tenant, and runs the web server, the workers, the keeper and beat until Ctrl-C.
"""

ENVIRONMENT = """\
environment:
  PORT             port of the web server (8000)
  HOST             address it listens on (127.0.0.1)
  DATA_DIR         folder for data, logs and secrets (var; a relative path is meant from the repository)
  DATABASE_URL     use this PostgreSQL instead of the embedded one
  REDIS_URL        use this Redis instead of the embedded one
  DEMO_PASSWORD    password of the demo accounts (demo-password)
  PYTHON           the Python that makes .venv (the first working 3.11 to 3.13 on the PATH)
Any other setting of the product is passed on. Two copies run side by side with other PORT and DATA_DIR.
"""


@dataclass(frozen=True, kw_only=True)
class Options:
    """One validated call of scripts/run."""

    layout: Layout
    host: str
    port: int
    only_servers: bool = False
    throwaway: bool = False
    workers: bool = True
    command: tuple[str, ...] = ()


def parse(arguments: Sequence[str], environ: Mapping[str, str] = os.environ) -> Options:
    """Read the call; a wrong PORT raises CannotGoOn, a wrong flag exits with argparse's usage line."""
    parser = argparse.ArgumentParser(
        prog="scripts/run",
        description=HELP,
        epilog=ENVIRONMENT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "--no-workers",
        action="store_true",
        help="web server only; scripts/celery_workers.sh runs the workers, the keeper and beat",
    )
    parser.add_argument(
        "--only-servers",
        action="store_true",
        help="start only PostgreSQL and Redis, run the command after --, stop them, return its exit code",
    )
    parser.add_argument(
        "--throwaway",
        action="store_true",
        help="with --only-servers: servers that are fast and forget everything in a power cut (for tests)",
    )
    own, command = _split(arguments)
    chosen = parser.parse_args(own)
    if chosen.only_servers and not command:
        parser.error("--only-servers needs a command after --")
    if not chosen.only_servers and (command or chosen.throwaway):
        parser.error("a command and --throwaway go only with --only-servers")
    return Options(
        layout=Layout(data=data_dir(environ.get("DATA_DIR"))),
        host=environ.get("HOST") or "127.0.0.1",
        port=_port(environ.get("PORT") or "8000"),
        only_servers=chosen.only_servers,
        throwaway=chosen.throwaway,
        workers=not chosen.no_workers,
        command=tuple(command),
    )


def _split(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """Own flags and the command after the first `--`."""
    if "--" not in arguments:
        return list(arguments), []
    place = list(arguments).index("--")
    return list(arguments[:place]), list(arguments[place + 1 :])


def _port(text: str) -> int:
    if text.isascii() and text.isdigit() and 1 <= int(text) <= 65535:
        return int(text)
    raise CannotGoOn(f"PORT={text} is not a port number from 1 to 65535.")
