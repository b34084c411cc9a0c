"""Who asks about whose sessions, and which of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings

from apps.onboarding.errors import NotFound
from apps.onboarding.models import Client
from apps.onboarding.models.funnel import EVERYONE
from apps.onboarding_api.services.funnel_analytics import observing
from apps.onboarding_api.services.funnel_analytics.errors import FunnelAnalyticsOff
from apps.onboarding_api.services.funnel_analytics.windows import Window

if TYPE_CHECKING:
    from django.contrib.auth.models import User

ALL = ("all", "")


@dataclass(frozen=True)
class Audience:
    """Whose figures: `EVERYONE` alone, or clients by their ids in ascending order; none for who belongs to none."""

    scopes: tuple[UUID, ...]
    zone: ZoneInfo
    """Whose days and hours are meant where nobody says otherwise."""

    @property
    def is_everyone(self) -> bool:
        return self.scopes == (EVERYONE,)


@dataclass(frozen=True)
class Question:
    """Sessions of an audience that started in a window; `cohort` is (dimension, value), `ALL` for all of them."""

    audience: Audience
    window: Window
    zone: ZoneInfo
    now: datetime
    cohort: tuple[str, str] = ALL

    def within(self, window: Window) -> Question:
        return replace(self, window=window)


def require_on() -> None:
    """`FunnelAnalyticsOff` where ENABLE_FUNNEL_ANALYTICS is false."""
    if not settings.ENABLE_FUNNEL_ANALYTICS:
        raise FunnelAnalyticsOff("ENABLE_FUNNEL_ANALYTICS is false: nothing is counted")


def audience_of(user: User, client_id: UUID | None = None) -> Audience:
    """One client, where the user may see it (`NotFound` otherwise); without an id exactly their clients, staff all."""
    visible = Client.objects.visible_to(user)
    if client_id is not None:
        client = visible.filter(pk=client_id).first()
        if client is None:
            raise NotFound("no such client")
        return Audience((client.pk,), client.zone)
    if user.is_staff:
        return Audience((EVERYONE,), observing.everyones_zone())
    mine = dict(visible.order_by("pk").values_list("pk", "time_zone"))
    zones = set(mine.values())
    zone = ZoneInfo(zones.pop()) if len(zones) == 1 else observing.everyones_zone()
    return Audience(tuple(sorted(mine)), zone)


def narrowed(audience: Audience, cohort: tuple[str, str]) -> tuple[Audience, tuple[str, str]]:
    """The cohort of one client is that client: `NotFound` where it is not of the audience."""
    if cohort[0] != "client":
        return audience, cohort
    client = Client.objects.filter(pk=cohort[1]).first()
    if client is None or not (audience.is_everyone or client.pk in audience.scopes):
        raise NotFound("no such client")
    return replace(audience, scopes=(client.pk,)), ALL
