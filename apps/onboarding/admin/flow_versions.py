"""Flow versions: stored for good. The one thing to choose is which of them new sessions start with."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.decorators import action

from apps.onboarding import flow_versions
from apps.onboarding.admin.base import EvidenceAdmin
from apps.onboarding.admin.showing import json_of, list_link, short
from apps.onboarding.models import ConversationSession, FlowVersion


@admin.register(FlowVersion)
class FlowVersionAdmin(EvidenceAdmin):
    list_display = ["name", "version", "is_default", "content", "cdtz", "sessions"]
    list_filter = ["is_default", "name"]
    search_fields = ["name", "digest"]
    search_help_text = "The id of a version, a name or a digest."
    date_hierarchy = "cdtz"
    actions = ["make_default"]
    _definition = json_of("definition")
    readonly_fields = [_definition]
    fields = ["id", "name", "version", "is_default", "digest", "cdtz", _definition]

    def get_queryset(self, request: HttpRequest) -> QuerySet[FlowVersion]:
        """A definition is some 60 kB: only the page of one version reads it."""
        versions: QuerySet[FlowVersion] = super().get_queryset(request).defer("definition")
        return versions

    @admin.display(description="digest")
    def content(self, version: FlowVersion) -> str:
        return short(version.digest)

    @admin.display(description="sessions")
    def sessions(self, version: FlowVersion) -> str:
        return list_link(ConversationSession, "sessions", flow_version__id__exact=version.pk)

    def has_make_default_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("onboarding.change_flowversion")

    @action(description="Make default for new sessions", permissions=["make_default"])
    def make_default(self, request: HttpRequest, queryset: QuerySet[FlowVersion]) -> None:
        chosen = list(queryset.only("pk", "name", "version")[:2])
        if len(chosen) != 1:
            self.message_user(request, "Choose one version.", messages.ERROR)
            return
        flow_versions.make_default(chosen[0])
        self.message_user(request, f"New sessions start with {chosen[0]}; running ones keep theirs.")
