"""The order of the story, and how it ends."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from scripts.demo_story.api import Api
from scripts.demo_story.failure import StepFailed
from scripts.demo_story.screen import Screen

MANAGER = "manager@demo.example"
ADMIN = "admin@demo.example"


@dataclass
class Story:
    """What the steps share. The session's id is made here, as a client that was offline would make it."""

    screen: Screen
    url: str
    password: str
    session_id: str = field(default_factory=lambda: str(uuid4()))
    people: dict[str, Api] = field(default_factory=dict)
    uploads: dict[str, dict[str, Any]] = field(default_factory=dict)
    recommendation: dict[str, Any] = field(default_factory=dict)
    change_set_id: str = ""

    @property
    def site_name(self) -> str:
        """Another one for each telling, so that the demo can be told twice."""
        return f"Lakeview Hospital {int(self.session_id[:4], 16) % 9000 + 1000}"

    @property
    def manager(self) -> Api:
        return self.people[MANAGER]

    @property
    def admin(self) -> Api:
        return self.people[ADMIN]

    @property
    def session(self) -> str:
        return f"onboarding/sessions/{self.session_id}/"


Step = Callable[[Story], None]
"""One chapter; its heading is the first line of its docstring."""


def tell(*, url: str, password: str, screen: Screen, steps: Sequence[Step]) -> int:
    """Exit code 0 when every step held, else 1 after a line that says which one failed."""
    story = Story(screen=screen, url=url, password=password)
    began = time.monotonic()
    for step in steps:
        title = heading(step)
        screen.heading(title)
        try:
            step(story)
        except StepFailed as failure:
            screen.bad(f"FAILED in step {screen.steps} ({title}): {failure}")
            return 1
        except (KeyError, IndexError, TypeError, ValueError) as fault:
            # An answer of another shape than documented is a failed step too, not a traceback.
            screen.bad(f"FAILED in step {screen.steps} ({title}): an answer had another shape: {fault!r}")
            return 1
    screen.good(f"All {screen.steps} steps held, in {time.monotonic() - began:.0f} s.")
    return 0


def heading(step: Step) -> str:
    return (step.__doc__ or step.__name__).strip().splitlines()[0].rstrip(".")
