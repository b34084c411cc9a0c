"""Correcting by form: the version of the session that the person saw decides."""

from __future__ import annotations

from scripts.demo_story.failure import require
from scripts.demo_story.steps.talking import require_answer
from scripts.demo_story.story import Story


def correct_by_form(story: Story) -> None:
    """A form corrects an answer, but only for who has seen the newest version (ETag, If-Match)"""
    manager, path = story.manager, story.session
    seen = manager.call("GET", path).headers["ETag"]
    change = {"collected_data": {"entrances": 2}}
    refused = manager.call("PATCH", path, json=change, expect=428).json()
    story.screen.fact("428", f"without If-Match: {refused['user_message']}")
    corrected = manager.call("PATCH", path, json=change, headers={"If-Match": seen})
    story.screen.fact(
        "200", f"If-Match {seen}: entrances 3 becomes 2, the new version is {corrected.headers['ETag']}"
    )
    late = {"collected_data": {"entrances": 7}}
    stale = manager.call("PATCH", path, json=late, headers={"If-Match": seen}, expect=412).json()
    story.screen.fact("412", f"If-Match {seen} again: {stale['user_message']} Now: {stale['differing']}")
    require(stale["differing"] == {"entrances": 2}, f"the refusal should tell the differing field: {stale}")
    require_answer(story, "entrances", 2)
