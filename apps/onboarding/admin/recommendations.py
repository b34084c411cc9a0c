"""Recommendations, the decisions on them, and what was applied."""

from __future__ import annotations

from django.contrib import admin

from apps.onboarding.admin.base import EvidenceAdmin
from apps.onboarding.admin.showing import NOTHING, json_of, link, of_session, short
from apps.onboarding.models import ChangeSet, Decision, Recommendation


def _recommendation(row: Decision | ChangeSet) -> str:
    return link(Recommendation, row.recommendation_id, short(row.recommendation_id))


_recommendation.short_description = "recommendation"  # type: ignore[attr-defined]  # Django reads the title there


@admin.register(Recommendation)
class RecommendationAdmin(EvidenceAdmin):
    list_display = ["cdtz", of_session, "number", "status", "verdict_word", "maker", "made_by", "checker"]
    list_display_links = ["cdtz"]
    list_filter = ["status", "maker", "checker"]
    list_select_related = ["made_by"]
    search_fields = ["maker", "checker", "made_by__username"]
    search_help_text = "The id of a recommendation or a session; or who made it."
    id_fields = ("pk", "session_id")
    date_hierarchy = "cdtz"
    ordering = ["-cdtz"]
    _proposal, _evidence, _verdict = (json_of(name) for name in ("proposal", "evidence", "verdict"))
    readonly_fields = [of_session, _proposal, _evidence, _verdict, "decision_page", "change_set_page"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "id", of_session, "number", "status", "session_version", "cdtz", "amends", "decision_page",
                    "change_set_page",
                ]
            },
        ),
        ("Maker", {"fields": ["maker", "made_by", _proposal, _evidence]}),
        ("Checker", {"fields": ["checker", _verdict]}),
    ]  # fmt: skip

    @admin.display(description="verdict")
    def verdict_word(self, row: Recommendation) -> str:
        return str(row.verdict.get("verdict", NOTHING))

    @admin.display(description="decision")
    def decision_page(self, row: Recommendation) -> str:
        found = Decision.objects.filter(recommendation=row).first()
        return link(Decision, found.pk, found.get_kind_display()) if found else NOTHING

    @admin.display(description="change set")
    def change_set_page(self, row: Recommendation) -> str:
        found = ChangeSet.objects.filter(recommendation=row).only("pk").first()
        return link(ChangeSet, found.pk, short(found.pk)) if found else NOTHING


@admin.register(Decision)
class DecisionAdmin(EvidenceAdmin):
    list_display = ["decided_at", "kind", _recommendation, "decided_by", "made_by"]
    list_filter = ["kind"]
    list_select_related = ["decided_by", "made_by"]
    search_fields = ["decided_by__username"]
    search_help_text = "The id of a decision, a recommendation or a session; or who decided."
    id_fields = ("pk", "recommendation_id", "recommendation__session_id")
    date_hierarchy = "decided_at"
    _changes = json_of("changes")
    readonly_fields = [_recommendation, _changes]
    fields = ["id", _recommendation, "kind", "decided_by", "made_by", "decided_at", "reason", _changes]


@admin.register(ChangeSet)
class ChangeSetAdmin(EvidenceAdmin):
    list_display = ["applied_at", "client", _recommendation, "applied_by", "reverted_at", "reverted_by"]
    list_filter = [("reverted_at", admin.EmptyFieldListFilter)]
    list_select_related = ["client", "applied_by", "reverted_by"]
    search_fields = ["client__name", "applied_by__username"]
    search_help_text = "The id of a change set, a recommendation or a session; or a client."
    id_fields = ("pk", "recommendation_id", "recommendation__session_id", "client_id")
    date_hierarchy = "applied_at"
    _operations = json_of("operations", label="operations, in order")
    readonly_fields = [_recommendation, _operations]
    fields = [
        "id", "client", _recommendation, "applied_by", "applied_at", "reverted_by", "reverted_at", _operations,
    ]  # fmt: skip
