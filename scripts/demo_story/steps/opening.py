"""Signing in, and the first question."""

from __future__ import annotations

from scripts.demo_story.api import Api
from scripts.demo_story.failure import require
from scripts.demo_story.story import ADMIN, MANAGER, Story


def sign_in(story: Story) -> None:
    """Two people sign in"""
    for account in (MANAGER, ADMIN):
        story.people[account] = Api(url=story.url, account=account, password=story.password)
    story.screen.fact("Manager", f"{MANAGER} runs the conversation")
    story.screen.fact("Admin", f"{ADMIN} approves: nobody approves their own proposal")


def open_session(story: Story) -> None:
    """A session begins, under an id that the client made"""
    said = story.manager.turn(story.session_id, language="en")
    require(said["session_id"] == story.session_id, "the session should have the id that the client made")
    require(said["state"] == "STARTED", f"a new session should be STARTED, not {said['state']}")
    story.screen.platform(said["reply"]["text"])
    require(said["reply"]["slot"] == "site_name", f"the first question should be the name: {said['reply']}")
