"""The event log: the truth of a session. Append-only (a trigger in the database refuses change)."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from apps.onboarding.models.session import ConversationSession


class SessionEvent(models.Model):
    class Kind(models.TextChoices):
        SESSION_STARTED = "session_started"
        ANSWER_RECEIVED = "answer_received"
        ANSWER_TRANSCRIBED = "answer_transcribed"
        ANSWER_SET = "answer_set"
        ANSWER_CORRECTED = "answer_corrected"
        ANSWER_WITHDRAWN = "answer_withdrawn"
        QUESTION_ASKED = "question_asked"
        QUESTION_REPEATED = "question_repeated"
        QUESTION_SKIPPED = "question_skipped"
        EXPLAINED = "explained"
        NOT_UNDERSTOOD = "not_understood"
        HANDED_OFF = "handed_off"
        RESUMED = "resumed"
        CANCELLED = "cancelled"
        TURN_FAILED = "turn_failed"
        WORK_RESUMED = "work_resumed"
        UPLOAD_ATTACHED = "upload_attached"
        UPLOAD_UNDERSTOOD = "upload_understood"
        UPLOAD_FAILED = "upload_failed"
        READING_CONFIRMED = "reading_confirmed"
        PROPOSAL_REQUESTED = "proposal_requested"
        RECOMMENDATION_MADE = "recommendation_made"
        RECOMMENDATION_CHECKED = "recommendation_checked"
        DECISION_MADE = "decision_made"
        CONFIGURATION_APPLIED = "configuration_applied"
        CONFIGURATION_REVERTED = "configuration_reverted"
        STATE_CHANGED = "state_changed"
        EXPERIMENT_EXPOSED = "experiment_exposed"

    id = models.BigAutoField(primary_key=True)
    session = models.ForeignKey(ConversationSession, on_delete=models.CASCADE, related_name="events")
    number = models.PositiveIntegerField(help_text="1, 2, 3 ... within the session.")
    kind = models.CharField(max_length=40, choices=Kind)
    data = models.JSONField(default=dict, help_text="Redacted.")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    correlation_id = models.CharField(max_length=64, default="")
    occurred_at = models.DateTimeField()

    class Meta:
        ordering = ["session", "number"]
        constraints = [models.UniqueConstraint(fields=["session", "number"], name="event_number_once")]
        indexes = [models.Index(fields=["kind", "occurred_at"], name="event_kind_time")]

    def __str__(self) -> str:
        return f"{self.session_id} #{self.number} {self.kind}"
