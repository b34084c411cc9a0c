"""python -m scripts.supervisor run|test|lock|workers [arguments]: what the shell scripts of the same names
call.
"""

import sys
import time
from collections.abc import Callable

from scripts.supervisor import (
    bootstrap,
    daemons,
    data_lock,
    environment,
    options,
    redis_server,
    run,
    testing,
    web_address,
)
from scripts.supervisor import lock_requirements as locking
from scripts.supervisor.errors import CannotGoOn


def main(arguments: list[str]) -> int:
    commands: dict[str, Callable[[list[str]], int]] = {
        "run": _run,
        "test": _test,
        "lock": _lock,
        "workers": daemons.main,
    }
    try:
        return commands[arguments[0]](arguments[1:])
    except CannotGoOn as error:
        print(error, file=sys.stderr, flush=True)
    except PermissionError as error:
        print(f"Not allowed: {error.filename} ({error.strerror}).", file=sys.stderr, flush=True)
    except KeyboardInterrupt:
        return 130
    return 1


def _run(arguments: list[str]) -> int:
    began = time.monotonic()
    chosen = options.parse(arguments)
    # Said before anything heavy happens; both are looked at again when it counts.
    if not chosen.only_servers:
        web_address.require_free(chosen.host, chosen.port)
    data_lock.require_free(chosen.layout)
    if "redis" in environment.embedded():
        redis_server.require_obtainable()
    bootstrap.ensure("requirements.txt", arguments=_again("run", arguments))
    return run.main(chosen, began=began)


def _test(arguments: list[str]) -> int:
    if "redis" in environment.embedded():
        redis_server.require_obtainable()
    bootstrap.ensure("requirements.txt", "requirements-dev.txt", arguments=_again("test", arguments))
    return testing.main(arguments)


def _lock(arguments: list[str]) -> int:
    bootstrap.ensure("requirements.txt", arguments=_again("lock", arguments))
    return locking.main(arguments)


def _again(command: str, arguments: list[str]) -> list[str]:
    return ["-m", "scripts.supervisor", command, *arguments]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
