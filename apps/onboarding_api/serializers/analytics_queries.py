"""Requests of the funnel's analytics: every parameter counts, and what cannot be used is named."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.contrib.auth.models import User
from django.utils import timezone
from rest_framework import serializers

from apps.onboarding.errors import InvalidInput
from apps.onboarding_api.serializers.fields import IdField
from apps.onboarding_api.serializers.keyset import MAX_CURSOR_CHARS
from apps.onboarding_api.serializers.strict import StrictSerializer
from apps.onboarding_api.services.funnel_analytics import asking, cohorts, heatmap, local_time, windows
from apps.onboarding_api.services.funnel_analytics.asking import ALL, Question
from apps.onboarding_api.services.funnel_analytics.definitions import STAGES
from apps.onboarding_api.services.funnel_analytics.opening import OUTCOMES, Cell

DEFAULT_DAYS = 30
MOST_DAYS = 1100
_FIRST, _LAST = date(2000, 1, 1), date(2100, 1, 1)
_STAGES = [stage.value for stage in STAGES]
_COHORTS_ASKED = ("language", "device", "flow", "variant", "hour", "weekday")


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    """Reads the folder of zones: once."""
    return frozenset(available_timezones())


class AudienceQuerySerializer(StrictSerializer):
    """Whose figures, in whose time."""

    client_id = IdField(
        required=False, help_text="One client. Without it: all of yours together; for staff, all."
    )
    time_zone = serializers.CharField(
        required=False, max_length=64, help_text="IANA name, such as Asia/Kolkata. Default: the client's."
    )
    export = serializers.ChoiceField(
        ["json", "csv"], required=False, help_text="As a file to keep. Accept: text/csv gives the same table."
    )

    def validate_time_zone(self, name: str) -> str:
        if name not in _zones():
            raise serializers.ValidationError("This is no IANA time zone, such as Asia/Kolkata.")
        return name

    def question(self, user: User) -> Question:
        """What was asked; once `is_valid`. `NotFound` for a client of others."""
        given = self.validated_data
        audience = asking.audience_of(user, given.get("client_id"))
        audience, cohort = asking.narrowed(audience, given.get("cohort", ALL))
        zone = ZoneInfo(given["time_zone"]) if "time_zone" in given else audience.zone
        now = timezone.now()
        first, last = self.days(now.astimezone(zone))
        try:
            window = windows.of_days(first, last, zone)
        except ValueError as error:  # a day that the zone left out, as Samoa the 30th of December 2011
            raise serializers.ValidationError({"start_date": ["There was no such day there."]}) from error
        return Question(audience, window, zone, now, cohort)

    def days(self, today: datetime) -> tuple[date, date]:
        return today.date() - timedelta(days=DEFAULT_DAYS - 1), today.date()

    @property
    def parameters(self) -> dict[str, Any]:
        """Everything that was asked, as text, for the key of a kept answer."""
        return {name: str(value) for name, value in sorted(self.validated_data.items())}


class HeatmapQuerySerializer(AudienceQuerySerializer):
    range = serializers.ChoiceField(
        list(heatmap.RANGES), default="30d", help_text="Today and the days before it."
    )


class WindowQuerySerializer(AudienceQuerySerializer):
    """Sessions that started on these days."""

    start_date = serializers.DateField(
        required=False, help_text="First day, included. Default: 29 days before the last."
    )
    end_date = serializers.DateField(required=False, help_text="Last day, included. Default: today.")
    cohort = serializers.CharField(
        required=False,
        max_length=160,
        help_text="language:hi, device:..., client:<id>, hour:14, weekday:monday, flow:..., variant:experiment:arm",
    )

    def validate_cohort(self, text: str) -> tuple[str, str]:
        try:
            return cohorts.parse(text)
        except InvalidInput as error:
            raise serializers.ValidationError(error.detail) from error

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        for name in ("start_date", "end_date"):
            if name in attrs and not _FIRST <= attrs[name] < _LAST:
                raise serializers.ValidationError({name: ["This must lie between 2000 and 2099."]})
        start, end = attrs.get("start_date"), attrs.get("end_date")
        if start and end and start > end:
            raise serializers.ValidationError({"end_date": ["This must not be before start_date."]})
        return attrs

    def days(self, today: datetime) -> tuple[date, date]:
        given = self.validated_data
        last = given.get("end_date") or max(today.date(), given.get("start_date") or today.date())
        first = given.get("start_date") or max(_FIRST, last - timedelta(days=DEFAULT_DAYS - 1))
        if (last - first).days >= MOST_DAYS:
            raise serializers.ValidationError({"start_date": [f"At most {MOST_DAYS} days at once."]})
        return first, last


class ComparisonQuerySerializer(WindowQuerySerializer):
    by = serializers.ChoiceField(list(cohorts.DIMENSIONS), default="language")
    stage = serializers.ChoiceField(
        ["overall", *_STAGES[:4]],
        default="overall",
        help_text="The rate of going on from it; overall: to completion.",
    )
    cohort = None  # type: ignore[assignment]  # all cohorts are compared: DRF takes a field away so

    @property
    def stage_index(self) -> int | None:
        name = self.validated_data["stage"]
        return None if name == "overall" else _STAGES.index(name)


class SliceQuerySerializer(WindowQuerySerializer):
    by = serializers.CharField(max_length=40, help_text="Two of the cohorts, as language,hour.")

    def validate_by(self, text: str) -> tuple[str, str]:
        names = text.split(",")
        if len(names) != 2 or names[0] == names[1] or not set(names) <= set(cohorts.DIMENSIONS):
            raise serializers.ValidationError(
                f"Send two of {', '.join(cohorts.DIMENSIONS)}, as language,hour."
            )
        return names[0], names[1]


class SessionsQuerySerializer(WindowQuerySerializer):
    """Which cell to open."""

    stage = serializers.ChoiceField(
        _STAGES,
        required=False,
        help_text="Reached it; with an outcome: dropped after it, open in it, gone on from it.",
    )
    outcome = serializers.ChoiceField(list(OUTCOMES), required=False)
    language = serializers.CharField(required=False, max_length=8)
    device = serializers.CharField(required=False, max_length=40)
    flow = serializers.CharField(required=False, max_length=100)
    variant = serializers.CharField(required=False, max_length=140)
    hour = serializers.IntegerField(required=False, min_value=0, max_value=23, help_text="Of the start.")
    weekday = serializers.ChoiceField(list(local_time.WEEKDAYS), required=False, help_text="Of the start.")
    left_hour = serializers.IntegerField(
        required=False,
        min_value=0,
        max_value=23,
        help_text="Dropped, with the last sign of life at this hour; the days are then those of leaving.",
    )
    limit = serializers.IntegerField(min_value=1, max_value=1000, default=50)
    cursor = serializers.CharField(required=False, max_length=MAX_CURSOR_CHARS)

    def cell(self, question: Question) -> Cell:
        given = self.validated_data
        hour = given.get("left_hour")
        return Cell(
            stage=_STAGES.index(given["stage"]) if "stage" in given else None,
            outcome=given.get("outcome"),
            cohorts=tuple((name, str(given[name])) for name in _COHORTS_ASKED if name in given),
            left=question.window if hour is not None else None,
            left_hour=hour,
        )


class ReplayQuerySerializer(StrictSerializer):
    export = serializers.ChoiceField(["json", "csv"], required=False)
