"""Files that came in, what was understood of them, and meter readings that a person confirms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from apps.onboarding.models.base import Identified
from apps.onboarding.models.session import ConversationSession

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User


class UploadQuerySet(models.QuerySet["Upload"]):
    def visible_to(self, user: User | AnonymousUser) -> UploadQuerySet:
        return self if user.is_staff else self.filter(session__client__memberships__user_id=user.pk)


class Upload(Identified):
    class Kind(models.TextChoices):
        AUDIO = "audio"
        SCENE = "scene"
        REGISTER = "register"
        METER = "meter"
        DOCUMENT = "document"

    class Status(models.TextChoices):
        RECEIVED = "received"
        UNDERSTOOD = "understood"
        FAILED = "failed"

    class Scan(models.TextChoices):
        """What the virus scanner said of the file."""

        OFF = "off", "Nobody was asked"
        NOT_SCANNED = "not_scanned", "Not yet: the scanner was away"
        CLEAN = "clean"
        COPY_CLEAN = (
            "copy_clean",
            "Only the copy that we made, and it is clean: the scanner was away for the original",
        )
        INFECTED = "infected", "Infected: the file is gone from here"

    class PositionVerdict(models.TextChoices):
        """The first rule that the position and time of a photo break, in this order; empty where none were judged."""

        MISSING = "missing"
        UNUSABLE = "unusable"
        INACCURATE = "inaccurate"
        OUTSIDE_SITE = "outside_site"
        IN_FUTURE = "in_future"
        TOO_OLD = "too_old"
        TIME_UNKNOWN = "time_unknown"
        ACCEPTED = "accepted"

    session = models.ForeignKey(ConversationSession, on_delete=models.CASCADE, related_name="uploads")
    kind = models.CharField(max_length=10, choices=Kind)
    status = models.CharField(max_length=12, choices=Status, default=Status.RECEIVED)
    document_type = models.CharField(max_length=60, blank=True, default="")
    storage_key = models.CharField(max_length=200, unique=True)
    attached_at = models.DateTimeField(
        db_default=Now(),
        editable=False,
        help_text="By the database's clock, which the quotas count by: those of servers differ.",
    )
    file_deleted_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="Since when the file is gone, its time being over; its bytes are then 0.",
    )
    display_name = models.CharField(
        max_length=200, blank=True, default="", help_text="Redacted; for showing only."
    )
    content_type = models.CharField(max_length=100)
    byte_size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    scan = models.CharField(max_length=11, choices=Scan, default=Scan.OFF)
    original_content_type = models.CharField(
        max_length=100, blank=True, default="", help_text="Of a photo before it was prepared."
    )
    original_byte_size = models.PositiveIntegerField(null=True, blank=True)
    original_sha256 = models.CharField(max_length=64, blank=True, default="")
    prepared_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when the stored photo is a clean copy, without metadata."
    )
    width = models.PositiveIntegerField(null=True, blank=True, help_text="Of the clean copy, in px.")
    height = models.PositiveIntegerField(null=True, blank=True, help_text="Of the clean copy, in px.")
    thumbnail_key = models.CharField(max_length=200, blank=True, default="")
    perceptual_hash = models.CharField(
        max_length=16, blank=True, default="", help_text="Difference hash, 64 bits in hexadecimal digits."
    )
    duplicate_of = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="duplicates"
    )
    latitude = models.FloatField(null=True, blank=True, help_text="Degrees, north positive.")
    longitude = models.FloatField(null=True, blank=True, help_text="Degrees, east positive.")
    position_source = models.CharField(max_length=10, blank=True, default="", help_text="exif or request.")
    position_accuracy = models.FloatField(null=True, blank=True, help_text="Metres, as the camera says.")
    position_verdict = models.CharField(max_length=12, choices=PositionVerdict, blank=True, default="")
    captured_at = models.DateTimeField(null=True, blank=True)
    findings = models.JSONField(default=dict, help_text="What was understood, sanitised.")
    error = models.JSONField(null=True, blank=True)
    task_id = models.UUIDField(null=True, blank=True, db_index=True)

    objects = UploadQuerySet.as_manager()

    class Meta:
        ordering = ["-cdtz"]
        indexes = [
            models.Index(fields=["mdtz"], condition=models.Q(scan="not_scanned"), name="upload_unscanned"),
            models.Index(
                fields=["thumbnail_key"], condition=~models.Q(thumbnail_key=""), name="upload_thumbnail"
            ),
            models.Index(
                fields=["kind", "cdtz"],
                condition=models.Q(file_deleted_at__isnull=True),
                name="upload_kept_since",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(latitude__isnull=True) | models.Q(latitude__range=(-90, 90)),
                name="upload_latitude_range",
            ),
            models.CheckConstraint(
                condition=models.Q(longitude__isnull=True) | models.Q(longitude__range=(-180, 180)),
                name="upload_longitude_range",
            ),
            models.CheckConstraint(
                condition=models.Q(position_accuracy__isnull=True) | models.Q(position_accuracy__gt=0),
                name="upload_accuracy_positive",
            ),
            models.CheckConstraint(
                condition=models.Q(prepared_at__isnull=True)
                | (models.Q(width__gt=0, height__gt=0) & ~models.Q(original_sha256="")),
                name="upload_prepared_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class MeterReading(Identified):
    upload = models.OneToOneField(Upload, on_delete=models.CASCADE, related_name="reading")
    value = models.CharField(
        max_length=20, blank=True, default="", help_text="Digits as shown, leading zeros kept."
    )
    unit = models.CharField(max_length=20, blank=True, default="")
    confidence = models.FloatField(default=0)
    candidates = models.JSONField(default=list)
    needs_confirmation = models.BooleanField(default=True)
    confirmed_value = models.CharField(max_length=20, blank=True, default="")
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-cdtz"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(confirmed_at__isnull=True) | models.Q(confirmed_by__isnull=False),
                name="reading_confirmed_by_someone",
            )
        ]

    def __str__(self) -> str:
        return self.confirmed_value or self.value or "unread"
