"""People decide: amend, be stopped by the checker, amend again, approve."""

from __future__ import annotations

from typing import Any

from scripts.demo_story.failure import require
from scripts.demo_story.steps.proposing import show_verdict
from scripts.demo_story.story import Story

TOO_FEW = {"shifts": {"NIGHT": {"headcount": 1}}}
REASON = "asked for by the client"
RIGHT = {
    "shifts": {"NIGHT": {"headcount": 5}},
    "checkpoints": {"roof": {"name": "Roof door", "floor": "", "interval_minutes": 120, "sequence": 50}},
}


def _approval(story: Story) -> str:
    return f"onboarding/approve/{story.recommendation['recommendation_id']}/"


def _amend(story: Story, changes: dict[str, Any], reason: str) -> None:
    body = {"decision": "amend", "changes": changes, "reason": reason}
    outcome = story.manager.call("POST", _approval(story), json=body).json()
    following = outcome["next_recommendation_id"]
    require(following, "an amendment should make a new proposal")
    story.recommendation = story.manager.get(f"onboarding/recommendations/{following}/")
    require(story.recommendation["amends"], "the new proposal should name the one that it amends")


def spoil(story: Story) -> None:
    """A careless amendment is stopped by the checker"""
    story.screen.person("Manager", 'amends: one person at night ("saves money")')
    _amend(story, TOO_FEW, "saves money")
    verdict = story.recommendation["verdict"]
    show_verdict(story, verdict)
    require(verdict["verdict"] == "block", f"the checker should block, not {verdict['verdict']}")
    refused = story.admin.call(
        "POST", _approval(story), json={"decision": "approve"}, expect=(409, 422)
    ).json()
    story.screen.fact("Refused", f"{refused['code']}: {refused['user_message']}")


def amend(story: Story) -> None:
    """The manager amends again: five at night, and one more checkpoint"""
    story.screen.person("Manager", f'amends: five at night, checkpoint "Roof door" ("{REASON}")')
    _amend(story, RIGHT, REASON)
    verdict = story.recommendation["verdict"]
    show_verdict(story, verdict)
    require(verdict["verdict"] != "block", f"nothing should block now: {verdict['objections']}")
    proposal = story.recommendation["proposal"]
    night = next(shift for shift in proposal["shifts"] if shift["code"] == "NIGHT")
    require(night["headcount"] == 5, "the amended headcount should stand in the proposal")
    require(
        any(point["code"] == "roof" for point in proposal["checkpoints"]),
        "the new checkpoint should be there",
    )
    cited = [entry["reason"] for entry in story.recommendation["evidence"] if "person" in entry["rule"]]
    require(
        cited and REASON in cited[-1], f"the evidence should say that a person amended it, and why: {cited}"
    )
    story.screen.fact("Because", cited[-1])


def refuse_own(story: Story) -> None:
    """Nobody approves their own proposal"""
    refused = story.manager.call("POST", _approval(story), json={}, expect=(403, 409)).json()
    story.screen.fact("Refused", f"{refused['code']}: {refused['user_message']}")


def approve(story: Story) -> None:
    """The admin approves"""
    body = {"decision": "approve", "reason": "Checked against the contract."}
    outcome = story.admin.call("POST", _approval(story), json=body).json()
    require(outcome["state"] == "COMPLETED", f"the session should be COMPLETED, not {outcome['state']}")
    require(outcome["change_set"], "an approval should apply a change set")
    story.change_set_id = outcome["change_set"]["change_set_id"]
    story.recommendation = {**outcome["recommendation"], "change_set": outcome["change_set"]}
    story.screen.person("Admin", "approves. The session is COMPLETED")
