"""python -m scripts.pii_canaries [--values N] [--seed S] [--json]: what scripts/canaries calls."""

import sys

from scripts.supervisor import bootstrap
from scripts.supervisor.errors import CannotGoOn


def main(arguments: list[str]) -> int:
    bootstrap.ensure("requirements-dev.txt", arguments=["-m", "scripts.pii_canaries", *arguments])
    # Only now: it needs what was just installed.
    from scripts.pii_canaries import command

    return command.main(arguments)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except CannotGoOn as error:
        print(error, file=sys.stderr, flush=True)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
