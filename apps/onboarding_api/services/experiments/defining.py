"""Writing an experiment down. All that can be wrong with it is said here, before anybody is put into an arm."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import IntegrityError, transaction

from apps.onboarding.errors import Conflict, Forbidden, InvalidInput, NotFound
from apps.onboarding.models import Client, Experiment, ExperimentArm, ExperimentNote, FlowVersion
from apps.onboarding_api.services import access
from apps.onboarding_api.services.experiments import arms, guards
from apps.onboarding_api.services.pii_integration import get_pii_service
from apps.onboarding_api.services.statistics.experiments import assignment

if TYPE_CHECKING:
    from django.contrib.auth.models import User

Kind, Metric = Experiment.Kind, Experiment.Metric
MOST_ARMS = 6
_KEY = re.compile(r"[a-z][a-z0-9_-]{1,59}")
_ARM = re.compile(r"[a-z][a-z0-9_-]{0,39}")


@dataclass(frozen=True)
class NewArm:
    name: str
    share: float
    """Weight in any unit; ten-thousandths are made of them."""
    changes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class NewExperiment:
    """What is to be compared. `traffic` and `negligible` are shares, 0 to 1."""

    key: str
    title: str
    kind: str
    flow: str
    control: str
    arms: Sequence[NewArm]
    client_id: UUID | None = None
    unit: str = Experiment.Unit.SESSION
    traffic: float = 1.0
    primary_metric: str = Metric.COMPLETED
    other_metrics: Sequence[str] = ()
    guardrails: Sequence[Mapping[str, Any]] = ()
    window_hours: int = 72
    guard_hours: int = 1
    minimum_units: int = 1_000
    planned_units: int | None = None
    negligible: float = 0.0


def create(new: NewExperiment, *, user: User) -> Experiment:
    """A draft. `Forbidden` and `NotFound` by the rights of `user`, `InvalidInput` with what is wrong, by pointer."""
    client = _client(new.client_id, user)
    base = base_version(new.flow, client)
    faults = [*_plain_faults(new), *_arm_faults(new, base, client)]
    faults = faults or _personal_faults(new)
    if faults:
        raise InvalidInput("the experiment cannot be made like this", errors=faults)
    weights = assignment.weights_from_shares({arm.name: arm.share for arm in new.arms})
    try:
        with transaction.atomic():
            made = Experiment.objects.create(
                key=new.key, title=get_pii_service().scrub(new.title.strip()), client=client,
                kind=new.kind, flow=new.flow, unit=new.unit,
                traffic=round(new.traffic * assignment.WHOLE), control=new.control,
                primary_metric=new.primary_metric, other_metrics=list(new.other_metrics),
                guardrails=[dict(one) for one in new.guardrails], window_hours=new.window_hours,
                guard_hours=new.guard_hours, minimum_units=new.minimum_units, planned_units=new.planned_units,
                negligible=new.negligible, created_by=user,
            )  # fmt: skip
            ExperimentArm.objects.bulk_create(
                ExperimentArm(
                    experiment=made, name=arm.name, weight=weights[arm.name], changes=dict(arm.changes)
                )
                for arm in new.arms
            )
            ExperimentNote.objects.create(experiment=made, deed=ExperimentNote.Deed.CREATED, actor=user)
    except IntegrityError as error:
        raise Conflict(
            "an experiment of this key exists", user_message="There is an experiment of this key already."
        ) from error
    return made


def base_version(flow: str, client: Client | None) -> FlowVersion:
    """What sessions of that client, or of all, start with now; `InvalidInput` for an unknown flow."""
    own = client.flows.select_related("flow_version").filter(name=flow).first() if client else None
    version = own.flow_version if own else FlowVersion.objects.filter(name=flow, is_default=True).first()
    if version is None:
        raise InvalidInput("there is no such flow", errors=[_fault("/flow", "there is no such flow")])
    return version


def version_of_arm(arm: NewArm | ExperimentArm, kind: str, base: FlowVersion) -> FlowVersion | dict[str, Any]:
    """The stored version that an arm is asked, or the definition of one that is not stored yet.

    `ChangesInvalid` where there is none.
    """
    if kind != Kind.FLOW_VERSION:
        return arms.changed_definition(kind, arm.changes, base.definition) if arm.changes else base
    number = arms.version_of(arm.changes)
    found = FlowVersion.objects.filter(name=base.name, version=number).first() if number else base
    if found is None:
        raise arms.ChangesInvalid("/version", "there is no such version of this flow")
    return found


def _client(client_id: UUID | None, user: User) -> Client | None:
    """Over all clients: staff alone. Over one: its managers too."""
    if client_id is None:
        if not user.is_staff:
            raise Forbidden("an experiment over all clients is for those who run the platform")
        return None
    client = Client.objects.visible_to(user).filter(pk=client_id).first()
    if client is None:
        raise NotFound("no such client")
    access.require_role(user, client.pk, at_least=access.Role.MANAGER)
    return client


def _plain_faults(new: NewExperiment) -> list[dict[str, str]]:
    metrics = [new.primary_metric, *new.other_metrics]
    tests = {
        "/key": (
            _KEY.fullmatch(new.key),
            "2 to 60 characters: a small letter, then small letters, digits, - and _",
        ),
        "/title": (0 < len(new.title.strip()) <= 200, "1 to 200 characters are needed"),
        "/kind": (new.kind in Kind.values, "not known"),
        "/unit": (new.unit in Experiment.Unit.values, "not known"),
        "/traffic": (
            math.isfinite(new.traffic) and 0.0001 <= new.traffic <= 1,
            "a share from 0.0001 to 1 is needed",
        ),
        "/primary_metric": (new.primary_metric in Metric.values, "not known"),
        "/other_metrics": (
            set(new.other_metrics) <= set(Metric.values) and len(set(metrics)) == len(metrics),
            "known ones, each once, without the primary one, are needed",
        ),
        "/window_hours": (1 <= new.window_hours <= 24 * 60, "1 to 1440 hours are needed"),
        "/guard_hours": (
            1 <= new.guard_hours <= new.window_hours,
            "1 hour to the whole window is needed",
        ),
        "/minimum_units": (200 <= new.minimum_units <= 10_000_000, "200 to 10,000,000 are needed"),
        "/planned_units": (
            new.planned_units is None or new.minimum_units <= new.planned_units <= 100_000_000,
            "at least minimum_units, at most 100,000,000 are needed",
        ),
        "/negligible": (
            math.isfinite(new.negligible) and 0 <= new.negligible < 1,
            "a share from 0 to below 1 is needed",
        ),
    }
    found = [_fault(pointer, problem) for pointer, (holds, problem) in tests.items() if not holds]
    return [*found, *(_fault(pointer, problem) for pointer, problem in guards.faults(new.guardrails))]


def _arm_faults(new: NewExperiment, base: FlowVersion, client: Client | None) -> list[dict[str, str]]:
    names = [arm.name for arm in new.arms]
    found = []
    if not 2 <= len(names) <= MOST_ARMS or len(set(names)) != len(names):
        found.append(_fault("/arms", f"2 to {MOST_ARMS} arms of different names are needed"))
    if new.control not in names:
        found.append(_fault("/control", "the name of an arm is needed"))
    for index, arm in enumerate(new.arms):
        if not _ARM.fullmatch(arm.name):
            found.append(_fault(f"/arms/{index}/name", "a small letter, then small letters, digits, - and _"))
        if not math.isfinite(arm.share) or not 0.01 <= arm.share <= 1_000_000:
            found.append(_fault(f"/arms/{index}/weight", "0.01 to 1,000,000 is needed"))
    if found or new.kind not in Kind.values:
        return found
    if min(assignment.weights_from_shares({arm.name: arm.share for arm in new.arms}).values()) < 1:
        return [_fault("/arms", "each arm needs at least a ten-thousandth")]
    seen: dict[str, str] = {}
    for index, arm in enumerate(new.arms):
        try:
            content = _content(arm, new.kind, base, client)
        except arms.ChangesInvalid as error:
            found.append(_fault(f"/arms/{index}/changes{error.path}", error.problem))
            continue
        if content in seen:
            found.append(_fault(f"/arms/{index}/changes", f"the same as arm {seen[content]}"))
        seen[content] = arm.name
    return found


def _content(arm: NewArm, kind: str, base: FlowVersion, client: Client | None) -> str:
    """What tells arms apart."""
    asked = version_of_arm(arm, kind, base)
    if isinstance(asked, FlowVersion):
        if not asked.is_default and asked != base and _is_of_others(asked, client):
            raise arms.ChangesInvalid("/version", "there is no such version of this flow")
        return asked.digest
    return arms.digest_of(asked)


def _personal_faults(new: NewExperiment) -> list[dict[str, str]]:
    """What is asked goes to everybody and to models: it names nobody."""
    if new.kind != Kind.WORDING:
        return []
    return [
        _fault(
            f"/arms/{index}/changes/{slot}/{language}/{key}", "this seems to hold somebody's personal data"
        )
        for index, arm in enumerate(new.arms)
        for slot, languages in arm.changes.items()
        for language, texts in languages.items()
        for key, text in texts.items()
        if get_pii_service().redact(text, language=language).counts
    ]


def _is_of_others(version: FlowVersion, client: Client | None) -> bool:
    """Made for an experiment of another client: its words are that client's own."""
    theirs = version.arms.exclude(experiment__client=None)
    return theirs.exclude(experiment__client=client).exists() if client else theirs.exists()


def _fault(pointer: str, problem: str) -> dict[str, str]:
    return {"pointer": pointer, "detail": problem}
