"""Requests in which every name counts: one that is not known, or comes twice, is refused and never passed over."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from difflib import get_close_matches
from typing import Any

from django.http import QueryDict
from django.utils.dateparse import parse_datetime
from rest_framework import serializers
from rest_framework.settings import api_settings

from apps.onboarding_api.services.pii_integration import shape

UNKNOWN = "There is no such parameter here."
UNNAMED = "Parameters that there are not here: {}."
_LONGEST_NAME = 40
_ALMOST = 0.85
"""From this ratio of `difflib` on it is a slip of the hand: "task_nam" for "task_name"."""
TWICE = "This was given more than once."


class StrictSerializer(serializers.Serializer):
    """Refuses names that are none of its fields. Takes a parsed body, or the parameters of an address as text."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if isinstance(data, Mapping) and (unknown := {str(name) for name in data} - set(self.fields)):
            raise serializers.ValidationError(_refusals(unknown, known=set(self.fields)))
        if isinstance(data, QueryDict):
            data = _once_each(data)
        found: dict[str, Any] = super().to_internal_value(data)
        return found


def _refusals(unknown: set[str], *, known: set[str]) -> dict[str, list[str]]:
    """By name where it is made of plain words, or all but one of ours; others are counted: anybody may write anything
    there."""
    named = {
        name
        for name in unknown
        if len(name) <= _LONGEST_NAME
        and (shape.title(name) == name or get_close_matches(name, known, n=1, cutoff=_ALMOST))
    }
    refused = {name: [UNKNOWN] for name in sorted(named)}
    if others := len(unknown - named):
        refused[api_settings.NON_FIELD_ERRORS_KEY] = [UNNAMED.format(others)]
    return refused


def _once_each(parameters: QueryDict) -> dict[str, str]:
    """Plain text values; an empty one stays, and is for its field to refuse."""
    given = dict(parameters.lists())
    if twice := sorted(name for name, values in given.items() if len(values) > 1):
        raise serializers.ValidationError({name: [TWICE] for name in twice})
    return {name: str(values[0]) for name, values in given.items()}


class MomentField(serializers.DateTimeField):
    """A moment with its offset: text without one could be meant in any place."""

    default_error_messages = {
        "invalid": "Send a date and time with its offset, as 2026-03-01T09:30:00Z (a + in an address is %2B)."
    }

    def to_internal_value(self, value: Any) -> datetime:
        try:
            found = parse_datetime(value) if isinstance(value, str) else None
        except ValueError:
            found = None
        if found is None or found.tzinfo is None:
            self.fail("invalid", format="")
        moment: datetime = super().to_internal_value(value)
        return moment


class PositiveNumberField(serializers.FloatField):
    """A finite number above nothing."""

    default_error_messages = {"positive": "Send a number above 0."}

    def to_internal_value(self, data: Any) -> float:
        number: float = super().to_internal_value(data)
        if not math.isfinite(number) or number <= 0:
            self.fail("positive")
        return number
