"""The per-session vault: the only place where a personal value is kept, sealed."""

from __future__ import annotations

from django.db import models

from apps.onboarding.models.base import Stamped
from apps.onboarding.models.session import ConversationSession


class VaultEntry(Stamped):
    session = models.ForeignKey(ConversationSession, on_delete=models.CASCADE, related_name="vault")
    placeholder = models.CharField(max_length=60, help_text="[REDACTED_EMAIL], [REDACTED_EMAIL_2], ...")
    kind = models.CharField(max_length=40)
    lookup = models.CharField(max_length=64, help_text="Keyed digest of the normalised value.")
    sealed = models.BinaryField(help_text="The value as the person gave it and its normalised form, AES-GCM.")
    expires_at = models.DateTimeField(
        null=True, blank=True, help_text="Empty while an applied site refers to it."
    )

    class Meta:
        verbose_name_plural = "vault entries"
        constraints = [
            models.UniqueConstraint(fields=["session", "placeholder"], name="vault_placeholder_once"),
            models.UniqueConstraint(fields=["session", "kind", "lookup"], name="vault_value_once"),
        ]

    def __str__(self) -> str:
        return self.placeholder
