"""The funnel: one row of facts for each session, and sums of them by time and cohort.

Every sum is the sum of the facts, no more: `services.funnel_analytics` adds and takes away whole facts, so that a
rebuild gives the same rows. `scope` is the client's id, or `EVERYONE` for the sum over all clients.
"""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models

EVERYONE = UUID(int=0)
"""Not the id of a client: those are random."""


class FunnelFact(models.Model):
    """What the funnel knows of one session. Times are milliseconds since `started_at`."""

    class Outcome(models.IntegerChoices):
        OPEN = 0
        CONVERTED = 1
        DROPPED = 2

    class Reason(models.TextChoices):
        SILENT = "silent", "Silent longer than the abandonment limit"
        CANCELLED = "cancelled", "Cancelled by a person"
        FAILED = "failed", "Ended by an error"

    session_id = models.UUIDField(primary_key=True)
    client_id = models.UUIDField()
    started_at = models.DateTimeField()
    day = models.DateField(help_text="Of the start, in the client's time zone when it was counted.")
    all_day = models.DateField(help_text="Of the start, in the time zone of the sum over all clients.")
    language = models.CharField(max_length=8)
    device = models.CharField(max_length=40)
    flow = models.CharField(max_length=100)
    variants = ArrayField(models.CharField(max_length=140), default=list, help_text="experiment:arm")
    furthest = models.SmallIntegerField(
        help_text="Index of the furthest stage reached: 0 started .. 4 completed."
    )
    engaged_ms = models.BigIntegerField(null=True)
    recommendations_ms = models.BigIntegerField(null=True)
    decision_ms = models.BigIntegerField(null=True)
    completed_ms = models.BigIntegerField(null=True)
    outcome = models.SmallIntegerField(choices=Outcome)
    reason = models.CharField(max_length=10, choices=Reason, blank=True, default="")
    dropped_ms = models.BigIntegerField(null=True, help_text="When it came to count as dropped.")
    left_at = models.DateTimeField(null=True, help_text="The last sign of life of a dropped session.")

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["client_id", "started_at"], name="funnel_fact_client_start"),
            models.Index(fields=["started_at"], name="funnel_fact_start"),
            # Whatever is asked of the ages of open sessions is in here: they are few, and lie all over the table. By
            # cohort: who is open started lately, so that the time of the start leaves out hardly anybody. Not the
            # variants: there may be more of them than an index entry holds.
            models.Index(
                fields=["client_id", "language", "device", "flow", "started_at"],
                include=["furthest", "engaged_ms", "recommendations_ms", "decision_ms"],
                condition=models.Q(outcome=0),
                name="funnel_fact_open_cohorts",
            ),
            models.Index(  # of every sixteenth, for where very many are open: `funnel_analytics.reading.SOME`
                fields=["client_id", "started_at"],
                include=[
                    *("furthest", "engaged_ms", "recommendations_ms", "decision_ms"),
                    *("language", "device", "flow"),
                ],
                condition=models.Q(outcome=0, session_id__lt="10000000-0000-0000-0000-000000000000"),
                name="funnel_fact_some_ages",
            ),
        ]

    def __str__(self) -> str:
        return str(self.session_id)


class FunnelCounts(models.Model):
    """Sessions that reached each stage, that dropped after it, and the time they took from the stage before."""

    started = models.BigIntegerField(default=0)
    engaged = models.BigIntegerField(default=0)
    recommendations = models.BigIntegerField(default=0)
    decision = models.BigIntegerField(default=0)
    completed = models.BigIntegerField(default=0)
    dropped_started = models.BigIntegerField(default=0)
    dropped_engaged = models.BigIntegerField(default=0)
    dropped_recommendations = models.BigIntegerField(default=0)
    dropped_decision = models.BigIntegerField(default=0)
    engaged_ms = models.BigIntegerField(default=0)
    recommendations_ms = models.BigIntegerField(default=0)
    decision_ms = models.BigIntegerField(default=0)
    completed_ms = models.BigIntegerField(default=0)

    class Meta:
        abstract = True


class FunnelSlot(FunnelCounts):
    """By quarter of an hour of the start, in UTC, from which the days and hours of any time zone are made."""

    pk = models.CompositePrimaryKey("scope", "dimension", "value", "slot")
    scope = models.UUIDField()
    dimension = models.CharField(max_length=10)
    value = models.CharField(max_length=140)
    slot = models.IntegerField(help_text="Quarters of an hour since 1970, UTC.")

    def __str__(self) -> str:
        return f"{self.dimension} {self.value} at {self.slot}"


class FunnelDay(FunnelCounts):
    """By day of the start in the scope's time zone, with the histograms of the times."""

    pk = models.CompositePrimaryKey("scope", "dimension", "day", "value")
    scope = models.UUIDField()
    dimension = models.CharField(max_length=10)
    value = models.CharField(max_length=140)
    day = models.DateField()
    times = models.BinaryField(help_text="Histograms, as `funnel_analytics.lanes` packs them.")

    def __str__(self) -> str:
        return f"{self.dimension} {self.value} on {self.day}"


class FunnelLeft(models.Model):
    """When people gave up: sessions by the quarter of an hour of their last sign of life."""

    pk = models.CompositePrimaryKey("scope", "slot", "stage")
    scope = models.UUIDField()
    slot = models.IntegerField(help_text="Quarters of an hour since 1970, UTC.")
    stage = models.SmallIntegerField()
    n = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.n} at {self.slot}"


class FunnelWeek(models.Model):
    """The histograms of seven days at once, from Monday, so that a long window is read from few rows."""

    pk = models.CompositePrimaryKey("scope", "dimension", "week", "value")
    scope = models.UUIDField()
    dimension = models.CharField(max_length=10)
    value = models.CharField(max_length=140)
    week = models.DateField(help_text="Its Monday.")
    started = models.BigIntegerField(default=0)
    times = models.BinaryField(help_text="Histograms, as `funnel_analytics.lanes` packs them.")

    def __str__(self) -> str:
        return f"{self.dimension} {self.value} from {self.week}"


class FunnelClock(models.Model):
    """The quarters of an hour of one day of UTC in one row: what `FunnelSlot` says of all, and `FunnelLeft`."""

    pk = models.CompositePrimaryKey("scope", "utc_day")
    scope = models.UUIDField()
    utc_day = models.IntegerField(help_text="Days since 1970.")
    n = models.BigIntegerField(default=0, help_text="Sessions that started or left.")
    counts = models.BinaryField(help_text="As `funnel_analytics.clock` packs them.")

    def __str__(self) -> str:
        return f"{self.n} on day {self.utc_day}"


class FunnelCell(models.Model):
    """Sessions of a client by all that is known at their start together: from these any two dimensions are crossed."""

    pk = models.CompositePrimaryKey("client_id", "slot", "language", "device", "flow", "variants")
    client_id = models.UUIDField()
    slot = models.IntegerField(help_text="Quarters of an hour since 1970, UTC.")
    language = models.CharField(max_length=8)
    device = models.CharField(max_length=40)
    flow = models.CharField(max_length=100)
    variants = ArrayField(models.CharField(max_length=140), default=list, help_text="experiment:arm")
    started = models.IntegerField(default=0)
    engaged = models.IntegerField(default=0)
    recommendations = models.IntegerField(default=0)
    decision = models.IntegerField(default=0)
    completed = models.IntegerField(default=0)
    dropped_started = models.IntegerField(default=0)
    dropped_engaged = models.IntegerField(default=0)
    dropped_recommendations = models.IntegerField(default=0)
    dropped_decision = models.IntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.language} {self.device} at {self.slot}"


class FunnelDirty(models.Model):
    """Sessions that have changed since they were counted; written by a trigger, in the transaction of the change."""

    id = models.BigAutoField(primary_key=True)
    session_id = models.UUIDField()

    def __str__(self) -> str:
        return str(self.session_id)


class FunnelScope(models.Model):
    """How often the figures of a scope have changed, and the time zone that its days were counted in."""

    scope = models.UUIDField(primary_key=True)
    revision = models.BigIntegerField(default=0)
    time_zone = models.CharField(max_length=64)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.scope)


class FunnelState(models.Model):
    """One row: by which rule the facts were made, and up to when silence has been looked at."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    rule = models.CharField(max_length=80)
    silence_until = models.DateTimeField()
    folded_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(id=1), name="funnel_state_one_row")
        ]

    def __str__(self) -> str:
        return self.rule


class FunnelRestatement(models.Model):
    """A note that the figures of a past day have changed, and why."""

    class Cause(models.TextChoices):
        LATE = "late", "Something of that day became known later"
        DELETED = "deleted", "Sessions of that day were deleted"
        REBUILT = "rebuilt", "The figures were computed anew"

    id = models.BigAutoField(primary_key=True)
    scope = models.UUIDField()
    day = models.DateField()
    cause = models.CharField(max_length=10, choices=Cause)
    changes = models.JSONField(help_text="Change of each figure: {figure: difference}.")
    noted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["scope", "-noted_at"], name="funnel_restatement_recent")
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.cause}"
