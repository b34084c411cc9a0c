"""Fields that are stricter than the ones they are made of."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from rest_framework import serializers


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
