"""Rows of the configuration as JSON, and back: what a change set remembers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import models

from apps.onboarding.models import Asset, Contact, MeterPoint, PatrolCheckpoint, Post, Shift, Site
from apps.onboarding.models.configuration import OfSite

PART_MODELS: dict[str, type[OfSite]] = {
    "shifts": Shift,
    "posts": Post,
    "checkpoints": PatrolCheckpoint,
    "assets": Asset,
    "meter_points": MeterPoint,
    "contacts": Contact,
}
"""Section of a proposal -> the model of its items."""
_ALL: tuple[type[models.Model], ...] = (Site, *PART_MODELS.values())
MODELS: dict[str, type[models.Model]] = {model._meta.model_name or "": model for model in _ALL}
"""The name that an operation gives a model."""
UNWATCHED = frozenset({"mdtz"})
"""Fields that tell nothing about a change: restored, but not compared."""


def name_of(model: type[models.Model]) -> str:
    return model._meta.model_name or ""


def snapshot(row: models.Model) -> dict[str, Any]:
    """Every column as JSON, by attribute name (`site_id`)."""
    return {field.attname: _to_json(getattr(row, field.attname)) for field in row._meta.concrete_fields}


def snapshots(
    model: type[models.Model], ids: Iterable[Any], *, lock: bool = False
) -> dict[str, dict[str, Any]]:
    """Id -> columns, as the database has them; locked until the end of the transaction where asked."""
    rows = model._default_manager.filter(pk__in=list(ids)).order_by("pk")
    return {str(row.pk): snapshot(row) for row in (rows.select_for_update() if lock else rows)}


def values_of(model: type[models.Model], columns: dict[str, Any]) -> dict[str, Any]:
    """The inverse of `snapshot`."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    return {name: fields[name].to_python(value) for name, value in columns.items()}


def differing(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    """The watched columns in which two snapshots differ."""
    return [name for name in one if name not in UNWATCHED and one[name] != other.get(name)]


def _to_json(value: Any) -> Any:
    if isinstance(value, UUID | Decimal):
        return str(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return value
