"""The event log as a stream, cut in the middle and resumed."""

from __future__ import annotations

import json
from collections import Counter
from itertools import islice

from scripts.demo_story import media
from scripts.demo_story.failure import require
from scripts.demo_story.steps.talking import CONTACT_NAME
from scripts.demo_story.story import Story

_CUT_AFTER = 10


def stream_log(story: Story) -> None:
    """The event log streams, is cut, and resumes where it broke off (SSE, Last-Event-ID)"""
    last = story.manager.get(story.session)["last_event"]
    with story.manager.events(story.session_id, after=0) as stream:
        first = list(islice(stream, _CUT_AFTER))
    story.screen.fact("Cut", f"after event {first[-1]['id']} of {last}")
    with story.manager.events(story.session_id, after=int(first[-1]["id"])) as stream:
        rest = list(islice(stream, last - _CUT_AFTER))
    story.screen.fact("Resumed", f"at event {rest[0]['id']}, read to {rest[-1]['id']}")
    numbers = [int(frame["id"]) for frame in [*first, *rest]]
    require(numbers == list(range(1, last + 1)), f"events 1 to {last} should come once each, in order")
    counted = Counter(frame["event"] for frame in [*first, *rest])
    story.screen.fact("Events", ", ".join(f"{count} {kind}" for kind, count in sorted(counted.items())))
    for kind in (
        "answer_corrected",
        "explained",
        "question_skipped",
        "not_understood",
        "configuration_applied",
    ):
        require(counted[kind], f"the log should hold an event {kind}")
    text = json.dumps([frame["data"] for frame in [*first, *rest]], ensure_ascii=False)
    for secret in (CONTACT_NAME, *media.VOICE.personal, *media.REGISTER.personal, *media.DOCUMENT.personal):
        require(secret not in text, f"the log should not hold {secret!r}")
    story.screen.fact("Private", "no name and no number of anybody stands in the log")
