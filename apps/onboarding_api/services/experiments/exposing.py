"""The point of difference: a session counts from the moment at which the arms would show the person different things.

Up to there all arms ask alike, and who leaves before says nothing about them. Whether it is reached depends on the
answers so far and on what all arms would ask next, never on the own arm: so both arms are counted from the same place.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.utils import timezone

from apps.onboarding import event_log
from apps.onboarding.flows.definition import Flow
from apps.onboarding.flows.dialogue_state import DialogueState, Step
from apps.onboarding.flows.engine import Turn
from apps.onboarding.flows.progress import progress
from apps.onboarding.models import ConversationSession, Experiment, ExperimentUnit, FlowVersion


def expose_where_arms_differ(session: ConversationSession, step: Step) -> None:
    """Note the exposure of a locked session whose dialogue has come to `step` now; at most once for each experiment."""
    waiting = ExperimentUnit.objects.filter(
        session_id=session.pk, exposed_at__isnull=True, experiment__state=Experiment.State.RUNNING
    )
    for unit in waiting.select_related("experiment", "arm"):
        versions = unit.experiment.arms.filter(weight__gt=0).values_list("flow_version_id", flat=True)
        if differ([version for version in versions if version], step, session.language):
            expose(session, unit)


def expose(session: ConversationSession, unit: ExperimentUnit) -> None:
    """From now on the session is of that arm for the funnel, its cohorts and the experiment's figures."""
    unit.exposed_at = timezone.now()
    unit.save(update_fields=["exposed_at"])
    key, arm = unit.experiment.key, unit.arm.name
    session.variants = {**session.variants, key: arm}
    event_log.append(session, event_log.Kind.EXPERIMENT_EXPOSED, {"experiment": key, "arm": arm})


def differ(versions: list[UUID], step: Step, language: str) -> bool:
    """Whether the flows would go on differently from there: another question, wording or progress, or other help.

    Up to there all of them have counted as many misunderstandings, since none has offered anything else.
    """
    return len({_prospect(version, step.state, step.misses, language) for version in versions}) > 1


def _prospect(version: UUID, state: DialogueState, misses: int, language: str) -> tuple[Any, ...]:
    flow = _flow(version)
    faces = _faces(version, flow.language(language))
    turn = Turn(flow=flow, state=replace(state, pending=None), language=flow.language(language))
    turn.advance()
    shown = (turn.state.current, state.current, *state.answers)
    counts = tuple(sorted(progress(flow, state).items()))
    helped = flow.help.given(misses)
    return (turn.state.current, turn.state.tier, counts, helped, *(faces.get(name or "") for name in shown))


@lru_cache(maxsize=64)
def _flow(version: UUID) -> Flow:
    """A version never changes, so a process reads it once."""
    return FlowVersion.objects.get(pk=version).flow()


@lru_cache(maxsize=128)
def _faces(version: UUID, language: str) -> dict[str, str]:
    """By question: a digest of all that a person who speaks `language` meets of it."""
    found = {}
    for slot in _flow(version).definition["slots"]:
        face = {key: value for key, value in slot.items() if key not in {"when", "wording", "options"}}
        face["wording"] = slot["wording"].get(language)
        face["options"] = [
            {**option, "wording": option.get("wording", {}).get(language)}
            for option in slot.get("options", ())
        ]
        text = json.dumps(face, sort_keys=True, ensure_ascii=False)
        found[str(slot["name"])] = hashlib.sha256(text.encode()).hexdigest()
    return found
