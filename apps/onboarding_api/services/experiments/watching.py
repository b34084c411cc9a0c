"""Looking at what runs, again and again: what does harm is stopped before anybody has to notice."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from apps.onboarding.models import Experiment
from apps.onboarding_api.services.experiments import lifecycle, tallies, words
from apps.onboarding_api.services.experiments.results import Result, of_sums
from apps.onboarding_api.services.statistics.experiments.stopping import Verdict

EVERY = tallies.EVERY
STOPS = {Verdict.INVALID: "sample_ratio", Verdict.HARM: "harm", Verdict.LOSER: "worse"}
"""Verdicts that end an experiment without a person, and the reason that is noted."""


def watch(*, now: datetime | None = None) -> int:
    """The keeper's duty: evaluate what runs and was not looked at for a minute; how many were.

    Any number of keepers may: who holds the row looks, the others pass it over.
    """
    now = now or timezone.now()
    due = Experiment.objects.filter(state=Experiment.State.RUNNING).filter(
        Q(evaluated_at=None) | Q(evaluated_at__lte=now - EVERY)
    )
    return sum(evaluate(pk, now=now) is not None for pk in list(due.values_list("pk", flat=True)))


@transaction.atomic
def evaluate(experiment_id: UUID, *, now: datetime | None = None) -> Result | None:
    """One look, written down; stopped where it does harm or cannot be trusted. None where it runs no more."""
    experiment = (
        Experiment.objects.select_for_update(skip_locked=True, of=("self",), no_key=True)
        .filter(pk=experiment_id, state=Experiment.State.RUNNING)
        .first()
    )
    if experiment is None:
        return None
    now = now or timezone.now()
    found = of_sums(experiment, tallies.keep(experiment, now=now), as_of=now)
    experiment.evaluated_at, experiment.verdict, experiment.verdict_arm = (
        found.as_of,
        found.verdict.value,
        found.arm,
    )
    reason = STOPS.get(found.verdict)
    if reason is None:
        experiment.save(update_fields=["evaluated_at", "verdict", "verdict_arm", "mdtz"])
        return found
    lifecycle.end(experiment, reason=reason, words=words.of(found)[0], data={"arm": found.arm})
    return found
