"""Shapes of the funnel's recommendations."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from apps.onboarding.models import FunnelRecommendation
from apps.onboarding_api.serializers.fields import IdField
from apps.onboarding_api.serializers.strict import StrictSerializer
from apps.onboarding_api.services.funnel_optimizer import periods

_FIRST, _LAST = date(2000, 1, 1), date(2100, 1, 1)


class AdviceQuerySerializer(StrictSerializer):
    """Sessions that started on these days."""

    client_id = IdField(
        required=False, help_text="One client. Without it: all of yours together; for staff, all."
    )
    start_date = serializers.DateField(
        required=False, help_text="First day, included. Default: 27 days before the last."
    )
    end_date = serializers.DateField(required=False, help_text="Last day, included. Default: today.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        for name in ("start_date", "end_date"):
            if name in attrs and not _FIRST <= attrs[name] < _LAST:
                raise serializers.ValidationError({name: ["This must lie between 2000 and 2099."]})
        return attrs

    def days(self, today: date) -> tuple[date, date]:
        """First and last day, once `is_valid`."""
        start = self.validated_data.get("start_date")
        last = self.validated_data.get("end_date") or max(today, start or today)
        return start or max(_FIRST, last - timedelta(days=periods.DEFAULT_DAYS - 1)), last


class EstimateSerializer(serializers.Serializer):
    value = serializers.FloatField()
    low = serializers.FloatField(help_text="Lower end at 95 %.")
    high = serializers.FloatField()


class AdviceRateSerializer(serializers.Serializer):
    value = serializers.FloatField(allow_null=True)
    interval = serializers.ListField(child=serializers.FloatField(), help_text="Low and high, at 95 %.")
    n = serializers.IntegerField()
    maturity = serializers.FloatField(help_text="Share of them whose end is known.")
    is_telling = serializers.BooleanField()


class RoiSerializer(serializers.Serializer):
    currency = serializers.CharField()
    value_per_completion = serializers.FloatField(help_text="As the settings state it.")
    completions_per_30_days = EstimateSerializer()
    value_per_30_days = EstimateSerializer()
    cost = serializers.FloatField(allow_null=True, help_text="As the settings state it for this effort.")
    roi_after_30_days = EstimateSerializer(allow_null=True)


class AdviceEvidenceSerializer(serializers.Serializer):
    unit = serializers.ChoiceField(["visits", "sessions"])
    n = serializers.IntegerField(help_text="That met the cause.")
    left = serializers.IntegerField()
    expected = serializers.FloatField(help_text="That would have left at the rate of the others.")
    others_n = serializers.IntegerField()
    others_left = serializers.IntegerField()
    p = serializers.FloatField(help_text="Corrected for all comparisons of the report.")
    sessions = serializers.ListField(child=serializers.UUIDField(), help_text="Some of those that left.")


class AdviceSegmentSerializer(serializers.Serializer):
    dimension = serializers.CharField()
    value = serializers.CharField()
    share = serializers.FloatField()
    share_elsewhere = serializers.FloatField()


class AdviceSerializer(serializers.Serializer):
    key = serializers.CharField()
    id = serializers.UUIDField(allow_null=True, help_text="Of the kept prediction.")
    stage = serializers.CharField()
    cause = serializers.CharField()
    place = serializers.CharField(help_text="The question; empty where it is none.")
    segment = serializers.DictField(allow_null=True, child=serializers.CharField())
    where = AdviceSegmentSerializer(many=True, help_text="Who meets it more often than others.")
    title = serializers.CharField()
    text = serializers.CharField()
    worded_by = serializers.CharField()
    effort = serializers.ChoiceField(["low", "medium", "high"])
    evidence = AdviceEvidenceSerializer()
    expected_improvement = EstimateSerializer(
        help_text="Off the stage's drop-off rate, if the cause were gone."
    )
    impact = EstimateSerializer(help_text="More sessions past the stage, relative to now.")
    is_quick_win = serializers.BooleanField()
    is_high_impact = serializers.BooleanField()
    estimated_roi = RoiSerializer(allow_null=True)


class StageLossSerializer(serializers.Serializer):
    stage = serializers.CharField()
    severity = serializers.ChoiceField(["critical", "high", "ordinary"])
    drop_off_rate = serializers.FloatField(allow_null=True)
    drop_off = AdviceRateSerializer()
    reached = serializers.IntegerField()
    dropped = serializers.IntegerField()
    reasons = serializers.DictField(child=serializers.IntegerField())
    last_places = serializers.ListField(child=serializers.DictField())
    causes = serializers.ListField(child=serializers.CharField(), help_text="Keys of recommendations.")


class TrackRecordSerializer(serializers.Serializer):
    hits = serializers.IntegerField()
    misses = serializers.IntegerField()
    undecided = serializers.IntegerField()
    hit_rate = AdviceRateSerializer()


class OptimizationReportSerializer(serializers.Serializer):
    start = serializers.DateTimeField()
    end = serializers.DateTimeField()
    generated_at = serializers.DateTimeField()
    sessions = serializers.IntegerField()
    sessions_looked_at = serializers.IntegerField()
    comparisons_at = serializers.FloatField()
    drop_offs = StageLossSerializer(many=True)
    recommendations = AdviceSerializer(many=True)
    quick_wins = AdviceSerializer(many=True)
    high_impact_changes = AdviceSerializer(many=True)
    estimated_roi = RoiSerializer(allow_null=True)
    track_record = TrackRecordSerializer()


@extend_schema_serializer(
    examples=[OpenApiExample("The change was made", value={"status": "done"}, request_only=True)]
)
class AdviceDecisionSerializer(StrictSerializer):
    status = serializers.ChoiceField(["done", "dismissed"])


class PredictionSerializer(serializers.ModelSerializer):
    predicted = serializers.SerializerMethodField()
    realised = serializers.SerializerMethodField()

    class Meta:
        model = FunnelRecommendation
        fields = [
            "id", "client_id", "key", "stage", "cause", "effort", "title", "text", "worded_by", "status", "decided_at",
            "predicted", "verdict", "realised", "sessions_before", "sessions_after", "scored_at", "window_start",
            "window_end", "advice",
        ]  # fmt: skip

    def get_predicted(self, row: FunnelRecommendation) -> dict[str, float]:
        return {"value": row.predicted, "low": row.predicted_low, "high": row.predicted_high}

    def get_realised(self, row: FunnelRecommendation) -> dict[str, float | None] | None:
        if row.realised is None:
            return None
        return {"value": row.realised, "low": row.realised_low, "high": row.realised_high}
