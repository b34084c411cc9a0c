"""What was recommended, what it was said to bring, and what it brought; and the weekly reports that told of it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.onboarding.models.base import Identified
from apps.onboarding.models.client import Client


class FunnelRecommendation(Identified):
    """A prediction: renewed while it is open, fixed once somebody says that the change was made.

    Rates and improvements are shares of 1: how much lower the drop-off rate of `stage` is than it was.
    """

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        DONE = "done", "The change was made"
        DISMISSED = "dismissed", "Decided against"

    class Verdict(models.TextChoices):
        UNDECIDED = "undecided", "Too little is known yet"
        HIT = "hit", "It improved, as much as was predicted"
        MISS = "miss", "It did not improve as was predicted"

    client = models.ForeignKey(
        Client, on_delete=models.CASCADE, related_name="funnel_recommendations", null=True, blank=True,
        help_text="Empty: about all clients together.",
    )  # fmt: skip
    key = models.CharField(max_length=200, help_text="Stage, cause, question and segment.")
    stage = models.CharField(max_length=30)
    cause = models.CharField(max_length=30)
    effort = models.CharField(max_length=10)
    title = models.CharField(max_length=200)
    text = models.TextField()
    worded_by = models.CharField(max_length=60)
    advice = models.JSONField(help_text="The recommendation with its evidence, as it was told.")
    window_start = models.DateTimeField()
    window_end = models.DateTimeField()
    predicted = models.FloatField()
    predicted_low = models.FloatField()
    predicted_high = models.FloatField()
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    verdict = models.CharField(max_length=10, choices=Verdict, default=Verdict.UNDECIDED)
    realised = models.FloatField(null=True, blank=True)
    realised_low = models.FloatField(null=True, blank=True)
    realised_high = models.FloatField(null=True, blank=True)
    sessions_before = models.PositiveIntegerField(null=True, blank=True)
    sessions_after = models.PositiveIntegerField(null=True, blank=True)
    scored_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-cdtz"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["client", "key"],
                condition=Q(status="open"),
                nulls_distinct=False,
                name="advice_open_once",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["open", "done", "dismissed"]), name="advice_status_known"
            ),
            models.CheckConstraint(
                condition=Q(status="open") | Q(decided_at__isnull=False), name="advice_decided_has_time"
            ),
            models.CheckConstraint(
                condition=Q(verdict="undecided") | Q(status="done", scored_at__isnull=False),
                name="advice_scored_was_done",
            ),
        ]

    def __str__(self) -> str:
        return self.key


class FunnelReport(Identified):
    """The report on one week of one client: its row is made once, whoever makes it, and holds what was said."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="funnel_reports")
    week = models.DateField(help_text="The Monday that the week began with, in the client's zone.")
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-week"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["client", "week"], name="funnel_report_once")
        ]

    def __str__(self) -> str:
        return f"{self.client_id} {self.week}"


class FunnelReportDelivery(models.Model):
    """One report to one person."""

    class State(models.TextChoices):
        PENDING = "pending"
        SENT = "sent"
        GIVEN_UP = "given_up", "Not taken for three days"
        DROPPED = "dropped", "Not a manager of the client any more, or without an address"

    report = models.ForeignKey(FunnelReport, on_delete=models.CASCADE, related_name="deliveries")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    created_at = models.DateTimeField()
    next_at = models.DateTimeField(help_text="Tried next; while it is being sent, when it counts as lost.")
    attempts = models.PositiveIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    fault = models.CharField(max_length=40, blank=True, default="", help_text="Of the last attempt.")

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["report", "user"], name="funnel_report_told_once"),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False), name="funnel_report_sent_has_time"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["next_at"], condition=Q(state="pending"), name="funnel_report_pending")
        ]

    def __str__(self) -> str:
        return f"{self.report_id}: {self.state}"
