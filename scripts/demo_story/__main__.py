"""python -m scripts.demo_story [--url URL]: what scripts/demo calls."""

import argparse
import os
import sys

from scripts.supervisor import bootstrap
from scripts.supervisor.errors import CannotGoOn

ENVIRONMENT = """\
environment:
  BASE_URL         address of the running copy (http://127.0.0.1:PORT)
  PORT             its port, where BASE_URL is not set (8000)
  DEMO_PASSWORD    password of the demo accounts (demo-password)
  NO_COLOR         no colours, as elsewhere than on a terminal
"""


def main(arguments: list[str]) -> int:
    """0 only if every step held, else 1; 2 for a wrong call."""
    parser = argparse.ArgumentParser(
        prog="scripts/demo",
        description="Tells one complete onboarding over HTTP against a running copy (start one with scripts/run).",
        epilog=ENVIRONMENT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    default = os.environ.get("BASE_URL") or f"http://127.0.0.1:{os.environ.get('PORT') or 8000}"
    parser.add_argument("--url", default=default, help="address of the running copy (%(default)s)")
    chosen = parser.parse_args(arguments)
    bootstrap.ensure("requirements.txt", arguments=["-m", "scripts.demo_story", *arguments])
    # Only now: they need what was just installed.
    from scripts.demo_story import story
    from scripts.demo_story.screen import Screen
    from scripts.demo_story.steps import STEPS

    password = os.environ.get("DEMO_PASSWORD") or "demo-password"
    return story.tell(url=chosen.url, password=password, screen=Screen.of_terminal(), steps=STEPS)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except CannotGoOn as error:
        print(error, file=sys.stderr, flush=True)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:  # `scripts/demo | head`: nobody reads on
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
