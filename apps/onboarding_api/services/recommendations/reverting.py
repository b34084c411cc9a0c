"""Reverting: an applied configuration is taken back whole, or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import groupby, islice
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db import models
from django.utils import timezone

from apps.onboarding import event_log
from apps.onboarding.errors import NotFound
from apps.onboarding.models import ChangeSet, Site, VaultEntry
from apps.onboarding_api.services.recommendations import rights, rows
from apps.onboarding_api.services.recommendations.errors import AlreadyReverted, ChangedSinceApplied

if TYPE_CHECKING:
    from django.contrib.auth.models import User

MAX_SHOWN = 20


def revert(*, change_set_id: UUID, user: User) -> ChangeSet:
    """Undo every operation, last first, in one transaction. The session stays as it is; the event says what
    happened.

    `NotFound`, `Forbidden`, `AlreadyReverted`; `ChangedSinceApplied` with `changed`, a list of what stands in
    the way.
    """
    seen = (
        ChangeSet.objects.visible_to(user)
        .select_related("client", "recommendation")
        .filter(pk=change_set_id)
        .first()
    )
    if seen is None:
        raise NotFound("no such change set")
    rights.require_can_decide(user, seen.client)
    with event_log.writing(seen.recommendation.session_id) as session:
        change_set = ChangeSet.objects.select_for_update().get(pk=change_set_id)
        if change_set.reverted_at is not None:
            raise AlreadyReverted("the change set is reverted already")
        _refuse_changed(change_set.operations)
        _undo(change_set.operations)
        _let_values_expire(session.session_id)
        change_set.reverted_by, change_set.reverted_at = user, timezone.now()
        change_set.save(update_fields=["reverted_by", "reverted_at", "mdtz"])
        data = {
            "change_set_id": str(change_set.pk),
            "recommendation_id": str(change_set.recommendation_id),
            "operations": len(change_set.operations),
        }
        event_log.append(session, event_log.Kind.CONFIGURATION_REVERTED, data, actor=user)
    return change_set


def _let_values_expire(session_id: UUID) -> None:
    """Personal values that no site refers to any more live as long as those of any session."""
    if not Site.objects.filter(vault_session=session_id).exists():
        expires_at = timezone.now() + timedelta(days=settings.PII.vault_days)
        VaultEntry.objects.filter(session=session_id, expires_at__isnull=True).update(expires_at=expires_at)


def _refuse_changed(operations: Sequence[Mapping[str, Any]]) -> None:
    found = list(islice(_changed(operations), MAX_SHOWN + 1))
    if found:
        raise ChangedSinceApplied(
            f"{len(found)} rows stand in the way", changed=found[:MAX_SHOWN], more=len(found) > MAX_SHOWN
        )


def _changed(operations: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """What was changed, deleted or attached since. Locks the rows, so that nothing is attached meanwhile."""
    ordered = sorted(operations, key=lambda operation: (operation["model"] != "site", operation["model"]))
    created = {operation["id"] for operation in operations if operation["op"] == "create"}
    for label, group in groupby(ordered, key=lambda operation: operation["model"]):
        mine, model = list(group), rows.MODELS[label]
        present = rows.snapshots(model, [operation["id"] for operation in mine], lock=True)
        for operation in mine:
            now, then = present.get(operation["id"]), operation["after"]
            place = {"model": label, "id": operation["id"], "code": then["code"]}
            if now is None:
                yield {**place, "why": "deleted"}
            elif fields := rows.differing(then, now):
                yield {**place, "why": "changed", "fields": fields}
        yield from _attached(model, [o["id"] for o in mine if o["op"] == "create"], created)


def _attached(model: type[models.Model], ids: Sequence[str], created: set[str]) -> Iterator[dict[str, Any]]:
    """Rows that refer to a created one without being of the change set: undoing would take them along."""
    for relation in model._meta.related_objects if ids else ():
        dependents = relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": ids})
        for pk in dependents.values_list("pk", flat=True)[: len(created) + MAX_SHOWN + 1]:
            if str(pk) not in created:
                yield {
                    "model": relation.related_model._meta.model_name,
                    "id": str(pk),
                    "why": "depends on it",
                }


def _undo(operations: Sequence[Mapping[str, Any]]) -> None:
    backwards = reversed(operations)
    for (op, label), group in groupby(backwards, key=lambda operation: (operation["op"], operation["model"])):
        model = rows.MODELS[label]
        if op == "create":
            model._default_manager.filter(pk__in=[operation["id"] for operation in group]).delete()
            continue
        for operation in group:
            before = rows.values_of(model, operation["before"])
            before.pop("id")
            model._default_manager.filter(pk=operation["id"]).update(**before)
