"""Renders what a person sees."""

from typing import Any

from apps.onboarding.flows import grammar
from apps.onboarding.flows import special_values as special
from apps.onboarding.flows.definition import Flow, Slot
from apps.onboarding.flows.dialogue_state import DialogueState, Reply
from apps.onboarding.flows.progress import progress
from apps.onboarding.flows.wording import say


def read_back(slot: Slot, value: Any, language: str) -> str:
    return grammar.display(slot, value, language)


def render(flow: Flow, state: DialogueState, language: str, notes: list[str] | None = None) -> Reply:
    """The notes (acknowledgements, explanations), then the open question with what belongs to it."""
    said = [note for note in notes or [] if note]
    counts = progress(flow, state)
    if state.cancelled:
        return Reply(text=" ".join(said) or None, progress=counts)
    if state.handed_off:
        return Reply(text=" ".join(said) or None, choices=tuple(_ways_back(language)), progress=counts)
    question, choices, control = _question(flow, state, language)
    text = " ".join([*said, question] if question else said)
    return Reply(
        text=text or None,
        question=question,
        slot=state.current,
        choices=tuple(choices),
        control=control,
        progress=counts,
    )


def _ways_back(language: str) -> list[dict[str, Any]]:
    """What a person may do while somebody else has taken over: the engine stays silent, but is not a dead end."""
    return [
        {"value": special.RESUME, "label": say(language, "resume_label")},
        {"value": special.CANCEL, "label": say(language, "confirm_cancel_yes")},
    ]


def _question(
    flow: Flow, state: DialogueState, language: str
) -> tuple[str | None, list[dict[str, Any]], dict[str, Any] | None]:
    pending = state.pending
    if pending is not None and pending.kind == "confirm_cancel":
        choices = [
            {"value": special.CANCEL, "label": say(language, "confirm_cancel_yes")},
            {"value": special.KEEP, "label": say(language, "confirm_cancel_no")},
        ]
        return say(language, "confirm_cancel"), choices, None
    slot = flow.slot(state.current) if state.current is not None else None
    control = None
    if slot is not None and state.misses >= flow.help.form_control_after:
        control = grammar.form_control(slot, language)
    if pending is not None and pending.kind == "offer_person":
        choices = [
            {"value": special.HAND_OFF, "label": say(language, "offer_person_yes")},
            {"value": special.CONTINUE, "label": say(language, "offer_person_no")},
        ]
        if slot is not None and slot.tier == "optional":
            choices.append({"value": special.SKIP, "label": say(language, "skip_label")})
        return say(language, "offer_person"), choices, control
    if pending is not None and pending.kind == "choices" and pending.slot is not None:
        asked = flow.slot(pending.slot)
        question = slot_question(asked, state, language) if asked is slot else asked.wording(language).retry
        return question, [choice.to_json() for choice in pending.choices], control
    if state.tier == "offer" and slot is None:
        choices = [
            {"value": special.PROPOSE, "label": say(language, "offer_propose")},
            {"value": special.MORE_QUESTIONS, "label": say(language, "offer_more")},
        ]
        return say(language, "offer"), choices, None
    if slot is None:
        return None, [], None
    return slot_question(slot, state, language), option_choices(slot, language), control


def slot_question(slot: Slot, state: DialogueState, language: str) -> str:
    """The question; after a miss its simpler wording."""
    wording = slot.wording(language)
    return wording.retry if state.misses else wording.question


def option_choices(slot: Slot, language: str) -> list[dict[str, Any]]:
    """Buttons for questions with few answers."""
    if slot.type == "choice":
        return [
            {"value": option.value, "label": slot.option_label(option.value, language)}
            for option in slot.options
        ]
    if slot.type == "yes_no":
        return [{"value": value, "label": say(language, "yes" if value else "no")} for value in (True, False)]
    return []
