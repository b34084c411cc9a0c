"""A file that is sent in pieces, over as many requests as it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models

from apps.onboarding.models.base import Identified
from apps.onboarding.models.session import ConversationSession
from apps.onboarding.models.upload import Upload

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User


class ResumableUploadQuerySet(models.QuerySet["ResumableUpload"]):
    def visible_to(self, user: User | AnonymousUser) -> ResumableUploadQuerySet:
        return self if user.is_staff else self.filter(session__client__memberships__user_id=user.pk)


class ResumableUpload(Identified):
    """Its first `received_bytes` are on the disk: they are written and synced before they are counted."""

    class State(models.TextChoices):
        OPEN = "open"
        DONE = "done", "Done: an upload like any other"
        REFUSED = "refused", "Refused when it was whole"
        EXPIRED = "expired"

    session = models.ForeignKey(
        ConversationSession, on_delete=models.CASCADE, related_name="resumable_uploads"
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    upload_id = models.UUIDField(unique=True, help_text="The id of its reservation, and of what it becomes.")
    kind = models.CharField(max_length=10, choices=Upload.Kind)
    declared_bytes = models.PositiveIntegerField()
    received_bytes = models.PositiveIntegerField(default=0)
    display_name = models.CharField(max_length=200, help_text="Redacted, with the extension of the file.")
    document_type = models.CharField(max_length=60, blank=True, default="")
    latitude = models.FloatField(null=True, blank=True, help_text="Degrees, north positive.")
    longitude = models.FloatField(null=True, blank=True, help_text="Degrees, east positive.")
    captured_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()
    error = models.JSONField(null=True, blank=True, help_text="Why it was refused: code and user_message.")

    objects = ResumableUploadQuerySet.as_manager()

    class Meta:
        ordering = ["-cdtz"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(received_bytes__lte=models.F("declared_bytes"), declared_bytes__gt=0),
                name="resumable_within_its_size",
            )
        ]
        indexes = [
            models.Index(fields=["mdtz"], condition=models.Q(state="open"), name="resumable_open"),
            models.Index(fields=["expires_at"], name="resumable_expiry"),
        ]

    def __str__(self) -> str:
        return f"{self.received_bytes} of {self.declared_bytes} bytes of {self.kind} {self.upload_id}"

    @property
    def is_whole(self) -> bool:
        return self.received_bytes == self.declared_bytes
