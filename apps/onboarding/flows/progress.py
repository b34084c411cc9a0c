"""Which questions apply, which is next, and how far the dialogue is."""

from collections.abc import Mapping
from typing import Any

from apps.onboarding.flows.definition import Flow, Slot
from apps.onboarding.flows.dialogue_state import DialogueState


def applies(slot: Slot, answers: Mapping[str, Any]) -> bool:
    """Whether a question is to be asked given the answers so far."""
    return slot.when is None or slot.when.holds(answers)


def open_slots(flow: Flow, state: DialogueState, tier: str) -> list[Slot]:
    """Applicable questions of a tier without an answer, skipped ones included, in order."""
    return [
        slot
        for slot in flow.slots
        if slot.tier == tier and slot.name not in state.answers and applies(slot, state.answers)
    ]


def next_slot(flow: Flow, state: DialogueState, tier: str) -> Slot | None:
    """The next question of a tier: those not skipped first; then required ones that were put off."""
    remaining = open_slots(flow, state, tier)
    fresh = [slot for slot in remaining if slot.name not in state.skipped]
    if fresh:
        return fresh[0]
    return remaining[0] if remaining and tier == "required" else None


def ready(flow: Flow, state: DialogueState) -> bool:
    """Whether every applicable required question has an answer."""
    return not open_slots(flow, state, "required")


def inapplicable(flow: Flow, answers: Mapping[str, Any]) -> list[str]:
    """Answers whose question no longer applies. Taking one out can make others inapplicable."""
    kept = dict(answers)
    dropped: list[str] = []
    while True:
        gone = [name for name in kept if flow.has_slot(name) and not applies(flow.slot(name), kept)]
        if not gone:
            return dropped
        for name in gone:
            del kept[name]
        dropped += gone


def progress(flow: Flow, state: DialogueState) -> dict[str, int]:
    """Counts of applicable questions: answered in all, required, answered required ones, and in all."""
    applicable = [slot for slot in flow.slots if applies(slot, state.answers)]
    required = [slot for slot in applicable if slot.tier == "required"]
    return {
        "answered": sum(slot.name in state.answers for slot in applicable),
        "required": len(required),
        "required_answered": sum(slot.name in state.answers for slot in required),
        "total": len(applicable),
    }
