"""Putting a session into an arm when it opens: by hash, so that any process at any time would say the same."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from apps.onboarding.models import (
    ClientFlow,
    ConversationSession,
    Experiment,
    ExperimentArm,
    ExperimentUnit,
    FlowVersion,
)
from apps.onboarding_api.services.statistics.experiments import assignment

_EARLIER = 20


@dataclass(frozen=True)
class Placement:
    """What a new session is asked, and the arms that it was put into."""

    version: FlowVersion | None
    """None: the default version of all."""
    arms: tuple[ExperimentArm, ...] = ()


def place(session: ConversationSession, *, flow: str | None) -> Placement:
    """Where a session that is about to open belongs. Writes nothing."""
    name = flow or settings.ONBOARDING.default_flow
    own = (
        ClientFlow.objects.select_related("flow_version")
        .filter(client_id=session.client_id, name=name)
        .first()
    )
    running = Experiment.objects.filter(state=Experiment.State.RUNNING, flow=name)
    if own is None:
        running = running.filter(Q(client=None) | Q(client_id=session.client_id))
    else:  # what all others are asked is not compared with what this client has chosen for itself
        running = running.filter(client_id=session.client_id)
    chosen = (arm_of(one, session) for one in running.prefetch_related("arms__flow_version"))
    arms = tuple(arm for arm in chosen if arm is not None)
    version = next((arm.flow_version for arm in arms), None)
    if version is None and own is not None:
        version = own.flow_version
    return Placement(version=version, arms=arms)


def enrol(session: ConversationSession, placement: Placement) -> None:
    """Write down the arms of a session that has opened just now."""
    if not placement.arms:
        return
    earlier, completed = _earlier(session)
    now = timezone.now()
    ExperimentUnit.objects.bulk_create(
        ExperimentUnit(
            experiment=arm.experiment,
            arm=arm,
            session=session,
            unit=unit_of(arm.experiment, session),
            earlier_sessions=earlier,
            earlier_completed=completed,
            assigned_at=now,
        )
        for arm in placement.arms
    )


def arm_of(experiment: Experiment, session: ConversationSession) -> ExperimentArm | None:
    """None where the session takes no part: not its traffic, or nobody to be known by."""
    unit = unit_of(experiment, session)
    if not unit:
        return None
    arms = {arm.name: arm for arm in experiment.arms.all()}
    name = assignment.variant_for(
        experiment=experiment.key,
        unit=unit,
        weights={name: arm.weight for name, arm in arms.items()},
        traffic=experiment.traffic,
    )
    if name is None:
        return None
    arm = arms[name]
    arm.experiment = experiment
    return arm


def unit_of(experiment: Experiment, session: ConversationSession) -> str:
    """What is hashed. Empty where a user is needed and the session has none."""
    if experiment.unit == Experiment.Unit.USER:
        return f"user-{session.user_id}" if session.user_id else ""
    return str(session.session_id)


def _earlier(session: ConversationSession) -> tuple[int, int]:
    """Sessions that the same person had before, some 20 of them, and how many were completed by now."""
    if session.user_id is None:
        return 0, 0
    rows = ConversationSession.objects.filter(user_id=session.user_id).exclude(pk=session.pk).order_by()
    seen = list(rows.values_list("completed_at", flat=True)[:_EARLIER])
    return len(seen), sum(moment is not None for moment in seen)
