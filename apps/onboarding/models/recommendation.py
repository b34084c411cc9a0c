"""What the maker proposes, what the checker objects, and what a person decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from apps.onboarding.models.base import Identified
from apps.onboarding.models.session import ConversationSession

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User


class RecommendationQuerySet(models.QuerySet["Recommendation"]):
    def visible_to(self, user: User | AnonymousUser) -> RecommendationQuerySet:
        return self if user.is_staff else self.filter(session__client__memberships__user_id=user.pk)


class Recommendation(Identified):
    class Status(models.TextChoices):
        PROPOSED = "proposed"
        APPROVED = "approved"
        REJECTED = "rejected"
        SUPERSEDED = "superseded", "Superseded by an amended or newer proposal"

    session = models.ForeignKey(ConversationSession, on_delete=models.CASCADE, related_name="recommendations")
    number = models.PositiveIntegerField()
    status = models.CharField(max_length=12, choices=Status, default=Status.PROPOSED)
    proposal = models.JSONField(help_text="The configuration that would be applied.")
    evidence = models.JSONField(
        help_text="For each part: rule, version, reason, and the answers it rests on."
    )
    maker = models.CharField(max_length=80, help_text="Name and version of the provider that made it.")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The person who amended it; empty where the maker is a provider.",
    )
    amends = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="amendments"
    )
    checker = models.CharField(max_length=80)
    verdict = models.JSONField(help_text="verdict (pass, warn or block) and objections.")
    session_version = models.PositiveIntegerField(help_text="Version of the session that it was made from.")

    objects = RecommendationQuerySet.as_manager()

    class Meta:
        ordering = ["session", "number"]
        constraints = [
            models.UniqueConstraint(fields=["session", "number"], name="recommendation_number_once"),
            models.UniqueConstraint(
                fields=["session"], condition=Q(status="proposed"), name="recommendation_one_pending"
            ),
        ]

    def __str__(self) -> str:
        return f"recommendation {self.number} of {self.session_id}"


class Decision(Identified):
    class Kind(models.TextChoices):
        APPROVE = "approve"
        REJECT = "reject"
        AMEND = "amend"

    recommendation = models.OneToOneField(Recommendation, on_delete=models.CASCADE, related_name="decision")
    kind = models.CharField(max_length=10, choices=Kind)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.TextField(blank=True, default="", help_text="Redacted.")
    changes = models.JSONField(default=dict)
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ["-decided_at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="approve") | Q(made_by__isnull=True) | ~Q(decided_by=F("made_by")),
                name="decision_approver_is_not_maker",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.recommendation_id}"
