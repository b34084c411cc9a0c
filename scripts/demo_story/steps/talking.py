"""The conversation in words and by voice."""

from __future__ import annotations

from typing import Any

from scripts.demo_story import media
from scripts.demo_story.failure import require
from scripts.demo_story.story import Story

CONTACT_NAME = "Asha Verma"


def say(story: Story, text: str, *, then: str | None) -> dict[str, Any]:
    """Say it, show it and the reply; the platform must now ask `then` (None: no further question of the flow)."""
    story.screen.person("Manager", text)
    said = story.manager.turn(story.session_id, text=text)
    return take(story, said, then=then)


def take(story: Story, said: dict[str, Any], *, then: str | None) -> dict[str, Any]:
    """Show the reply to a turn that must have been worked on."""
    require(said["status"] == "completed", f"the turn should be completed, not {said['status']}")
    reply = said["reply"]
    story.screen.platform(reply["text"] or "")
    require(reply["slot"] == then, f"the next question should be {then}, not {reply['slot']}")
    return said


def answers(story: Story) -> dict[str, Any]:
    """What the platform has taken so far."""
    found: dict[str, Any] = story.manager.get(story.session)["collected_data"]
    return found


def require_answer(story: Story, slot: str, value: Any) -> None:
    taken = answers(story).get(slot)
    require(taken == value, f"{slot} should be understood as {value!r}, not {taken!r}")


def answer_with_words(story: Story) -> None:
    """The manager answers in plain words, and everything is read back"""
    say(story, f"It is called {story.site_name}", then="site_type")
    say(story, "a hospital", then="address")
    require_answer(story, "site_name", story.site_name)
    require_answer(story, "site_type", "hospital")


def ask_why(story: Story) -> None:
    """The manager asks why"""
    said = say(story, "why do you ask?", then="address")
    require("emergency services" in said["reply"]["text"], "the reply should give the reason of the question")
    say(story, "12 Residency Road, near the post office", then="city")
    say(story, "Bengaluru", then="area")


def answer_unclearly(story: Story) -> None:
    """An unclear answer is not guessed: there are choices"""
    said = say(story, "about 12,000", then="area")
    choices = said["reply"]["choices"]
    require(len(choices) >= 2, f"a number without its unit should lead to choices, not {choices}")
    require("area" not in answers(story), "an unclear answer should not be taken")
    story.screen.fact("Choices", "   ".join(f"[{choice['label']}]" for choice in choices))
    wanted = next(choice for choice in choices if choice["value"]["unit"] == "sq_ft")
    story.screen.person("Manager", f"picks [{wanted['label']}]")
    take(story, story.manager.turn(story.session_id, choice=wanted["value"]), then="floors")
    require_answer(story, "area", {"value": 12000, "unit": "sq_ft"})


def correct_in_words(story: Story) -> None:
    """An earlier answer is corrected in passing"""
    say(story, "ground plus three", then="entrances")
    require_answer(story, "floors", 4)
    said = say(story, "no, there are five floors", then="entrances")
    require("from 4 to 5" in said["reply"]["text"], "the correction should be read back with the old value")
    require_answer(story, "floors", 5)


def finish_required(story: Story) -> None:
    """Several answers at once, times, lists, ranges"""
    say(story, "3 gates", then="operating_hours")
    say(story, "9 am to 6 pm, Monday to Saturday", then="shift_pattern")
    require_answer(story, "operating_hours", {"from": "09:00", "to": "18:00"})
    require_answer(story, "operating_days", ["mon", "tue", "wed", "thu", "fri", "sat"])
    say(story, "two shifts of 12 hours each", then="guards_per_shift")
    say(story, "six", then="cctv")
    say(story, "yes, there are cameras", then="risks")
    say(story, "theft and fire", then="visitor_volume")
    say(story, "100 to 150 per day", then="meters")
    require_answer(story, "visitor_volume", {"low": 100, "high": 150})
    say(story, "electricity and water", then="meter_count")
    say(story, "2", then="emergency_contact_name")
    said = say(story, CONTACT_NAME, then="emergency_contact_phone")
    show_redacted(story, said)
    require(CONTACT_NAME not in said["transcript"], "the stored words should not hold the name")
    require_answer(story, "emergency_contact_name", CONTACT_NAME)


def speak(story: Story) -> None:
    """The telephone number comes by voice, and leaves no trace in the transcript"""
    voice = media.VOICE
    story.screen.person(
        "Manager", f"speaks: {voice.says} ({voice.path.name}, {voice.path.stat().st_size // 1000} kB)"
    )
    recording = (voice.path.name, voice.path.read_bytes())
    said = story.manager.turn(story.session_id, audio=recording)
    require(said["transcript"], f"the recording should be understood, but: {said['reply']['text']}")
    show_redacted(story, said)
    take(story, said, then=None)
    require(said["pii"]["redactions_count"] >= 1, "the transcript should have a redaction")
    require(
        "[REDACTED_PHONE]" in said["transcript"], "the transcript should hold a placeholder for the number"
    )
    require_answer(story, "emergency_contact_phone", voice.value)
    require(said["reply"]["choices"], "the platform should offer to propose now or to ask more")


def show_redacted(story: Story, said: dict[str, Any]) -> None:
    sure = f", heard with confidence {said['confidence']:.2f}" if said["confidence"] is not None else ""
    count = said["pii"].get("redactions_count", 0)
    story.screen.fact("Kept as", f"{said['transcript']}   ({count} redacted{sure})")
