"""Storing flows as immutable versions."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max

from apps.onboarding.flows.definition import Flow, load_flow
from apps.onboarding.flows.loading import flow_names
from apps.onboarding.models import FlowVersion


def store_flows() -> list[FlowVersion]:
    """Store the flows of the package that are not stored yet, as new default versions; the newly stored ones."""
    return [version for name in flow_names() if (version := _store(name)) is not None]


def _store(name: str) -> FlowVersion | None:
    flow = Flow.from_definition(load_flow(name))
    with transaction.atomic():
        known = FlowVersion.objects.select_for_update().filter(name=name)
        if known.filter(digest=flow.digest).exists():
            return None
        number = (known.aggregate(last=Max("version"))["last"] or 0) + 1
        known.filter(is_default=True).update(is_default=False)
        return FlowVersion.objects.create(
            name=name, version=number, digest=flow.digest, definition=flow.definition, is_default=True
        )
