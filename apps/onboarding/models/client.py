"""Clients (tenants) and who belongs to them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models

from apps.onboarding.models.base import Identified, Stamped

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser, User


def validate_timezone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(f"{name} is no IANA time zone, such as Asia/Kolkata.")


class ClientQuerySet(models.QuerySet["Client"]):
    def visible_to(self, user: User | AnonymousUser) -> ClientQuerySet:
        """Staff see all clients, others those they belong to."""
        return self if user.is_staff else self.filter(memberships__user_id=user.pk)


class Client(Identified):
    name = models.CharField(max_length=200)
    slug = models.SlugField(max_length=80, unique=True)
    time_zone = models.CharField(max_length=64, default="Asia/Kolkata", validators=[validate_timezone])
    is_active = models.BooleanField(default=True)

    objects = ClientQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


class Membership(Stamped):
    class Role(models.TextChoices):
        VIEWER = "viewer", "Viewer: reads"
        CONTRIBUTOR = "contributor", "Contributor: answers and uploads"
        MANAGER = "manager", "Manager: also approves, applies and reverts"

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role, default=Role.CONTRIBUTOR)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["client", "user"], name="membership_once"),
            models.CheckConstraint(
                condition=models.Q(role__in=["viewer", "contributor", "manager"]),
                name="membership_role_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.client_id} as {self.role}"
