"""A turn: one answer of the person and what was made of it."""

from __future__ import annotations

from django.db import models

from apps.onboarding.models.base import Identified
from apps.onboarding.models.session import ConversationSession


class Turn(Identified):
    class Kind(models.TextChoices):
        OPENING = "opening"
        TEXT = "text"
        CHOICE = "choice"
        AUDIO = "audio"

    class Status(models.TextChoices):
        ADMITTED = "admitted"
        UNDERSTOOD = "understood", "Understood; recommendations are being made"
        PROCESSED = "processed"
        FAILED = "failed"

    OPEN_STATUSES = (Status.ADMITTED, Status.UNDERSTOOD)

    session = models.ForeignKey(ConversationSession, on_delete=models.CASCADE, related_name="turns")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    status = models.CharField(max_length=12, choices=Status, default=Status.ADMITTED)
    question = models.CharField(max_length=80, blank=True, default="", help_text="The slot that was asked.")
    text = models.TextField(blank=True, default="", help_text="The answer, redacted.")
    choice = models.JSONField(null=True, blank=True, help_text="The value of a chosen option.")
    upload = models.ForeignKey(
        "onboarding.Upload", on_delete=models.RESTRICT, null=True, blank=True, related_name="turns"
    )
    pii = models.JSONField(default=dict, help_text="Counts of what was redacted, never values.")
    facts = models.JSONField(default=dict, help_text="Placeholder -> whether the value behind it is valid.")
    confidence = models.FloatField(null=True, blank=True, help_text="Of the transcript, 0 to 1.")
    is_draft = models.BooleanField(
        default=False, help_text="A free dictation that the person should look over."
    )
    commands = models.JSONField(default=list)
    reply = models.JSONField(
        default=dict, help_text="text, question, choices, control, progress. Placeholders inside."
    )
    recommendation = models.ForeignKey(
        "onboarding.Recommendation", on_delete=models.SET_NULL, null=True, blank=True, related_name="turns"
    )
    task_id = models.UUIDField(null=True, blank=True, db_index=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["session", "number"]
        constraints = [
            models.UniqueConstraint(fields=["session", "number"], name="turn_number_once"),
            models.UniqueConstraint(
                fields=["session"],
                condition=models.Q(status__in=["admitted", "understood"]),
                name="turn_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"turn {self.number} of {self.session_id}"
