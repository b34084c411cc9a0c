"""The shape of a session's upload quotas."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.onboarding_api.services.security.decisions import LimitState


class QuotaSerializer(serializers.Serializer):
    name = serializers.CharField(help_text="As in the RateLimit fields.")
    unit = serializers.ChoiceField(["requests", "content-bytes", "concurrent-requests"])
    limit = serializers.IntegerField()
    used = serializers.IntegerField(help_text="Uploads under way included.")
    remaining = serializers.IntegerField()
    window_seconds = serializers.IntegerField(
        allow_null=True, help_text="Null: what was used does not come back with time."
    )
    reset_seconds = serializers.FloatField(allow_null=True, help_text="Until more is free by time alone.")

    def to_representation(self, instance: LimitState) -> dict[str, Any]:
        return {
            "name": instance.policy,
            "unit": instance.unit,
            "limit": instance.quota,
            "used": instance.quota - instance.remaining,
            "remaining": instance.remaining,
            "window_seconds": instance.window_seconds,
            "reset_seconds": None if instance.reset_seconds is None else round(instance.reset_seconds, 3),
        }


class QuotaStateSerializer(serializers.Serializer):
    session_id = serializers.UUIDField()
    counts_uploads_under_way = serializers.SerializerMethodField(
        help_text="False while Redis is away: then the stored files alone are counted, and places are not told."
    )
    quotas = QuotaSerializer(many=True, source="state.limits")

    def get_counts_uploads_under_way(self, given: dict[str, Any]) -> bool:
        return bool(given["state"].mode == "redis")
