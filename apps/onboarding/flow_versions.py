"""Storing flows as immutable versions."""

from __future__ import annotations

from typing import Any

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


def store_variant(base: FlowVersion, definition: dict[str, Any]) -> FlowVersion:
    """The version of that content, stored where it is not yet; it does not become the default. `FlowInvalid`."""
    flow = Flow.from_definition(definition)
    with transaction.atomic():
        known = FlowVersion.objects.filter(name=base.name)
        list(known.select_for_update().order_by("pk").values_list("pk"))
        found = known.filter(digest=flow.digest).first()
        if found is not None:
            return found
        number = (known.aggregate(last=Max("version"))["last"] or 0) + 1
        return FlowVersion.objects.create(
            name=base.name, version=number, digest=flow.digest, definition=flow.definition
        )


@transaction.atomic
def make_default(version: FlowVersion) -> None:
    """New sessions start with it. Exactly one version of a flow is the default."""
    of_flow = FlowVersion.objects.filter(name=version.name)
    list(of_flow.select_for_update().order_by("pk").values_list("pk"))
    of_flow.filter(is_default=True).update(is_default=False)
    of_flow.filter(pk=version.pk).update(is_default=True)
