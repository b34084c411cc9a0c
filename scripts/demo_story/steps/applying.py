"""What the approval wrote, and undoing it."""

from __future__ import annotations

from collections import Counter

from scripts.demo_story.failure import require
from scripts.demo_story.steps.proposing import SECTIONS
from scripts.demo_story.story import Story


def apply_it(story: Story) -> None:
    """The configuration was applied, in one transaction"""
    operations = story.recommendation["change_set"]["operations"]
    counted = Counter((operation["op"], operation["model"]) for operation in operations)
    for (op, model), count in counted.items():
        story.screen.fact(op.capitalize(), f"{count} x {model}")
    proposal = story.recommendation["proposal"]
    wanted = 1 + sum(len(proposal[section]) for section in SECTIONS)
    require(len(operations) == wanted, f"{wanted} rows should be written, not {len(operations)}")
    require(
        all(operation["op"] == "create" for operation in operations), "a new site should only create rows"
    )
    require(all(operation["after"] for operation in operations), "each row should be kept as it was written")
    twice = story.admin.call(
        "POST", f"onboarding/approve/{story.recommendation['recommendation_id']}/", json={}, expect=409
    )
    story.screen.fact("Once", f"approving again: {twice.json()['user_message']}")


def revert_it(story: Story) -> None:
    """The whole configuration is taken back"""
    path = f"onboarding/change-sets/{story.change_set_id}/revert/"
    reverted = story.admin.call("POST", path).json()
    require(reverted["reverted_at"], "the change set should say when it was reverted")
    story.screen.person(
        "Admin", f"reverts: {len(reverted['operations'])} rows are undone, at {reverted['reverted_at']}"
    )
    again = story.admin.call("POST", path, expect=409).json()
    story.screen.fact("Once", f"reverting again: {again['user_message']}")
    page = story.manager.get(
        f"{story.session}events/?after={story.manager.get(story.session)['last_event'] - 1}"
    )
    require(page["results"][-1]["kind"] == "configuration_reverted", "the last event should be the revert")
