"""Requests of the dead letter queue's API."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from apps.onboarding_api.serializers import dlq_examples as examples
from apps.onboarding_api.serializers.fields import IdField
from apps.onboarding_api.serializers.keyset import MAX_CURSOR_CHARS
from apps.onboarding_api.serializers.strict import MomentField, PositiveNumberField, StrictSerializer
from apps.task_ledger.dead_letters.listing import Filter

_MOST_IN_A_PAGE = 200
_LONGEST_KEPT_DAYS = 36_500
_MOST_REDRIVES = 32_767
_REASON_CHARS = 2000
_EITHER = "Send either filters or all=true, not both."


class FilterSerializer(StrictSerializer):
    """Which entries are meant: all conditions that are given hold."""

    task_name = serializers.RegexField(r"\A[^\s@]+\Z", required=False, max_length=120)
    exception_type = serializers.RegexField(
        r"\A[\w.<>]+\Z",
        required=False,
        max_length=200,
        help_text="The whole name, or its last part: ValueError.",
    )
    cause = serializers.RegexField(
        r"\A\w+\Z", required=False, max_length=16, help_text="As entries and groups show it."
    )
    client_id = IdField(required=False)
    since = MomentField(required=False, help_text="Died at this time or later.")
    until = MomentField(required=False, help_text="Died before this time.")
    state = serializers.ChoiceField(["dead", "expired"], required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        since, until = attrs.get("since"), attrs.get("until")
        if since and until and since >= until:
            raise serializers.ValidationError({"until": ["This must be later than since."]})
        return attrs

    @property
    def wanted(self) -> Filter:
        """What was asked; once `is_valid`."""
        return filter_of(self.validated_data)


def filter_of(given: dict[str, Any]) -> Filter:
    """The ledger's filter; names of other parameters are passed over."""
    names: list[str] = list(FilterSerializer().get_fields())
    fields = {name: given[name] for name in names if name in given}
    if "exception_type" in fields:
        fields["error_class"] = fields.pop("exception_type")
    return Filter(**fields)


class ListQuerySerializer(FilterSerializer):
    limit = serializers.IntegerField(min_value=1, max_value=_MOST_IN_A_PAGE, default=50)
    cursor = serializers.CharField(
        required=False, max_length=MAX_CURSOR_CHARS, help_text="From next or previous, as it is."
    )


class CauseQuerySerializer(FilterSerializer):
    limit = serializers.IntegerField(min_value=1, max_value=_MOST_IN_A_PAGE, default=100)


class ClearQuerySerializer(FilterSerializer):
    older_than_days = PositiveNumberField(
        required=False, max_value=_LONGEST_KEPT_DAYS, help_text="Died longer ago than this."
    )
    all = serializers.BooleanField(default=False, help_text="Needed where there is no filter.")
    reason = serializers.CharField(default="", allow_blank=True, max_length=_REASON_CHARS)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        attrs = super().validate(attrs)
        if attrs["all"] and not (filter_of(attrs).is_empty and "older_than_days" not in attrs):
            raise serializers.ValidationError({"all": [_EITHER]})
        return attrs


class DiscardQuerySerializer(StrictSerializer):
    reason = serializers.CharField(default="", allow_blank=True, max_length=_REASON_CHARS)
    generation = serializers.IntegerField(
        required=False,
        min_value=0,
        max_value=_MOST_REDRIVES,
        help_text="Of the entry as it was seen; refused where it was sent back since.",
    )


@extend_schema_serializer(examples=[examples.STOP])
class StopRequestSerializer(StrictSerializer):
    reason = serializers.CharField(
        default="", allow_blank=True, max_length=_REASON_CHARS, help_text="Kept with the deed, scrubbed."
    )


@extend_schema_serializer(examples=[examples.RETRY, examples.EDIT])
class RetryRequestSerializer(StopRequestSerializer):
    generation = serializers.IntegerField(
        required=False, min_value=0, max_value=_MOST_REDRIVES, help_text="Of the entry as it was seen."
    )
    changes = serializers.DictField(
        required=False,
        allow_empty=False,
        help_text="Argument -> value that takes its place; null takes it out.",
    )


@extend_schema_serializer(examples=[examples.REHEARSAL, examples.BULK])
class BulkRequestSerializer(StopRequestSerializer):
    filters = FilterSerializer(required=False)
    all = serializers.BooleanField(default=False, help_text="Needed where there is no filter.")
    dry_run = serializers.BooleanField(default=True, help_text="Count only. Send false to begin.")
    rate_per_minute = serializers.IntegerField(
        required=False, min_value=1, max_value=settings.MOST_REDRIVES_PER_MINUTE
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["all"] and attrs.get("filters"):
            raise serializers.ValidationError({"all": [_EITHER]})
        return attrs


class BulkListQuerySerializer(StrictSerializer):
    limit = serializers.IntegerField(min_value=1, max_value=_MOST_IN_A_PAGE, default=20)
    cursor = serializers.CharField(required=False, max_length=MAX_CURSOR_CHARS)
