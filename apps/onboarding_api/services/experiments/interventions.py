"""The intervention policy of a session: the parameters of its arm, where an experiment on them runs.

Nothing in this version offers interventions by itself, so nothing reads them, and `lifecycle.start` refuses such an
experiment: it would compare two arms that are the same.
"""

from __future__ import annotations

from apps.onboarding.models import ConversationSession, Experiment, ExperimentUnit
from apps.onboarding_api.services.experiments import arms, exposing

READERS: tuple[str, ...] = ()
"""Modules that ask `policy_of` before they intervene. While there are none, no such experiment can start."""


def policy_of(session: ConversationSession) -> dict[str, float]:
    """Parameters that differ from the settings, by name; empty for most. Ask only where an intervention is due.

    `session` must be locked (`event_log.writing`): asking is the point of difference, and is noted as exposure.
    """
    found: dict[str, float] = {}
    units = ExperimentUnit.objects.filter(
        session_id=session.pk,
        experiment__kind=Experiment.Kind.INTERVENTIONS,
        experiment__state=Experiment.State.RUNNING,
    ).select_related("experiment", "arm")
    for unit in units:
        if unit.exposed_at is None:
            exposing.expose(session, unit)
        found |= arms.parameters_of(unit.arm.changes)
    return found
