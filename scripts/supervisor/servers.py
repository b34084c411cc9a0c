"""Both embedded servers together: prepared and started at the same time, then waited for."""

from scripts.supervisor import environment, postgres, redis_server, socket_dir
from scripts.supervisor.account import for_servers, open_way
from scripts.supervisor.options import Options
from scripts.supervisor.stack import Stack

START_SECONDS = 60  # PostgreSQL replays its log after a crash; that takes longest


def start(stack: Stack, options: Options, *, wanted: frozenset[str]) -> tuple[dict[str, str], list[str]]:
    """Start the wanted ones and wait until they answer.

    Returns their addresses as environment variables, and notes for the person.
    """
    if not wanted:
        return {}, []
    layout, throwaway = options.layout, options.throwaway
    account = for_servers(layout.postgres) if "postgres" in wanted else None
    sockets = socket_dir.ensure(layout, account=account)
    notes: list[str] = []
    addresses: dict[str, str] = {}
    if "redis" in wanted:
        redis_server.prepare(layout)
        redis = redis_server.program(layout, socket_dir=sockets, throwaway=throwaway)
        stack.start(redis, environment.for_servers())
        addresses["REDIS_URL"] = redis_server.url(sockets)
    if "postgres" in wanted:
        notes = postgres.prepare(layout, account=account, throwaway=throwaway)
        if account:
            open_way(sockets / "any", account)
        database = postgres.program(layout, account=account, socket_dir=sockets, throwaway=throwaway)
        stack.start(database, environment.for_servers())
        addresses["DATABASE_URL"] = postgres.url(sockets)
        stack.wait_for(
            lambda: postgres.is_ready(layout, stack.pid(postgres.NAME)),
            seconds=START_SECONDS,
            what="PostgreSQL",
        )
    if "redis" in wanted:
        stack.wait_for(lambda: redis_server.is_ready(sockets), seconds=START_SECONDS, what="Redis")
    return addresses, notes
