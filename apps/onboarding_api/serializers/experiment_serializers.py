"""Shapes of experiments: what is asked for, and what is told."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from apps.onboarding.models import Experiment, ExperimentArm, ExperimentNote
from apps.onboarding_api.serializers import examples
from apps.onboarding_api.serializers.fields import AnyJSONField, IdField
from apps.onboarding_api.serializers.strict import StrictSerializer
from apps.onboarding_api.services.experiments import words
from apps.onboarding_api.services.experiments.results import Compared, Result, rate_of
from apps.onboarding_api.services.statistics.experiments.sequences import Comparison
from apps.onboarding_api.services.statistics.intervals import Interval

_METRICS = Experiment.Metric.choices


class NewArmSerializer(StrictSerializer):
    name = serializers.CharField(max_length=40)
    weight = serializers.FloatField(
        default=1.0, min_value=0.01, max_value=1_000_000, help_text="In any unit."
    )
    changes = AnyJSONField(default=dict, help_text="By kind; none for an arm that stays as it is.")

    def validate_changes(self, changes: Any) -> dict[str, Any]:
        if not isinstance(changes, dict):
            raise serializers.ValidationError("An object is needed.")
        return changes


class GuardrailSerializer(StrictSerializer):
    metric = serializers.CharField(
        max_length=20, help_text="errors, turns, cancelled, cost, completion or time."
    )
    margin = serializers.FloatField(default=0.0, min_value=0, help_text="Worsening that is borne.")


@extend_schema_serializer(examples=[examples.EXPERIMENT])
class NewExperimentSerializer(StrictSerializer):
    key = serializers.CharField(max_length=60)
    title = serializers.CharField(max_length=200)
    kind = serializers.ChoiceField(Experiment.Kind.choices)
    flow = serializers.CharField(max_length=80)
    client_id = IdField(
        required=False, allow_null=True, default=None, help_text="None: all clients; staff only."
    )
    unit = serializers.ChoiceField(Experiment.Unit.choices, default=Experiment.Unit.SESSION)
    traffic = serializers.FloatField(default=1.0, min_value=0.0001, max_value=1)
    control = serializers.CharField(max_length=40)
    arms = serializers.ListField(child=NewArmSerializer(), min_length=2, max_length=6)
    primary_metric = serializers.ChoiceField(_METRICS, default=Experiment.Metric.COMPLETED)
    other_metrics = serializers.ListField(child=serializers.ChoiceField(_METRICS), default=list, max_length=3)
    guardrails = serializers.ListField(child=GuardrailSerializer(), default=list, max_length=5)
    window_hours = serializers.IntegerField(default=72, min_value=1, max_value=1440)
    guard_hours = serializers.IntegerField(default=1, min_value=1, max_value=1440)
    minimum_units = serializers.IntegerField(default=1000, min_value=200, max_value=10_000_000)
    planned_units = serializers.IntegerField(
        default=None, allow_null=True, min_value=200, max_value=100_000_000
    )
    negligible = serializers.FloatField(default=0.0, min_value=0, max_value=0.99)


@extend_schema_serializer(examples=[examples.STOP_EXPERIMENT])
class StopExperimentSerializer(StrictSerializer):
    reason = serializers.CharField(default="", allow_blank=True, max_length=500)


@extend_schema_serializer(examples=[examples.ROLL_OUT])
class RollOutSerializer(StrictSerializer):
    arm = serializers.CharField(max_length=40)
    reason = serializers.CharField(
        default="", allow_blank=True, max_length=500, help_text="Needed for an arm that has not won."
    )


class ArmSerializer(serializers.ModelSerializer):
    flow_version = serializers.IntegerField(source="flow_version.version", allow_null=True, default=None)

    class Meta:
        model = ExperimentArm
        fields = ["name", "weight", "changes", "flow_version"]


class NoteSerializer(serializers.ModelSerializer):
    actor = serializers.CharField(source="actor.username", allow_null=True, default=None)

    class Meta:
        model = ExperimentNote
        fields = ["deed", "actor", "reason", "data", "at"]


class ExperimentSerializer(serializers.ModelSerializer):
    experiment_id = serializers.UUIDField(source="id")
    client_id = serializers.UUIDField(allow_null=True)
    traffic = serializers.SerializerMethodField(help_text="Share, 0 to 1.")
    arms = ArmSerializer(many=True)
    notes = NoteSerializer(many=True)
    created_by = serializers.CharField(source="created_by.username")

    class Meta:
        model = Experiment
        fields = [
            "experiment_id", "key", "title", "client_id", "kind", "flow", "unit", "traffic", "control", "arms",
            "primary_metric", "other_metrics", "guardrails", "window_hours", "guard_hours", "minimum_units",
            "planned_units", "negligible", "state", "started_at", "stopped_at", "stop_reason", "rolled_out_arm",
            "evaluated_at", "verdict", "verdict_arm", "created_by", "cdtz", "notes",
        ]  # fmt: skip

    def get_traffic(self, experiment: Experiment) -> float:
        return experiment.traffic / 10_000


class ArmResultSerializer(serializers.Serializer):
    name = serializers.CharField()
    exposed = serializers.IntegerField()
    counted = serializers.IntegerField(help_text="Those whose window has passed.")
    still_open = serializers.IntegerField()
    rate = serializers.FloatField(allow_null=True, help_text="Of the primary metric.")
    interval = serializers.ListField(child=serializers.FloatField(), allow_null=True)


class MetricResultSerializer(serializers.Serializer):
    metric = serializers.CharField()
    difference = serializers.FloatField(allow_null=True)
    interval = serializers.ListField(child=serializers.FloatField(), allow_null=True)
    p = serializers.FloatField(allow_null=True, help_text="Holds at every look.")
    adjusted_p = serializers.FloatField(allow_null=True, help_text="After Holm over the metrics.")
    variance_known_before = serializers.FloatField(help_text="Share that CUPED took out.")


class GuardrailResultSerializer(serializers.Serializer):
    metric = serializers.CharField()
    worsening = serializers.FloatField(allow_null=True)
    at_least = serializers.FloatField(allow_null=True)
    margin = serializers.FloatField()
    is_harmful = serializers.BooleanField()


class ComparedArmSerializer(serializers.Serializer):
    arm = serializers.CharField()
    verdict = serializers.CharField()
    because = serializers.CharField()
    metrics = MetricResultSerializer(many=True)
    guardrails = GuardrailResultSerializer(many=True)


class SampleRatioSerializer(serializers.Serializer):
    statistic = serializers.FloatField()
    degrees = serializers.IntegerField()
    p = serializers.FloatField(help_text="For one look.")
    sequential_p = serializers.FloatField(help_text="Holds at every look; what the verdict reads.")
    strays = serializers.IntegerField()
    is_mismatch = serializers.BooleanField()


class ResultSerializer(serializers.Serializer):
    experiment_id = serializers.UUIDField()
    key = serializers.CharField()
    state = serializers.CharField()
    as_of = serializers.DateTimeField()
    verdict = serializers.CharField()
    arm = serializers.CharField(allow_blank=True)
    words = serializers.ListField(child=serializers.CharField())
    exposed = serializers.IntegerField()
    counted = serializers.IntegerField()
    maturity = serializers.FloatField(allow_null=True, help_text="Share of the exposed that are counted.")
    level = serializers.FloatField()
    sample_ratio = SampleRatioSerializer()
    arms = ArmResultSerializer(many=True)
    compared = ComparedArmSerializer(many=True)


def describe(result: Result) -> dict[str, Any]:
    """The body of a result."""
    experiment, ratio = result.experiment, result.ratio
    arms = []
    for name, arm in result.arms.items():
        rate, interval = rate_of(arm, experiment.primary_metric, level=result.level)
        arms.append(
            {
                "name": name,
                "exposed": arm.exposed,
                "counted": arm.counted,
                "still_open": arm.still_open,
                "rate": rate,
                "interval": _pair(interval),
            }
        )
    return {
        "experiment_id": experiment.pk,
        "key": experiment.key,
        "state": experiment.state,
        "as_of": result.as_of,
        "verdict": result.verdict.value,
        "arm": result.arm,
        "words": words.of(result),
        "exposed": result.exposed,
        "counted": result.counted,
        "maturity": result.counted / result.exposed if result.exposed else None,
        "level": result.level,
        "sample_ratio": {
            "statistic": ratio.statistic,
            "degrees": ratio.degrees,
            "p": ratio.p,
            "sequential_p": ratio.sequential_p,
            "strays": ratio.strays,
            "is_mismatch": ratio.is_mismatch,
        },
        "arms": arms,
        "compared": [_compared(one) for one in result.compared],
    }


def _compared(one: Compared) -> dict[str, Any]:
    return {
        "arm": one.arm,
        "verdict": one.verdict.value,
        "because": one.because,
        "metrics": [_metric(name, found, one) for name, found in one.metrics.items()],
        "guardrails": [
            {
                "metric": guard.name,
                "worsening": guard.worsening,
                "at_least": guard.at_least,
                "margin": guard.margin,
                "is_harmful": guard.is_harmful,
            }
            for guard in one.guardrails
        ],
    }


def _metric(name: str, found: Comparison, one: Compared) -> dict[str, Any]:
    return {
        "metric": name,
        "difference": found.difference,
        "interval": _pair(found.interval),
        "p": found.p,
        "adjusted_p": one.adjusted_p.get(name),
        "variance_known_before": one.narrowed[name],
    }


def _pair(interval: Interval | None) -> list[float] | None:
    return [interval.low, interval.high] if interval else None
