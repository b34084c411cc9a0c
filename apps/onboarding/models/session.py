"""A conversation session: the projection of its event log."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from apps.onboarding.models.base import Stamped
from apps.onboarding.models.client import Client
from apps.onboarding.models.flow import FlowVersion

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User


class SessionQuerySet(models.QuerySet["ConversationSession"]):
    def visible_to(self, user: User | AnonymousUser) -> SessionQuerySet:
        """Staff see all sessions, others those of the clients they belong to."""
        return self if user.is_staff else self.filter(client__memberships__user_id=user.pk)


class ConversationSession(Stamped):
    class StateChoices(models.TextChoices):
        STARTED = "STARTED", "Started"
        IN_PROGRESS = "IN_PROGRESS", "In progress"
        GENERATING_RECOMMENDATIONS = "GENERATING_RECOMMENDATIONS", "Generating recommendations"
        AWAITING_APPROVAL = "AWAITING_APPROVAL", "Awaiting approval"
        COMPLETED = "COMPLETED", "Completed"
        CANCELLED = "CANCELLED", "Cancelled"
        ERROR = "ERROR", "Error"

    CLOSED_STATES = (StateChoices.COMPLETED, StateChoices.CANCELLED)

    session_id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="sessions")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="onboarding_sessions",
        null=True,
        blank=True,
    )
    flow_version = models.ForeignKey(
        FlowVersion,
        on_delete=models.PROTECT,
        related_name="sessions",
        null=True,
        blank=True,
        help_text="Pinned when the first question is asked.",
    )
    language = models.CharField(max_length=8, default="en")
    device = models.CharField(max_length=40, blank=True, default="")
    current_state = models.CharField(max_length=30, choices=StateChoices, default=StateChoices.STARTED)
    collected_data = models.JSONField(
        default=dict, blank=True, help_text="Answers by slot. Personal values stand as placeholders."
    )
    variants = models.JSONField(
        default=dict,
        blank=True,
        help_text="Arm of each experiment that the person has met: {experiment: arm}.",
    )
    dialogue = models.JSONField(default=dict, blank=True, help_text="Where the conversation stands.")
    version = models.PositiveIntegerField(default=0, help_text="Rises with every change; the ETag.")
    last_event_number = models.PositiveIntegerField(default=0)
    last_activity_at = models.DateTimeField(auto_now_add=True)
    last_heard_at = models.DateTimeField(
        default=timezone.now,
        db_default=Now(),
        help_text="When a person last did anything here; what the product does by itself is no sign of life.",
    )

    started_at = models.DateTimeField(null=True, blank=True)
    engaged_at = models.DateTimeField(null=True, blank=True)
    recommendations_generated_at = models.DateTimeField(null=True, blank=True)
    approval_decision_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)

    objects = SessionQuerySet.as_manager()

    class Meta:
        ordering = ["-cdtz", "session_id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    current_state__in=[
                        "STARTED",
                        "IN_PROGRESS",
                        "GENERATING_RECOMMENDATIONS",
                        "AWAITING_APPROVAL",
                        "COMPLETED",
                        "CANCELLED",
                        "ERROR",
                    ]
                ),
                name="session_state_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(current_state="COMPLETED") | models.Q(completed_at__isnull=False),
                name="session_completed_has_time",
            ),
        ]
        indexes = [
            models.Index(fields=["client", "-cdtz"], name="session_client_recent"),
            models.Index(fields=["current_state", "last_heard_at"], name="session_state_heard"),
        ]

    def __str__(self) -> str:
        return str(self.session_id)

    @property
    def is_closed(self) -> bool:
        return self.current_state in self.CLOSED_STATES

    @property
    def etag(self) -> str:
        return f'"{self.version}"'
