"""An applied configuration and its inverse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.onboarding.models.base import Identified
from apps.onboarding.models.client import Client
from apps.onboarding.models.recommendation import Recommendation

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User


class ChangeSetQuerySet(models.QuerySet["ChangeSet"]):
    def visible_to(self, user: User | AnonymousUser) -> ChangeSetQuerySet:
        return self if user.is_staff else self.filter(client__memberships__user_id=user.pk)


class ChangeSet(Identified):
    recommendation = models.OneToOneField(Recommendation, on_delete=models.PROTECT, related_name="change_set")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="change_sets")
    operations = models.JSONField(help_text="In order: op (create, update), model, id, before, after.")
    applied_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    applied_at = models.DateTimeField()
    reverted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reverted_at = models.DateTimeField(null=True, blank=True)

    objects = ChangeSetQuerySet.as_manager()

    class Meta:
        ordering = ["-applied_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(reverted_at__isnull=True, reverted_by__isnull=True)
                | Q(reverted_at__isnull=False, reverted_by__isnull=False),
                name="change_set_reverted_by_someone",
            )
        ]

    def __str__(self) -> str:
        return f"change set {self.pk}"
