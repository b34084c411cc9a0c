"""The configuration that was applied: sites and what belongs to them. People may put it right by hand.

A change by hand is the end of "revert" for that row: it then answers that something changed since.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from apps.onboarding.admin.base import PageAdmin
from apps.onboarding.admin.showing import NOTHING, link, list_link, short
from apps.onboarding.models import (
    Asset,
    Contact,
    ConversationSession,
    MeterPoint,
    PatrolCheckpoint,
    Post,
    Shift,
    Site,
)


@admin.register(Site)
class SiteAdmin(PageAdmin):
    list_display = [
        "name",
        "code",
        "client",
        "site_type",
        "city",
        "area_sq_m",
        "floors",
        "go_live_on",
        "parts",
    ]
    list_filter = ["site_type"]
    list_select_related = ["client"]
    search_fields = ["name", "code", "city", "client__name"]
    id_fields = ("pk", "client_id", "vault_session")
    date_hierarchy = "cdtz"
    autocomplete_fields = ["client"]
    readonly_fields = ["id", "vault_page", "cdtz", "mdtz"]
    fieldsets = [
        (None, {"fields": ["client", "code", "name", "site_type", "id", "cdtz", "mdtz"]}),
        ("Where", {"fields": ["address", "city", "latitude", "longitude"]}),
        ("What", {"fields": ["area_sq_m", "floors", "opens_at", "closes_at", "go_live_on", "attributes"]}),
        ("Personal values", {"fields": ["vault_page"]}),
    ]

    @admin.display(description="parts")
    def parts(self, site: Site) -> str:
        return list_link(Shift, "shifts", q=site.pk) + " " + list_link(Post, "posts", q=site.pk)

    @admin.display(description="vault of the session")
    def vault_page(self, site: Site) -> str:
        held = site.vault_session
        return link(ConversationSession, held, short(held)) if held else NOTHING


class PartAdmin(PageAdmin):
    """A part of a site."""

    list_filter: list[Any] = ["site__site_type"]
    list_select_related = ["site"]
    search_fields = ["code", "name", "site__name", "site__code"]
    id_fields = ("pk", "site_id")
    date_hierarchy = "cdtz"
    autocomplete_fields = ["site"]
    readonly_fields: list[Any] = ["id", "cdtz", "mdtz"]


@admin.register(Shift)
class ShiftAdmin(PartAdmin):
    list_display = ["code", "name", "site", "starts_at", "ends_at", "headcount", "days"]


@admin.register(Post)
class PostAdmin(PartAdmin):
    list_display = ["code", "name", "site", "kind", "armed", "guards_per_shift"]
    list_filter = ["kind", "armed"]


@admin.register(PatrolCheckpoint)
class PatrolCheckpointAdmin(PartAdmin):
    list_display = ["code", "name", "site", "floor", "interval_minutes", "sequence"]


@admin.register(Asset)
class AssetAdmin(PartAdmin):
    list_display = ["code", "name", "site", "kind"]
    list_filter = ["kind"]


@admin.register(MeterPoint)
class MeterPointAdmin(PartAdmin):
    list_display = ["code", "name", "site", "kind", "unit", "reading_interval_hours", "opening_reading"]
    list_filter = ["kind", "unit"]


@admin.register(Contact)
class ContactAdmin(PartAdmin):
    """Name, phone and email are placeholders of a vault: a value typed in here would lie in the clear."""

    list_display = ["code", "site", "role", "name", "phone", "email"]
    list_filter = ["role"]
    search_fields = ["code", "role", "site__name", "site__code"]
    readonly_fields = ["id", "name", "phone", "email", "cdtz", "mdtz"]

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 -- Django asks with it
        return False
