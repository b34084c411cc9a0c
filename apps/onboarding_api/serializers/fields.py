"""Fields that are stricter than the ones they are made of."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

_FAILURE = {
    "type": ["object", "null"],
    "properties": {"code": {"type": "string"}, "user_message": {"type": "string"}},
    "required": ["code", "user_message"],
    "additionalProperties": True,
}


class IdField(serializers.UUIDField):
    """A UUID as text; a number is none."""

    def to_internal_value(self, data: Any) -> UUID:
        if not isinstance(data, str):
            self.fail("invalid", value=data)
        found: UUID = super().to_internal_value(data)
        return found


class AnyJSONField(serializers.JSONField):
    """Any JSON value; text that is nested bottomlessly is invalid, not a fault of ours."""

    def to_internal_value(self, data: Any) -> Any:
        try:
            return super().to_internal_value(data)
        except RecursionError:
            self.fail("invalid")


@extend_schema_field(_FAILURE)
class FailureField(serializers.JSONField):
    """Why work failed: a code, what to tell the person, and members of the code's own. None where it has not."""


@extend_schema_field({"description": "Any JSON value."})
class ResultField(serializers.JSONField):
    """What a task gave back."""
