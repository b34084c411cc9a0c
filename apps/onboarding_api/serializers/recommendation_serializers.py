"""Shapes of recommendations, decisions and change sets."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from apps.onboarding.models import ChangeSet, Decision, Recommendation
from apps.onboarding_api.serializers import examples
from apps.onboarding_api.services.pii_integration import vault


class DecisionSerializer(serializers.ModelSerializer):
    decision = serializers.CharField(source="kind")
    decided_by = serializers.CharField(source="decided_by.username")

    class Meta:
        model = Decision
        fields = ["decision", "decided_by", "decided_at", "reason", "changes"]


class RecommendationSerializer(serializers.ModelSerializer):
    recommendation_id = serializers.UUIDField(source="id")
    session_id = serializers.UUIDField()
    amends = serializers.UUIDField(source="amends_id", allow_null=True)
    made_by = serializers.CharField(source="made_by.username", allow_null=True, default=None)
    decision = DecisionSerializer(allow_null=True, required=False)
    change_set_id = serializers.UUIDField(source="change_set.id", allow_null=True, default=None)

    class Meta:
        model = Recommendation
        fields = [
            "recommendation_id", "session_id", "number", "status", "proposal", "evidence", "maker", "made_by", "amends",
            "checker", "verdict", "decision", "change_set_id", "cdtz",
        ]  # fmt: skip

    def to_representation(self, instance: Recommendation) -> dict[str, Any]:
        shown = super().to_representation(instance)
        shown.setdefault("decision", None)
        restored: dict[str, Any] = vault.restore_json(instance.session_id, shown)
        return restored


@extend_schema_serializer(examples=[examples.APPROVAL, examples.AMENDMENT])
class DecisionRequestSerializer(serializers.Serializer):
    decision = serializers.ChoiceField(Decision.Kind.values, default=Decision.Kind.APPROVE)
    changes = serializers.DictField(
        required=False, help_text="For amend: a merge patch; list items by their code."
    )
    reason = serializers.CharField(required=False, max_length=2000, default="", allow_blank=True)


class ChangeSetSerializer(serializers.ModelSerializer):
    change_set_id = serializers.UUIDField(source="id")
    recommendation_id = serializers.UUIDField()
    applied_by = serializers.CharField(source="applied_by.username")
    reverted_by = serializers.CharField(source="reverted_by.username", allow_null=True, default=None)

    class Meta:
        model = ChangeSet
        fields = [
            "change_set_id",
            "recommendation_id",
            "applied_at",
            "applied_by",
            "reverted_at",
            "reverted_by",
            "operations",
        ]


class OutcomeSerializer(serializers.Serializer):
    session_id = serializers.UUIDField()
    state = serializers.CharField()
    recommendation = RecommendationSerializer()
    change_set = ChangeSetSerializer(allow_null=True)
    next_recommendation_id = serializers.UUIDField(
        allow_null=True, help_text="An amended proposal for another person."
    )
