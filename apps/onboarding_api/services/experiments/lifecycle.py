"""From draft to running, stopped, rolled out; each step noted with who did it and why."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from apps.onboarding import flow_versions
from apps.onboarding.errors import Conflict, Forbidden, InvalidInput, NotFound, Unprocessable
from apps.onboarding.models import ClientFlow, Experiment, ExperimentArm, ExperimentNote, FlowVersion
from apps.onboarding_api.services import access
from apps.onboarding_api.services.experiments import arms, defining
from apps.onboarding_api.services.pii_integration import get_pii_service

if TYPE_CHECKING:
    from django.contrib.auth.models import User

State, Deed = Experiment.State, ExperimentNote.Deed
_alerts = logging.getLogger("alerts")
_STARTING = 0x45585053


@transaction.atomic
def start(experiment_id: UUID, *, user: User) -> Experiment:
    """New sessions are put into its arms from now on. `Conflict` unless it is a draft and alone on its flow."""
    with connection.cursor() as cursor:  # two that start at once would not see one another
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_STARTING])
    experiment = _locked(experiment_id, user)
    if experiment.state != State.DRAFT:
        raise Conflict(f"the experiment is {experiment.state}", state=experiment.state)
    _require_alone(experiment)
    base = defining.base_version(experiment.flow, experiment.client)
    for arm in experiment.arms.all():
        arm.flow_version = _stored(arm, experiment.kind, base)
        arm.save(update_fields=["flow_version"])
    experiment.base_version, experiment.state = base, State.RUNNING
    experiment.started_at = timezone.now()
    experiment.save()
    _note(experiment, Deed.STARTED, user, data={"base": str(base)})
    return experiment


@transaction.atomic
def stop(experiment_id: UUID, *, user: User, reason: str = "") -> Experiment:
    """Nobody new is put into it, and nobody is exposed any more; who is in an arm keeps their flow."""
    experiment = _locked(experiment_id, user)
    if experiment.state != State.RUNNING:
        raise Conflict(f"the experiment is {experiment.state}", state=experiment.state)
    end(experiment, reason="person", actor=user, words=get_pii_service().scrub(reason))
    return experiment


def end(
    experiment: Experiment,
    *,
    reason: str,
    actor: User | None = None,
    words: str = "",
    data: Mapping[str, Any] | None = None,
) -> None:
    """Stop a locked, running experiment; without an actor by the platform itself, which tells the alerts."""
    experiment.state, experiment.stopped_at, experiment.stop_reason = State.STOPPED, timezone.now(), reason
    experiment.save()
    _note(experiment, Deed.STOPPED, actor, reason=words, data={"reason": reason, **(data or {})})
    if actor is None:
        _alerts.warning("experiment %s was stopped by itself: %s", experiment.key, reason)


@transaction.atomic
def roll_out(experiment_id: UUID, *, user: User, arm: str, reason: str = "") -> Experiment:
    """New sessions of the client, or of all, start with what that arm was asked; a running experiment ends with it.

    An arm that was not found to be the winner needs a `reason`: `Unprocessable` without one.
    """
    experiment = _locked(experiment_id, user)
    if experiment.state not in {State.RUNNING, State.STOPPED}:
        raise Conflict(f"the experiment is {experiment.state}", state=experiment.state)
    chosen = experiment.arms.select_related("flow_version").filter(name=arm).first()
    if chosen is None or chosen.flow_version is None:
        raise InvalidInput("no such arm", errors=[{"pointer": "/arm", "detail": "there is no such arm"}])
    won = experiment.verdict == "winner" and experiment.verdict_arm == arm
    if not (won or reason.strip()):
        raise Unprocessable(
            "this arm was not found to be the winner: say why it is rolled out all the same",
            user_message="This variant has not won. Please say why it is to be used all the same.",
            next_actions=("give_a_reason",),
        )
    if experiment.state == State.RUNNING:
        end(experiment, reason="rolled_out", actor=user)
    before = defining.base_version(experiment.flow, experiment.client)
    _make_default(experiment, chosen.flow_version)
    experiment.state, experiment.rolled_out_arm = State.ROLLED_OUT, arm
    experiment.save()
    data = {"arm": arm, "version": str(chosen.flow_version), "before": str(before), "won": won}
    _note(experiment, Deed.ROLLED_OUT, user, reason=get_pii_service().scrub(reason), data=data)
    return experiment


def _make_default(experiment: Experiment, version: FlowVersion) -> None:
    if experiment.client_id is None:
        flow_versions.make_default(version)
        return
    ClientFlow.objects.update_or_create(
        client_id=experiment.client_id,
        name=experiment.flow,
        defaults={"flow_version": version, "experiment": experiment},
    )


def _stored(arm: ExperimentArm, kind: str, base: FlowVersion) -> FlowVersion:
    try:
        asked = defining.version_of_arm(arm, kind, base)
    except arms.ChangesInvalid as error:
        raise Conflict(
            f"arm {arm.name} does not fit the flow as it is now: {error}",
            user_message="The flow has changed since this was written. Please make the experiment anew.",
        ) from error
    return asked if isinstance(asked, FlowVersion) else flow_versions.store_variant(base, asked)


def _require_alone(experiment: Experiment) -> None:
    """Two at once over the same sessions would each be part of the other's difference."""
    others = Experiment.objects.filter(state=State.RUNNING, flow=experiment.flow)
    if experiment.client_id is not None:
        others = others.filter(Q(client=None) | Q(client_id=experiment.client_id))
    if others.exists():
        raise Conflict(
            "another experiment runs on this flow for these clients",
            user_message="Another experiment runs on this conversation. Please stop it first, or wait.",
        )


def _locked(experiment_id: UUID, user: User) -> Experiment:
    """The experiment, locked, where the user may run it: `NotFound` where they may not see it."""
    visible = Experiment.objects.visible_to(user).filter(pk=experiment_id)
    if not visible.exists():
        raise NotFound("no such experiment")
    experiment = Experiment.objects.select_for_update(no_key=True).get(pk=experiment_id)
    if experiment.client_id is None and not user.is_staff:
        raise Forbidden("an experiment over all clients is for those who run the platform")
    if experiment.client_id is not None:
        access.require_role(user, experiment.client_id, at_least=access.Role.MANAGER)
    return experiment


def _note(
    experiment: Experiment,
    deed: ExperimentNote.Deed,
    actor: User | None,
    *,
    reason: str = "",
    data: Mapping[str, Any] | None = None,
) -> None:
    ExperimentNote.objects.create(
        experiment=experiment, deed=deed, actor=actor, reason=reason[:500], data=dict(data or {})
    )
