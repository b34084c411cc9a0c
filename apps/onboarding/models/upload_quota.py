"""What a session has taken of its upload quotas: the ledger that decides, whatever Redis says."""

from __future__ import annotations

from django.db import models

from apps.onboarding.models.session import ConversationSession


class UploadQuota(models.Model):
    """Counted by a trigger on uploads (migration `upload_quota`), so that it equals their rows whoever writes them.

    `photos` and `documents` are those that have not failed; `bytes` are those of every stored file, recordings and
    failed ones included. `version` rises with every change, so that of two copies the newer one is known.
    """

    session = models.OneToOneField(
        ConversationSession, on_delete=models.CASCADE, primary_key=True, related_name="upload_quota"
    )
    photos = models.PositiveIntegerField(default=0)
    documents = models.PositiveIntegerField(default=0)
    bytes = models.PositiveBigIntegerField(default=0)
    version = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering = ["session"]

    def __str__(self) -> str:
        return f"upload quota of {self.session_id}"
