"""Experiments: what is compared, who was put into which arm, when they met the difference, and what people did.

From its start on an experiment is evidence: what it compares cannot be changed any more, nor can anybody's arm (a
trigger in the database refuses both).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.onboarding.models.base import Identified, Stamped
from apps.onboarding.models.client import Client
from apps.onboarding.models.flow import FlowVersion
from apps.onboarding.models.session import ConversationSession

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User


class ExperimentQuerySet(models.QuerySet["Experiment"]):
    def visible_to(self, user: User | AnonymousUser) -> ExperimentQuerySet:
        """Staff see all. Others those of their clients; not those over all clients, whose figures are of others too."""
        return self if user.is_staff else self.filter(client__memberships__user_id=user.pk)


class Experiment(Identified):
    class Kind(models.TextChoices):
        FLOW_VERSION = "flow_version", "Flow versions"
        WORDING = "wording", "Wording of questions"
        QUESTION_ORDER = "question_order", "Order of questions"
        INTERVENTIONS = "interventions", "When and how help is offered"

    class Unit(models.TextChoices):
        SESSION = "session", "Session: each one is drawn by itself"
        USER = "user", "User: all sessions of a person are in one arm, the first one counts"

    class State(models.TextChoices):
        DRAFT = "draft"
        RUNNING = "running"
        STOPPED = "stopped"
        ROLLED_OUT = "rolled_out"

    class Metric(models.TextChoices):
        ENGAGED = "engaged", "First answer given"
        RECOMMENDATIONS_GENERATED = "recommendations_generated", "Proposal shown"
        APPROVAL_DECISION = "approval_decision", "Proposal decided"
        COMPLETED = "completed", "Onboarding completed"

    key = models.SlugField(
        max_length=60, unique=True, help_text="Stands in `variants`, cohorts and the event log."
    )
    title = models.CharField(max_length=200)
    client = models.ForeignKey(
        Client, models.PROTECT, null=True, blank=True, related_name="experiments", help_text="Empty: all."
    )
    kind = models.CharField(max_length=20, choices=Kind)
    flow = models.CharField(max_length=80)
    unit = models.CharField(max_length=10, choices=Unit, default=Unit.SESSION)
    traffic = models.PositiveIntegerField(
        default=10_000, help_text="Share of units that take part, in ten-thousandths."
    )
    control = models.CharField(max_length=40, help_text="The arm that the others are compared with.")
    primary_metric = models.CharField(max_length=30, choices=Metric, default=Metric.COMPLETED)
    other_metrics = models.JSONField(default=list, blank=True)
    guardrails = models.JSONField(
        default=list, blank=True, help_text="What must not get worse: [{metric, margin}]."
    )
    window_hours = models.PositiveIntegerField(
        default=72, help_text="From the exposure; a session counts once it has passed."
    )
    guard_hours = models.PositiveIntegerField(
        default=1, help_text="The shorter window of the guardrails, so that harm is seen early."
    )
    minimum_units = models.PositiveIntegerField(
        default=1_000, help_text="Counted units before which nobody wins."
    )
    planned_units = models.PositiveIntegerField(
        null=True, blank=True, help_text="Counted units at which it ends without an answer."
    )
    negligible = models.FloatField(
        default=0.0, help_text="A difference that nobody would act on, as a share; 0: there is none."
    )
    state = models.CharField(max_length=12, choices=State, default=State.DRAFT)
    base_version = models.ForeignKey(
        FlowVersion, models.PROTECT, null=True, blank=True, related_name="+", help_text="Set at the start."
    )
    started_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    stop_reason = models.CharField(max_length=20, blank=True, default="")
    rolled_out_arm = models.CharField(max_length=40, blank=True, default="")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    evaluated_at = models.DateTimeField(null=True, blank=True)
    verdict = models.CharField(max_length=20, blank=True, default="", help_text="Of the last evaluation.")
    verdict_arm = models.CharField(max_length=40, blank=True, default="")

    objects = ExperimentQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-cdtz", "id"]
        permissions = [("run_experiment", "Can start and stop experiments")]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(state__in=["draft", "running", "stopped", "rolled_out"]),
                name="experiment_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(started_at__isnull=False), name="experiment_started_has_time"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "running"]) | Q(stopped_at__isnull=False),
                name="experiment_stopped_has_time",
            ),
            models.CheckConstraint(
                condition=Q(traffic__gte=1) & Q(traffic__lte=10_000), name="experiment_traffic_share"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["flow"], condition=Q(state="running"), name="experiment_running"),
            models.Index(fields=["client", "-cdtz"], name="experiment_client_recent"),
        ]

    def __str__(self) -> str:
        return self.key


class ExperimentArm(models.Model):
    experiment = models.ForeignKey(Experiment, models.CASCADE, related_name="arms")
    name = models.CharField(max_length=40)
    weight = models.PositiveIntegerField(
        help_text="In ten-thousandths; those of an experiment add up to 10,000."
    )
    changes = models.JSONField(default=dict, blank=True, help_text="What is different from the base version.")
    flow_version = models.ForeignKey(
        FlowVersion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="arms",
        help_text="What sessions of this arm are asked; set at the start.",
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["experiment", "name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["experiment", "name"], name="experiment_arm_once"),
            models.CheckConstraint(condition=Q(weight__lte=10_000), name="experiment_arm_weight"),
        ]

    def __str__(self) -> str:
        return f"{self.experiment}:{self.name}"


class ExperimentUnit(models.Model):
    """A session that was put into an arm when it opened. It counts from its exposure on: the point of difference."""

    experiment = models.ForeignKey(Experiment, models.CASCADE, related_name="units")
    arm = models.ForeignKey(ExperimentArm, models.CASCADE, related_name="units")
    session = models.ForeignKey(ConversationSession, models.CASCADE, related_name="experiment_units")
    unit = models.CharField(max_length=60, help_text="What was hashed: the session's id, or the user's.")
    earlier_sessions = models.PositiveSmallIntegerField(
        default=0, help_text="Of the same person, known when this one opened; at most 20 are looked at."
    )
    earlier_completed = models.PositiveSmallIntegerField(default=0)
    assigned_at = models.DateTimeField()
    exposed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["session", "experiment"], name="experiment_session_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["experiment", "unit", "exposed_at"],
                condition=Q(exposed_at__isnull=False),
                name="experiment_exposed",
            ),
            models.Index(
                fields=["experiment", "exposed_at"],
                include=["arm", "session", "earlier_sessions", "earlier_completed"],
                condition=Q(exposed_at__isnull=False),
                name="experiment_exposed_since",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} in {self.experiment_id}"


class ExperimentTally(models.Model):
    """How far an experiment's units are settled, and all sums of the last look. It can be thrown away with its parts.

    Guardrails of the first hours are settled over units exposed up to `early_until`, metrics up to `whole_until`: what
    is in their parts can change no more, but that units are deleted. A trigger in the database then forgets `counted`.
    """

    experiment = models.OneToOneField(Experiment, models.CASCADE, primary_key=True, related_name="tally")
    early_until = models.DateTimeField()
    whole_until = models.DateTimeField()
    counted_at = models.DateTimeField()
    counted = models.JSONField(default=dict)

    class Meta:
        verbose_name_plural = "experiment tallies"
        ordering: ClassVar[list[str]] = ["experiment"]

    def __str__(self) -> str:
        return str(self.experiment_id)


class ExperimentTallyPart(models.Model):
    """Sums over the units exposed after `begins` and within six hours of it, so far as they are settled.

    Where one of those units is deleted, a trigger in the database empties the part and says that it `is_stale`: the
    next look counts this stretch again, and no other.
    """

    experiment = models.ForeignKey(Experiment, models.CASCADE, related_name="tally_parts")
    is_early = models.BooleanField(help_text="Guardrails of the first hours; else metrics and what waits.")
    begins = models.DateTimeField()
    sums = models.JSONField(default=dict)
    is_stale = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["experiment", "is_early", "begins"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["experiment", "is_early", "begins"], name="experiment_tally_part_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.experiment_id} from {self.begins}"


class ExperimentNote(models.Model):
    """What was done with an experiment, when and by whom; nobody: by the platform itself. Append-only."""

    class Deed(models.TextChoices):
        CREATED = "created"
        STARTED = "started"
        STOPPED = "stopped"
        ROLLED_OUT = "rolled_out"

    experiment = models.ForeignKey(Experiment, models.CASCADE, related_name="notes")
    deed = models.CharField(max_length=12, choices=Deed)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(max_length=500, blank=True, default="")
    data = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]

    def __str__(self) -> str:
        return f"{self.experiment_id} {self.deed}"


class ClientFlow(Stamped):
    """The version that new sessions of one client start with, where it is not the default of all."""

    client = models.ForeignKey(Client, models.CASCADE, related_name="flows")
    name = models.CharField(max_length=80)
    flow_version = models.ForeignKey(FlowVersion, models.PROTECT, related_name="+")
    experiment = models.ForeignKey(Experiment, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["client", "name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["client", "name"], name="client_flow_once")
        ]

    def __str__(self) -> str:
        return f"{self.client_id}: {self.flow_version}"
