"""Clients (tenants) and who belongs to them."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from unfold.admin import TabularInline

from apps.onboarding.admin.base import PageAdmin
from apps.onboarding.admin.plain_text import PlainTextForm
from apps.onboarding.admin.showing import list_link
from apps.onboarding.models import Client, ConversationSession, Membership


class MembershipInline(TabularInline):
    model = Membership
    fields = ["user", "role"]
    autocomplete_fields = ["user"]
    ordering = ["user__username"]
    extra = 0
    tab = True
    per_page = 50


class ClientForm(PlainTextForm):
    may_hold = frozenset({"NAME"})
    """Firms are called after people."""


@admin.register(Client)
class ClientAdmin(PageAdmin):
    form = ClientForm
    list_display = ["name", "slug", "time_zone", "is_active", "members", "sessions", "cdtz"]
    list_filter = ["is_active", "time_zone"]
    search_fields = ["name", "slug"]
    date_hierarchy = "cdtz"
    prepopulated_fields = {"slug": ["name"]}
    readonly_fields = ["id", "cdtz", "mdtz"]
    fields = ["name", "slug", "time_zone", "is_active", "id", "cdtz", "mdtz"]
    inlines = [MembershipInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Client]:
        counted: QuerySet[Client] = (
            super()
            .get_queryset(request)
            .annotate(
                member_count=Count("memberships", distinct=True),
                session_count=Count("sessions", distinct=True),
            )
        )
        return counted

    @admin.display(description="members", ordering="member_count")
    def members(self, client: Client) -> int:
        return client.member_count  # type: ignore[attr-defined]  # annotated above

    @admin.display(description="sessions", ordering="session_count")
    def sessions(self, client: Client) -> str:
        count = client.session_count  # type: ignore[attr-defined]  # annotated above
        return list_link(ConversationSession, count, client__id__exact=client.pk)


@admin.register(Membership)
class MembershipAdmin(PageAdmin):
    list_display = ["user", "client", "role", "cdtz"]
    list_filter = ["role"]
    list_select_related = ["user", "client"]
    search_fields = ["user__username", "client__name", "client__slug"]
    id_fields = ("client_id",)
    date_hierarchy = "cdtz"
    autocomplete_fields = ["user", "client"]
    readonly_fields = ["cdtz", "mdtz"]
