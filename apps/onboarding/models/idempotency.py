"""Answers kept for `Idempotency-Key`: the same key and body gives the same answer once."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from apps.onboarding.models.base import Stamped


class IdempotencyRecord(Stamped):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key_digest = models.CharField(max_length=64, help_text="Keyed digest of method, path and key.")
    body_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Empty while the request still runs."
    )
    sealed_answer = models.BinaryField(
        null=True, blank=True, help_text="Body and headers; people's own words inside."
    )
    locked_until = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key_digest"], name="idempotency_key_once")]

    def __str__(self) -> str:
        return self.key_digest[:12]
