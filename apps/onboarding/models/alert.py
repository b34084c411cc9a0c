"""Incidents that people are told of, and each telling as a row of its own: what is a row is not forgotten."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from apps.onboarding.models.base import Identified


class AlertIncident(Identified):
    """Something is wrong, from when until when. One open incident for each rule and key."""

    class Rule(models.TextChoices):
        CRITICAL_TASK_FAILED = "critical_task_failed", "Critical task failed"
        CAPACITY = "capacity", "Dead letters near their limit"
        OLD_ENTRIES = "old_entries", "Dead letters nobody mended"
        REPEATED_PATTERN = "repeated_pattern", "The same failure again and again"
        CONSERVATION_BROKEN = "conservation_broken", "Tasks unaccounted for"
        NO_CANARY = "no_canary", "A queue executes nothing"
        BREAKER_OPEN = "breaker_open", "Tasks wait for a service that is down"
        EXPIRING = "expiring", "Dead letters expire soon"
        INFECTED_FILE = "infected_file", "Infected files were sent"
        SCANNER_AWAY = "scanner_away", "The virus scanner does not work"

    class Severity(models.TextChoices):
        CRITICAL = "critical", "Critical: told at any hour"
        WARNING = "warning", "Warning: not in quiet hours"

    rule = models.CharField(max_length=32, choices=Rule)
    key = models.CharField(
        max_length=160, blank=True, default="", help_text="What it is about, within the rule."
    )
    severity = models.CharField(max_length=8, choices=Severity)
    facts = models.JSONField(default=dict, help_text="Names, codes and figures from closed sets.")
    count = models.BigIntegerField(default=0, help_text="How many entries it is about now.")
    opened_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    reopened = models.PositiveIntegerField(default=0, help_text="Times it came back soon after its end.")
    told_from = models.DateTimeField(help_text="Told from then on: at once, or after the quiet hours.")
    notified_at = models.DateTimeField(
        null=True, blank=True, help_text="When somebody outside was first told."
    )
    escalated_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    resolved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-opened_at"]
        permissions = [("acknowledge_alertincident", "Can acknowledge alerts")]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "key"], condition=Q(resolved_at__isnull=True), name="alert_open_once"
            ),
            models.CheckConstraint(
                condition=Q(severity__in=["critical", "warning"]), name="alert_severity_known"
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_by__isnull=True) | Q(acknowledged_at__isnull=False),
                name="alert_acknowledged_has_time",
            ),
        ]
        indexes = [models.Index(fields=["rule", "key", "-resolved_at"], name="alert_latest")]

    def __str__(self) -> str:
        return f"{self.rule} {self.key}".strip()

    def acknowledge(self, *, user: User) -> bool:
        """Note that somebody looks after it: it is not escalated then. False where it is over, or was noted before."""
        untouched = AlertIncident.objects.filter(
            pk=self.pk, resolved_at__isnull=True, acknowledged_at__isnull=True
        )
        if not untouched.update(acknowledged_at=timezone.now(), acknowledged_by=user, mdtz=timezone.now()):
            return False
        self.deliveries.filter(
            occasion=AlertDelivery.Occasion.ESCALATED, state=AlertDelivery.State.PENDING, attempts=0
        ).update(state=AlertDelivery.State.DROPPED)
        self.refresh_from_db()
        return True


class AlertDelivery(models.Model):
    """One telling of one incident by one channel."""

    class Occasion(models.TextChoices):
        OPENED = "opened"
        ESCALATED = "escalated"
        RECOVERED = "recovered"

    class State(models.TextChoices):
        PENDING = "pending"
        SENT = "sent"
        DROPPED = "dropped", "Not needed any more"
        GIVEN_UP = "given_up", "Failed for a whole day"

    incident = models.ForeignKey(AlertIncident, models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=16, help_text="log, slack, email, sms-1, sms-2, ...")
    occasion = models.CharField(max_length=10, choices=Occasion)
    episode = models.PositiveIntegerField(
        default=0, help_text="Which coming back of the incident it tells of."
    )
    state = models.CharField(max_length=8, choices=State, default=State.PENDING)
    created_at = models.DateTimeField()
    not_before = models.DateTimeField()
    next_at = models.DateTimeField(
        help_text="When it is tried next; while it is being sent, when it counts as lost."
    )
    attempts = models.PositiveIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    fault = models.CharField(max_length=40, blank=True, default="", help_text="Of the last attempt.")

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "channel", "occasion", "episode"], name="alert_told_once"
            ),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False), name="alert_sent_has_time"
            ),
            models.CheckConstraint(condition=Q(next_at__gte=F("not_before")), name="alert_not_before"),
        ]
        indexes = [
            models.Index(fields=["channel", "next_at"], condition=Q(state="pending"), name="alert_pending")
        ]

    def __str__(self) -> str:
        return f"{self.occasion} by {self.channel}: {self.state}"
