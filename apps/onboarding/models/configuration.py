"""The configuration that an approved recommendation becomes: the site and what belongs to it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from apps.onboarding.models.base import Identified
from apps.onboarding.models.client import Client


class Site(Identified):
    """A business unit: one place that is guarded and maintained."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="sites")
    code = models.SlugField(max_length=60)
    name = models.CharField(max_length=200)
    site_type = models.CharField(max_length=40)
    address = models.TextField(blank=True, default="")
    city = models.CharField(max_length=120, blank=True, default="")
    area_sq_m = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    floors = models.PositiveIntegerField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    opens_at = models.TimeField(null=True, blank=True)
    closes_at = models.TimeField(null=True, blank=True)
    go_live_on = models.DateField(null=True, blank=True)
    attributes = models.JSONField(default=dict, blank=True)
    vault_session = models.UUIDField(
        null=True,
        blank=True,
        help_text="The session whose vault holds personal values that stand here as placeholders.",
    )

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["client", "code"], name="site_code_once_per_client")]

    def __str__(self) -> str:
        return self.name


class OfSite(Identified):
    """A part of a site; its code is unique among the site's parts of the same kind."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="%(class)ss")
    code = models.SlugField(max_length=60)
    name = models.CharField(max_length=200)

    class Meta:
        abstract = True
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Shift(OfSite):
    starts_at = models.TimeField()
    ends_at = models.TimeField(help_text="At or before the start: on the next day.")
    headcount = models.PositiveIntegerField()
    days = models.JSONField(default=list, help_text="ISO weekdays, 1 is Monday.")

    class Meta(OfSite.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint(fields=["site", "code"], name="shift_code_once"),
            models.CheckConstraint(condition=Q(headcount__gte=1), name="shift_has_people"),
        ]


class Post(OfSite):
    kind = models.CharField(max_length=40, help_text="gate, reception, patrol, control room ...")
    armed = models.BooleanField(default=False)
    guards_per_shift = models.PositiveIntegerField(default=1)

    class Meta(OfSite.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint(fields=["site", "code"], name="post_code_once"),
            models.CheckConstraint(condition=Q(guards_per_shift__gte=1), name="post_has_people"),
        ]


class PatrolCheckpoint(OfSite):
    floor = models.CharField(max_length=20, blank=True, default="")
    interval_minutes = models.PositiveIntegerField()
    sequence = models.PositiveIntegerField(default=0)

    class Meta(OfSite.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint(fields=["site", "code"], name="checkpoint_code_once"),
            models.CheckConstraint(condition=Q(interval_minutes__gte=1), name="checkpoint_interval_positive"),
        ]


class Asset(OfSite):
    kind = models.CharField(max_length=60)

    class Meta(OfSite.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["site", "code"], name="asset_code_once")]


class MeterPoint(OfSite):
    kind = models.CharField(max_length=40)
    unit = models.CharField(max_length=20)
    reading_interval_hours = models.PositiveIntegerField(default=24)
    opening_reading = models.CharField(max_length=20, blank=True, default="")

    class Meta(OfSite.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["site", "code"], name="meter_point_code_once")]


class Contact(OfSite):
    """A person to call. `name`, `phone` and `email` are placeholders of the site's vault session."""

    role = models.CharField(max_length=60)
    phone = models.CharField(max_length=60, blank=True, default="")
    email = models.CharField(max_length=60, blank=True, default="")

    class Meta(OfSite.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["site", "code"], name="contact_code_once")]
