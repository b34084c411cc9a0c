"""What is recommended for which cause: the text and the effort, and nothing else. A new cause is a new row.

Texts are filled with names of questions, people's segments and counts of the evidence (`wording.facts`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Effort = Literal["low", "medium", "high"]


@dataclass(frozen=True)
class Advice:
    cause: str
    what: str
    """What is wrong, in a few words."""
    effort: Effort
    title: str
    text: str


_SEEN = "{events} of {n} left there, {expected} would have been expected without it."
_ROWS = (
    Advice(
        "repeated_question", "the question was not understood, or had to be repeated", "low",
        "Reword the question {place}",
        "The answer to {place} was not understood, or it had to be asked again. " + _SEEN + " Say in the question what "
        "an answer looks like, with an example, and offer choices{where}.",
    ),
    Advice(
        "asked_to_explain", "people asked what the question means", "low",
        "Explain the question {place} as it is asked",
        "People asked what {place} means. " + _SEEN + " Put the explanation into the question itself{where}.",
    ),
    Advice(
        "skipped_question", "the question was skipped", "low",
        "Ask {place} later, or only where it is needed",
        "{events} of {n} who skipped {place} left later in the stage, {expected} would have been expected had they "
        "answered. Make it optional, or ask it when the answer is at hand{where}.",
    ),
    Advice(
        "left_unanswered", "people left at the question without an answer", "medium",
        "Find out what {place} asks too much of",
        "{place} was the last thing asked, nothing had gone wrong, and no answer came: {events} of {n} left there, "
        "{expected} would have been expected as at the other questions. Let people answer it later, say why it is "
        "asked, or split it{where}.",
    ),
    Advice(
        "turn_failed", "an answer could not be processed", "high",
        "Mend what makes answers fail",
        "An answer could not be processed. " + _SEEN + " The dead letters name the fault{where}.",
    ),
    Advice(
        "dead_task", "a task behind the conversation failed for good", "high",
        "Mend the tasks that fail for good",
        "A task behind the conversation failed for good. " + _SEEN + " The dead letters name the fault{where}.",
    ),
    Advice(
        "slow_turn", "an answer took longer than 10 seconds to be processed", "medium",
        "Shorten the wait for the next question",
        "Processing an answer took longer than 10 seconds. " + _SEEN + " Add workers for the hours that need them, or "
        "look at what the answer waits for{where}.",
    ),
    Advice(
        "photo_failed", "a photo could not be used", "medium",
        "Make photos that fail usable",
        "A photo could not be used. " + _SEEN + " Look at the fault codes of these uploads, and tell people before "
        "they send what will not work{where}.",
    ),
    Advice(
        "recording_failed", "a recording could not be used", "medium",
        "Make recordings that fail usable",
        "A recording could not be used. " + _SEEN + " Look at the fault codes of these uploads, and offer typing at "
        "once{where}.",
    ),
    Advice(
        "document_failed", "a document could not be used", "medium",
        "Make documents that fail usable",
        "A document could not be used. " + _SEEN + " Look at the fault codes of these uploads, and say which types "
        "work{where}.",
    ),
    Advice(
        "language", "people who speak one language leave more often", "medium",
        "Review the conversation in the language {value}",
        "Of the sessions in {value}, {events} of {n} left at this stage, {expected} would have been expected as in the "
        "other languages. No single event explains it: have the wording read by somebody who speaks it.",
    ),
    Advice(
        "device", "people with one kind of device leave more often", "medium",
        "Go through the onboarding on {value}",
        "On {value}, {events} of {n} left at this stage, {expected} would have been expected as on other devices. No "
        "single event explains it: go through the stage on such a device.",
    ),
    Advice(
        "part_of_day", "people who start at one time of day leave more often", "medium",
        "Look at what is different in the {value}",
        "Of the sessions that started in the {value}, {events} of {n} left at this stage, {expected} would have been "
        "expected as at other times. No single event explains it: compare waits, and offer to go on later.",
    ),
)  # fmt: skip

CATALOGUE = {row.cause: row for row in _ROWS}
