"""Applying: a proposal becomes rows, and a change set remembers each row before and after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, models, transaction
from django.utils import timezone

from apps.onboarding import event_log
from apps.onboarding.models import ChangeSet, Contact, ConversationSession, Recommendation, Site
from apps.onboarding.models.configuration import OfSite
from apps.onboarding_api.services.pii_integration import vault
from apps.onboarding_api.services.recommendations import redacting, rows
from apps.onboarding_api.services.recommendations.errors import SiteTaken, ValuesElsewhere

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_ITEM_FIELDS = {
    "shifts": ("name", "starts_at", "ends_at", "headcount", "days"),
    "posts": ("name", "kind", "armed", "guards_per_shift"),
    "checkpoints": ("name", "floor", "interval_minutes", "sequence"),
    "assets": ("name", "kind"),
    "meter_points": ("name", "kind", "unit", "reading_interval_hours", "opening_reading"),
    "contacts": ("name", "role", "phone", "email"),
}
Operation = dict[str, Any]


def apply_proposal(recommendation: Recommendation, *, session: ConversationSession, user: User) -> ChangeSet:
    """Write the configuration, inside the caller's transaction with the session locked.

    Creates the site, or updates the one that the proposal names (its other parts stay). `SiteTaken`,
    `ValuesElsewhere`.
    """
    proposal = recommendation.proposal
    named = redacting.placeholders_in(proposal)
    site, operations = _write_site(proposal, session=session, holds_values=bool(named))
    for section in rows.PART_MODELS:
        operations += _write_items(section, proposal[section], site=site)
    vault.keep(session.session_id, named)
    change_set = ChangeSet.objects.create(
        recommendation=recommendation,
        client=session.client,
        operations=operations,
        applied_by=user,
        applied_at=timezone.now(),
    )
    counted = Counter((operation["op"], operation["model"]) for operation in operations)
    data = {
        "change_set_id": str(change_set.pk),
        "recommendation_id": str(recommendation.pk),
        "site_id": str(site.pk),
        "created": {model: count for (op, model), count in counted.items() if op == "create"},
        "updated": {model: count for (op, model), count in counted.items() if op == "update"},
    }
    event_log.append(session, event_log.Kind.CONFIGURATION_APPLIED, data, actor=user)
    return change_set


def _write_site(
    proposal: Mapping[str, Any], *, session: ConversationSession, holds_values: bool
) -> tuple[Site, list[Operation]]:
    wanted, updates = proposal["site"], proposal["site"].get("updates")
    values = _site_values(wanted)
    if updates is None:
        site = Site(client=session.client, code=wanted["code"], **values)
        site.vault_session = session.session_id if holds_values else None
        _save_site(site)
        return site, [_operation("create", site, before=None)]
    site = _lock_site(updates, session)
    before = rows.snapshot(site)
    if holds_values and site.vault_session not in {None, session.session_id}:
        _refuse_values_elsewhere(site, proposal)
    values["attributes"] = {**site.attributes, **wanted["attributes"]}
    for name, value in values.items():
        if value not in (None, ""):
            setattr(site, name, value)
    site.code = wanted["code"]
    if holds_values:
        site.vault_session = session.session_id
    _save_site(site)
    return site, [_operation("update", site, before=before)]


def _save_site(site: Site) -> None:
    try:
        with transaction.atomic():
            site.save()
    except (
        IntegrityError
    ) as error:  # the unique code per client: the only constraint a valid proposal can break
        raise SiteTaken(f"the client has a site with the code {site.code}", pointer="/site/code") from error


def _lock_site(identity: str, session: ConversationSession) -> Site:
    site = Site.objects.select_for_update().filter(pk=identity, client=session.client).first()
    if site is None:
        raise SiteTaken(
            "the site to be updated is none of this client's",
            user_message="The site to be updated does not exist any more.",
            pointer="/site/updates",
        )
    return site


def _refuse_values_elsewhere(site: Site, proposal: Mapping[str, Any]) -> None:
    """A site has one vault session: contacts that stay must not point into another one."""
    codes = [contact["code"] for contact in proposal["contacts"]]
    staying = list(Contact.objects.filter(site=site).exclude(code__in=codes).values_list("code", flat=True))
    if staying:
        raise ValuesElsewhere("contacts of an earlier session would lose their values", contacts=staying)


def _write_items(section: str, items: list[dict[str, Any]], *, site: Site) -> list[Operation]:
    """Create what is new and update what differs, by code."""
    model = rows.PART_MODELS[section]
    known = {row.code: row for row in model._default_manager.select_for_update().filter(site=site)}
    fresh: list[OfSite] = []
    before: dict[str, dict[str, Any]] = {}
    for item in items:
        values = {name: _value(name, item[name]) for name in _ITEM_FIELDS[section]}
        row = known.get(item["code"])
        if row is None:
            fresh.append(model(site=site, code=item["code"], **values))
        elif any(getattr(row, name) != value for name, value in values.items()):
            before[str(row.pk)] = rows.snapshot(row)
            for name, value in values.items():
                setattr(row, name, value)
            row.save()
    model._default_manager.bulk_create(fresh, batch_size=500)
    after = rows.snapshots(model, [*before, *(row.pk for row in fresh)])
    label = rows.name_of(model)
    return [
        *(
            {"op": "update", "model": label, "id": pk, "before": old, "after": after[pk]}
            for pk, old in before.items()
        ),
        *(
            {"op": "create", "model": label, "id": str(row.pk), "before": None, "after": after[str(row.pk)]}
            for row in fresh
        ),
    ]


def _operation(op: str, row: models.Model, *, before: dict[str, Any] | None) -> Operation:
    """The row is read back, so that what is remembered is what the database holds."""
    after = rows.snapshots(type(row), [row.pk])[str(row.pk)]
    return {"op": op, "model": rows.name_of(type(row)), "id": str(row.pk), "before": before, "after": after}


def _site_values(site: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **{
            name: site[name]
            for name in ("name", "site_type", "address", "city", "floors", "latitude", "longitude")
        },
        "area_sq_m": None if site["area_sq_m"] is None else Decimal(site["area_sq_m"]),
        "opens_at": _value("opens_at", site["opens_at"]),
        "closes_at": _value("closes_at", site["closes_at"]),
        "go_live_on": None if site["go_live_on"] is None else date.fromisoformat(site["go_live_on"]),
        "attributes": dict(site["attributes"]),
    }


def _value(name: str, value: Any) -> Any:
    return time.fromisoformat(value) if name.endswith("_at") and value is not None else value
