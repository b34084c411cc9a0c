"""From the last questions to a proposal with its reasons and the checker's objections."""

from __future__ import annotations

from typing import Any

from scripts.demo_story.failure import require
from scripts.demo_story.steps.talking import require_answer, say, take
from scripts.demo_story.story import Story

SECTIONS = ("shifts", "posts", "checkpoints", "assets", "meter_points", "contacts")


def ask_for_more(story: Story) -> None:
    """A few optional questions: one is skipped"""
    say(story, "a few more questions", then="cctv_cameras")
    say(story, "skip", then="night_lighting")
    say(story, "yes", then="assets")
    say(story, "2 lifts, 1 generator and 4 fire extinguishers", then="patrol_interval")
    say(story, "every two hours", then="visitor_management")
    require_answer(story, "patrol_interval", {"minutes": 120})


def propose(story: Story) -> None:
    """The platform proposes a configuration, and each part says why"""
    story.screen.person("Manager", "propose now")
    said = take(story, story.manager.turn(story.session_id, text="propose now"), then=None)
    require(
        said["state"] == "AWAITING_APPROVAL", f"the session should await approval, not be {said['state']}"
    )
    require(said["recommendation_id"], "the turn should name its recommendation")
    story.recommendation = story.manager.get(f"onboarding/recommendations/{said['recommendation_id']}/")
    show_proposal(story, story.recommendation)
    require_reasons(story.recommendation)


def show_proposal(story: Story, recommendation: dict[str, Any]) -> None:
    proposal = recommendation["proposal"]
    site = proposal["site"]
    place = f"{site['latitude']:.4f}, {site['longitude']:.4f}" if site["latitude"] is not None else "unknown"
    story.screen.fact("Maker", recommendation["maker"])
    story.screen.fact(
        "Site",
        f"{site['name']}: {site['site_type']}, {site['area_sq_m']} sq m, {site['floors']} floors, "
        f"{site['opens_at']} to {site['closes_at']}, at {place}",
    )
    for shift in proposal["shifts"]:
        story.screen.item(
            f"{shift['name']} {shift['starts_at']} to {shift['ends_at']}: {shift['headcount']} people"
        )
    counted = ", ".join(f"{len(proposal[section])} {section.replace('_', ' ')}" for section in SECTIONS[1:])
    story.screen.item(counted)
    for entry in recommendation["evidence"]:
        story.screen.fact(
            "Because", f"{entry['reason']}  [{entry['rule']} v{entry['version']}; {sources(entry)}]"
        )


def sources(entry: dict[str, Any]) -> str:
    """What a reason rests on: answers by their slots, and how many uploads."""
    uploads = len(entry.get("uploads", ()))
    named = [*entry["answers"], *([f"{uploads} upload{'s' * (uploads > 1)}"] if uploads else [])]
    return f"from {', '.join(named)}" if named else "a house rule"


def require_reasons(recommendation: dict[str, Any]) -> None:
    """Every item of the proposal is explained by a rule."""
    explained = {
        path for entry in recommendation["evidence"] for path in (entry.get("paths") or [entry["path"]])
    }
    for section in SECTIONS:
        for index, item in enumerate(recommendation["proposal"][section]):
            path = f"/{section}/{index}"
            known = any(each == path or each.startswith(f"{path}/") for each in explained)
            require(known, f"{path} ({item['name']}) should have a reason")


def show_objections(story: Story) -> None:
    """An independent checker looks for faults"""
    verdict = story.recommendation["verdict"]
    story.screen.fact("Checker", f"{story.recommendation['checker']}: {verdict['verdict']}")
    show_verdict(story, verdict)
    codes = {objection["code"] for objection in verdict["objections"]}
    require(verdict["verdict"] == "warn", f"the verdict should be a warning, not {verdict['verdict']}")
    require(
        "shift_with_overtime" in codes, f"twelve-hour shifts should be questioned, not only {sorted(codes)}"
    )


def show_verdict(story: Story, verdict: dict[str, Any]) -> None:
    for objection in verdict["objections"]:
        story.screen.fact(
            objection["severity"].capitalize(),
            f"{objection['message']}  [{objection['rule']} v{objection['version']}; {objection['where']}]",
        )
