"""What was asked of providers for a session: who, how long it took, how many tokens, what that cost."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from apps.onboarding.models.session import ConversationSession


class ProviderCall(models.Model):
    """One call, with nothing of what was said.

    Tokens and cost are null where the provider does not tell, or no price is stated.
    """

    class Outcome(models.TextChoices):
        ANSWERED = "answered"
        FAILED = "failed"

    session = models.ForeignKey(ConversationSession, models.CASCADE, related_name="provider_calls")
    task_id = models.UUIDField(null=True, blank=True)
    service = models.CharField(
        max_length=40, help_text="Whose circuit breaker guards it: llm, speech, vision."
    )
    provider = models.CharField(max_length=80)
    deed = models.CharField(max_length=40, help_text="What it was asked to do.")
    model = models.CharField(max_length=80, blank=True, default="")
    outcome = models.CharField(max_length=10, choices=Outcome)
    fault = models.CharField(max_length=80, blank=True, default="", help_text="The class of the error.")
    seconds = models.FloatField()
    input_tokens = models.PositiveIntegerField(null=True, blank=True)
    output_tokens = models.PositiveIntegerField(null=True, blank=True)
    cost_micros = models.PositiveBigIntegerField(
        null=True,
        blank=True,
        help_text="Millionths of the currency of LLM_PRICE_CURRENCY, by the prices of then.",
    )
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(outcome__in=["answered", "failed"]), name="provider_call_outcome_known"
            ),
            models.CheckConstraint(condition=Q(seconds__gte=0), name="provider_call_took_time"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["session", "at"], name="provider_call_of_session"),
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.deed}"
