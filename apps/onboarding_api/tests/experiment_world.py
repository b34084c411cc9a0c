"""Experiments for tests, and sessions whose whole life is known, put through the platform's own assignment."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.utils import timezone

from apps.onboarding.models import (
    ConversationSession,
    Experiment,
    ExperimentArm,
    ExperimentUnit,
    SessionEvent,
)
from apps.onboarding_api.services import experiments
from apps.onboarding_api.services.experiments import NewArm, NewExperiment
from apps.onboarding_api.services.statistics.experiments import assignment
from apps.onboarding_api.tests import factories
from scripts.funnel_simulator.lives import Life

FLOW = "facility_onboarding"
OTHER_WORDS = {"site_type": {"en": {"question": "What do you guard there?"}}}
OTHER_ORDER = {"order": ["site_type", "site_name"]}
KEY = "first-words"


def new(**changed: Any) -> NewExperiment:
    """Two arms, a and b, half each; b asks for the type of the site in other words."""
    factories.default_flow()
    told: dict[str, Any] = {
        "key": KEY,
        "title": "Do plainer words help?",
        "kind": "wording",
        "flow": FLOW,
        "control": "a",
        "arms": [NewArm("a", 1), NewArm("b", 1, OTHER_WORDS)],
        "minimum_units": 200,
        **changed,
    }
    return NewExperiment(**told)


def body(**changed: Any) -> dict[str, Any]:
    """The same as `new`, as a request."""
    return {
        "key": KEY,
        "title": "Do plainer words help?",
        "kind": "wording",
        "flow": FLOW,
        "control": "a",
        "arms": [{"name": "a"}, {"name": "b", "changes": OTHER_WORDS}],
        **changed,
    }


def running(*, user: User | None = None, **changed: Any) -> Experiment:
    staff = user or factories.UserFactory.create(is_staff=True)
    made = experiments.create(new(**changed), user=staff)
    return experiments.start(made.pk, user=staff)


def live(experiment: Experiment, lives: Iterable[Life], *, start: datetime) -> int:
    """Put simulated lives into an experiment that runs: rows as the product would have left them; how many there are.

    Exposure is at the start. The arm is that of the hash, not what the simulator says.
    """
    arms = {arm.name: arm for arm in experiment.arms.all()}
    weights = {name: arm.weight for name, arm in arms.items()}
    client, version = factories.ClientFactory.create(), factories.default_flow()
    sessions, units = [], []
    for life in lives:
        began = start + timedelta(seconds=life.started)
        times: list[datetime | None] = [began + timedelta(seconds=offset) for offset in life.stages]
        times += [None] * (5 - len(times))
        session = session_row(
            client.pk, version.pk, life.session_id, times, is_gone=life.left is not None and life.cancelled
        )
        found = assignment.variant_for(experiment=experiment.key, unit=str(life.session_id), weights=weights)
        assert found is not None
        arm = arms[found]
        sessions.append(session)
        units.append(
            ExperimentUnit(
                experiment=experiment,
                arm=arm,
                session=session,
                unit=str(session.pk),
                assigned_at=began,
                exposed_at=began,
            )
        )
    ConversationSession.objects.bulk_create(sessions, batch_size=2_000)
    ExperimentUnit.objects.bulk_create(units, batch_size=2_000)
    return len(sessions)


def session_row(
    client_id: UUID, version_id: UUID, session_id: UUID, times: list[datetime | None], *, is_gone: bool
) -> ConversationSession:
    completed = times[4] is not None
    return ConversationSession(
        session_id=session_id,
        client_id=client_id,
        flow_version_id=version_id,
        started_at=times[0],
        engaged_at=times[1],
        recommendations_generated_at=times[2],
        approval_decision_at=times[3],
        completed_at=times[4],
        current_state="COMPLETED" if completed else "CANCELLED" if is_gone else "IN_PROGRESS",
    )


def arm_of(experiment: Experiment, session_id: UUID) -> str:
    found = assignment.variant_for(
        experiment=experiment.key,
        unit=str(session_id),
        weights=dict(experiment.arms.values_list("name", "weight")),
    )
    assert found is not None
    return found


class Crowd:
    """Sessions of known outcome, arm by arm, exposed long ago."""

    def __init__(self, experiment: Experiment, *, seed: int = 7, exposed: datetime | None = None) -> None:
        self.experiment = experiment
        self.arms: dict[str, ExperimentArm] = {arm.name: arm for arm in experiment.arms.all()}
        self.chance = random.Random(seed)
        self.exposed = exposed or timezone.now() - timedelta(days=10)
        self.client, self.version = factories.ClientFactory.create(), factories.default_flow()

    def add(
        self,
        arm: str,
        sessions: int,
        *,
        completed: int = 0,
        errors: int = 0,
        earlier: tuple[int, int] = (0, 0),
        exposed: datetime | None = None,
        unit: str = "",
        took: timedelta = timedelta(hours=5),
    ) -> list[ConversationSession]:
        """So many sessions, of which the first `completed` did, and the first `errors` failed once."""
        at = exposed or self.exposed
        rows = [
            session_row(
                self.client.pk,
                self.version.pk,
                UUID(int=self.chance.getrandbits(128), version=4),
                [at, *([at + took] * 4 if index < completed else [None] * 4)],
                is_gone=False,
            )
            for index in range(sessions)
        ]
        ConversationSession.objects.bulk_create(rows, batch_size=2_000)
        ExperimentUnit.objects.bulk_create(
            ExperimentUnit(
                experiment=self.experiment,
                arm=self.arms[arm],
                session=row,
                unit=unit or str(row.pk),
                earlier_sessions=earlier[0],
                earlier_completed=earlier[1],
                assigned_at=at,
                exposed_at=at,
            )
            for row in rows
        )
        SessionEvent.objects.bulk_create(
            SessionEvent(
                session=row, number=1, kind="turn_failed", occurred_at=at + timedelta(minutes=5), data={}
            )
            for row in rows[:errors]
        )
        return rows
