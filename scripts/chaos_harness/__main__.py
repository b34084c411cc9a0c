"""python -m scripts.chaos_harness [outage|faults] [options]: what scripts/chaos calls."""

import sys

from scripts.supervisor import bootstrap
from scripts.supervisor.errors import CannotGoOn


def main(arguments: list[str]) -> int:
    bootstrap.ensure("requirements.txt", arguments=["-m", "scripts.chaos_harness", *arguments])
    # Only now: it needs what was just installed.
    from scripts.chaos_harness import command

    return command.main(arguments)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except CannotGoOn as error:
        print(error, file=sys.stderr, flush=True)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
