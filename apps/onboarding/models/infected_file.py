"""Files in which the virus scanner found something. What they were called and who sent them is not kept here."""

from __future__ import annotations

import uuid

from django.db import models

from apps.onboarding.models.upload import Upload


class InfectedFile(models.Model):
    """Its bytes lie sealed in the folder of infected files, under the id of this row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    found_at = models.DateTimeField(db_index=True)
    signature = models.CharField(max_length=100, help_text="What the scanner calls it.")
    sha256 = models.CharField(max_length=64)
    byte_size = models.PositiveIntegerField()
    correlation_id = models.CharField(
        max_length=64, blank=True, default="", help_text="Of the request that brought it."
    )
    upload = models.ForeignKey(
        Upload, models.SET_NULL, null=True, blank=True, related_name="+",
        help_text="Where it had been taken before it was scanned.",
    )  # fmt: skip

    class Meta:
        ordering = ["-found_at"]

    def __str__(self) -> str:
        return f"{self.signature} {self.pk}"
