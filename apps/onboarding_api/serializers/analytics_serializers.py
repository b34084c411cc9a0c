"""Answers of the funnel's analytics, as their description shows them. `services.funnel_analytics` makes them."""

from __future__ import annotations

from rest_framework import serializers

from apps.onboarding_api.services.funnel_analytics.definitions import STAGES
from apps.onboarding_api.services.funnel_analytics.opening import OUTCOMES

_STAGES = [stage.value for stage in STAGES]


class RateSerializer(serializers.Serializer):
    value = serializers.FloatField(allow_null=True, help_text="0 to 1; null: of nobody, or not settled yet.")
    interval = serializers.ListField(child=serializers.FloatField(), help_text="95 %.")
    n = serializers.IntegerField()
    maturity = serializers.FloatField(help_text="Share of the n whose end is known.")
    within_seconds = serializers.FloatField(
        allow_null=True, help_text="The value is the share by then; null: everybody's end is known."
    )
    is_telling = serializers.BooleanField(
        help_text="False: too few sessions (FUNNEL_ENOUGH_SESSIONS), or too many whose end is open."
    )


class StageSerializer(serializers.Serializer):
    stage = serializers.ChoiceField(_STAGES)
    meaning = serializers.CharField()
    reached = serializers.IntegerField()
    current_count = serializers.IntegerField(help_text="Open with this as the furthest stage.")
    advanced = serializers.IntegerField()
    dropped = serializers.IntegerField()
    completion_rate = serializers.FloatField(allow_null=True)
    completion = RateSerializer()
    drop_off_rate = serializers.FloatField(allow_null=True)
    drop_off = RateSerializer()
    avg_time_seconds = serializers.FloatField(allow_null=True, help_text="To the next stage.")
    time_quantiles = serializers.DictField(
        child=serializers.FloatField(allow_null=True), help_text="null: not reached."
    )
    sessions = serializers.DictField(
        child=serializers.CharField(), help_text="Addresses of the sessions behind it."
    )


class ReachedSerializer(serializers.Serializer):
    stage = serializers.ChoiceField(_STAGES)
    count = serializers.IntegerField()
    share_of_started = RateSerializer()
    address = serializers.CharField(help_text="Of the list of its sessions.")


class DropOffSerializer(serializers.Serializer):
    stage = serializers.ChoiceField(_STAGES)
    drop_off_rate = serializers.FloatField(allow_null=True)
    drop_off = RateSerializer()
    dropped = serializers.IntegerField()
    address = serializers.CharField(help_text="Of the list of its sessions.")


class BarsSerializer(serializers.Serializer):
    n = serializers.IntegerField()
    start_seconds = serializers.FloatField()
    width_seconds = serializers.IntegerField()
    counts = serializers.ListField(child=serializers.IntegerField())


class PeriodSerializer(serializers.Serializer):
    started = serializers.IntegerField()
    completed = serializers.IntegerField()
    dropped = serializers.IntegerField()
    open = serializers.IntegerField()
    rate = RateSerializer()
    address = serializers.CharField(help_text="Of the list of its sessions.")


class DayTrendSerializer(PeriodSerializer):
    day = serializers.DateField()


class WeekTrendSerializer(PeriodSerializer):
    week = serializers.CharField(help_text="ISO 8601: 2026-W47.")
    is_whole = serializers.BooleanField()

    def get_fields(self) -> dict[str, serializers.Field]:
        """`from` is a word of Python."""
        return {"from": serializers.DateField(), "to": serializers.DateField(), **super().get_fields()}


class TrendSerializer(serializers.Serializer):
    days = DayTrendSerializer(many=True)
    weeks = WeekTrendSerializer(many=True)


class CohortSerializer(serializers.Serializer):
    value = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # DRF takes fields off the class
    sessions = serializers.IntegerField()
    completed = serializers.IntegerField()
    open = serializers.IntegerField()
    rate = RateSerializer()
    address = serializers.CharField(help_text="Of the list of its sessions.")


class RestatementSerializer(serializers.Serializer):
    day = serializers.DateField()
    noted_at = serializers.DateTimeField()
    cause = serializers.ChoiceField(["late", "deleted", "rebuilt"])
    changes = serializers.DictField(child=serializers.IntegerField())


class FunnelSerializer(serializers.Serializer):
    timestamp = serializers.DateTimeField()
    start = serializers.DateTimeField()
    end = serializers.DateTimeField()
    time_zone = serializers.CharField()
    cohort = serializers.CharField(allow_null=True)
    active_sessions = serializers.IntegerField(help_text="Open ones.")
    sessions = serializers.IntegerField()
    stages = StageSerializer(many=True)
    conversion_funnel = ReachedSerializer(many=True)
    overall_conversion = serializers.FloatField(allow_null=True)
    overall = RateSerializer()
    avg_completion_time_seconds = serializers.FloatField(allow_null=True)
    completion_time_quantiles = serializers.DictField(child=serializers.FloatField(allow_null=True))
    top_drop_off_points = DropOffSerializer(many=True)
    cohorts = serializers.DictField(child=CohortSerializer(many=True))
    recommendations = serializers.ListField(child=serializers.DictField())
    trend = TrendSerializer()
    time_to_convert = serializers.DictField(child=BarsSerializer())
    restatements = RestatementSerializer(many=True, help_text="Past days whose figures have changed since.")
    definitions = serializers.CharField()
    meanings = serializers.DictField(child=serializers.CharField())


class HourSerializer(serializers.Serializer):
    hour = serializers.IntegerField(help_text="0 to 23, in time_zone.")
    drop_offs = serializers.DictField(
        child=serializers.IntegerField(), help_text="By the furthest stage reached."
    )
    total = serializers.IntegerField()
    started = serializers.IntegerField(help_text="Sessions that started in this hour.")
    addresses = serializers.DictField(
        child=serializers.CharField(),
        help_text="By stage: of the list of those who left after it at this hour.",
    )


class HeatmapSerializer(serializers.Serializer):
    timestamp = serializers.DateTimeField()
    time_zone = serializers.CharField()
    start = serializers.DateTimeField()
    end = serializers.DateTimeField()
    known_until = serializers.DateTimeField(help_text="Who left later may still come back.")
    heatmap = HourSerializer(many=True)
    total = serializers.IntegerField()
    peak_drop_off_time = serializers.CharField(allow_null=True)
    recommendations = serializers.ListField(child=serializers.DictField())


class ChangeSerializer(serializers.Serializer):
    before = serializers.FloatField()
    after = serializers.FloatField()
    total = serializers.FloatField(help_text="mix + rate.")
    mix = serializers.FloatField(help_text="Others came.")
    rate = serializers.FloatField(help_text="The same did otherwise.")
    is_reversal = serializers.BooleanField(
        help_text="Simpson: every cohort moved one way, the whole the other."
    )
    mix_outweighs_rate = serializers.BooleanField()


class ComparedSerializer(serializers.Serializer):
    value = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # DRF takes fields off the class
    sessions = serializers.IntegerField()
    open = serializers.IntegerField()
    rate = RateSerializer()
    rest = RateSerializer(help_text="All others together.")
    difference = serializers.FloatField(allow_null=True)
    difference_interval = serializers.ListField(child=serializers.FloatField(), allow_null=True)
    p = serializers.FloatField(allow_null=True, help_text="null: too few sessions to be tested.")
    p_adjusted = serializers.FloatField(allow_null=True, help_text="Benjamini and Hochberg.")
    is_significant = serializers.BooleanField()
    previous = RateSerializer()
    mix = serializers.FloatField(allow_null=True)
    rate_effect = serializers.FloatField(allow_null=True)
    address = serializers.CharField(help_text="Of the list of its sessions.")


class ComparisonSerializer(serializers.Serializer):
    timestamp = serializers.DateTimeField()
    by = serializers.CharField()
    stage = serializers.CharField()
    start = serializers.DateTimeField()
    end = serializers.DateTimeField()
    settled_until = serializers.DateTimeField(
        allow_null=True, help_text="Sessions that started later are left out."
    )
    previous = serializers.DictField(child=serializers.DateTimeField())
    overall = RateSerializer(allow_null=True)
    cohorts = ComparedSerializer(many=True)
    left_out = serializers.IntegerField()
    change = ChangeSerializer(allow_null=True)


class CellSerializer(serializers.Serializer):
    """Beside these the two values, under the names of their cohorts."""

    labels = serializers.ListField(child=serializers.CharField())
    sessions = serializers.IntegerField()
    reached = serializers.DictField(child=serializers.IntegerField())
    dropped = serializers.DictField(child=serializers.IntegerField())
    open = serializers.IntegerField()
    rate = RateSerializer()
    address = serializers.CharField(help_text="Of the list of its sessions.")


class SliceSerializer(serializers.Serializer):
    timestamp = serializers.DateTimeField()
    by = serializers.ListField(child=serializers.CharField())
    start = serializers.DateTimeField()
    end = serializers.DateTimeField()
    settled_until = serializers.DateTimeField(allow_null=True)
    cells = CellSerializer(many=True)
    left_out = serializers.IntegerField()


class FunnelSessionSerializer(serializers.Serializer):
    session_id = serializers.UUIDField()
    client_id = serializers.UUIDField()
    started_at = serializers.DateTimeField()
    stage = serializers.ChoiceField(_STAGES, help_text="The furthest.")
    outcome = serializers.ChoiceField(list(OUTCOMES))
    reason = serializers.CharField(allow_null=True)
    rule = serializers.CharField(help_text="Why it counts as it does.")
    reached = serializers.DictField(child=serializers.DateTimeField())
    left_at = serializers.DateTimeField(allow_null=True)
    language = serializers.CharField()
    device = serializers.CharField()
    flow = serializers.CharField()
    variants = serializers.ListField(child=serializers.CharField())


class FunnelSessionPageSerializer(serializers.Serializer):
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = FunnelSessionSerializer(many=True)
    total = serializers.IntegerField()


class DroppedNowSerializer(serializers.Serializer):
    cancelled = serializers.IntegerField()
    failed = serializers.IntegerField()
    silent = serializers.IntegerField(help_text="Reached the abandonment limit within the last hour.")


class WaitsSerializer(serializers.Serializer):
    answered = serializers.IntegerField()
    waiting = serializers.IntegerField()
    p50_seconds = serializers.FloatField(allow_null=True)
    p90_seconds = serializers.FloatField(allow_null=True)
    p99_seconds = serializers.FloatField(allow_null=True)


class LastHourSerializer(serializers.Serializer):
    started = serializers.IntegerField()
    completed = serializers.IntegerField()
    dropped = DroppedNowSerializer()
    waits = WaitsSerializer(help_text="From an answer to its reply.")
    errors = serializers.DictField(  # type: ignore[assignment]  # DRF takes fields off the class
        child=serializers.IntegerField()
    )


class FreshnessSerializer(serializers.Serializer):
    folded_at = serializers.DateTimeField(allow_null=True)
    seconds_behind = serializers.FloatField(allow_null=True)


class RealtimeSerializer(serializers.Serializer):
    timestamp = serializers.DateTimeField()
    active_sessions = serializers.IntegerField()
    active_by_stage = serializers.DictField(child=serializers.IntegerField())
    active_in_last_5_minutes = serializers.IntegerField()
    last_hour = LastHourSerializer()
    figures = FreshnessSerializer(help_text="Up to when the keeper has counted.")


class OverviewSerializer(FunnelSerializer):
    previous = RateSerializer(help_text="Of the window of the same length before.")
    change = serializers.DictField(child=ChangeSerializer(allow_null=True))
    drop_off_heatmap = HeatmapSerializer()
    now = RealtimeSerializer()


class TimelineItemSerializer(serializers.Serializer):
    timestamp = serializers.DateTimeField()
    event = serializers.CharField(
        help_text="A kind of the event log, replied, upload_received, task_ended, ..."
    )
    data = serializers.DictField()  # type: ignore[assignment]  # DRF takes fields off the class


class CostSerializer(serializers.Serializer):
    amount = serializers.FloatField()
    currency = serializers.CharField()


class ReplaySerializer(serializers.Serializer):
    session_id = serializers.UUIDField()
    timeline = TimelineItemSerializer(many=True)
    duration_seconds = serializers.FloatField()
    final_state = serializers.CharField()
    is_closed = serializers.BooleanField()
    stage = serializers.CharField(allow_null=True)
    outcome = serializers.CharField(allow_null=True)
    rule = serializers.CharField(allow_null=True)
    language = serializers.CharField()
    device = serializers.CharField()
    provider_cost = CostSerializer(
        allow_null=True, help_text="What providers are known to have charged; null: nothing is known."
    )
    left_out = serializers.IntegerField(help_text="Events beyond the first 5,000.")
