"""What the tests of recommendations start from: clients, people, sessions with answers, good proposals."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from datetime import date
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction

from apps.onboarding import event_log
from apps.onboarding.errors import DomainError
from apps.onboarding.models import Client, ConversationSession, Membership, Recommendation
from apps.onboarding_api.services import recommendations
from apps.onboarding_api.services.llm import (
    CheckRequest,
    ExistingSite,
    MakeRequest,
    Proposal,
    SiteContext,
    UploadSummary,
    Verdict,
    get_llm_service,
)
from apps.onboarding_api.services.pii_integration import vault

TODAY = date(2026, 3, 2)
HOSPITAL: dict[str, Any] = {
    "site_name": "Sunrise Hospital",
    "site_type": "hospital",
    "address": "14 Station Road",
    "city": "Pune",
    "area": {"value": 120000, "unit": "sq_ft"},
    "floors": 6,
    "entrances": 3,
    "operating_hours": {"from": "00:00", "to": "24:00"},
    "operating_days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
    "shift_pattern": "three_8h",
    "risks": ["theft", "fire"],
    "visitor_volume": {"low": 200, "high": 600},
    "meters": ["electricity", "water"],
    "assets": [{"item": "fire_extinguisher", "count": 30}, {"item": "lift", "count": 2}],
    "armed_guards": False,
    "emergency_contact_name": "[REDACTED_NAME]",
    "emergency_contact_phone": "[REDACTED_PHONE]",
}
OFFICE: dict[str, Any] = {
    "site_name": "Indigo House",
    "site_type": "office",
    "city": "Bengaluru",
    "area": {"value": 900, "unit": "sq_m"},
    "floors": 2,
    "entrances": 1,
    "operating_hours": {"from": "09:00", "to": "18:00"},
    "operating_days": ["mon", "tue", "wed", "thu", "fri"],
    "shift_pattern": "day_only",
    "guards_per_shift": 2,
    "visitor_volume": {"low": 10, "high": 30},
    "emergency_contact_name": "[REDACTED_NAME]",
    "emergency_contact_phone": "[REDACTED_PHONE]",
}
WAREHOUSE: dict[str, Any] = {
    "site_name": "Bhiwandi Depot",
    "site_type": "warehouse",
    "area": {"value": 2, "unit": "acre"},
    "floors": 1,
    "entrances": 2,
    "vehicle_gates": 2,
    "shift_pattern": "two_12h",
    "armed_guards": True,
    "risks": ["theft"],
    "assets": [{"item": "cctv_camera", "count": 350}],
    "patrol_interval": {"minutes": 30},
    "emergency_contact_name": "[REDACTED_NAME]",
    "emergency_contact_phone": "[REDACTED_PHONE]",
}
PERSONAL = {
    "emergency_contact_name": ("NAME", "Asha Rao", "asha rao"),
    "emergency_contact_phone": ("PHONE", "98765 43210", "+919876543210"),
}
KINDS_OF_SITE = {"hospital": HOSPITAL, "office": OFFICE, "warehouse": WAREHOUSE}


def make(
    answers: dict[str, Any],
    *,
    existing: tuple[ExistingSite, ...] = (),
    uploads: tuple[UploadSummary, ...] = (),
) -> Proposal:
    """What the embedded maker proposes for these answers."""
    context = SiteContext(client_name="Acme", today=TODAY, existing=existing)
    return get_llm_service().make(MakeRequest(flow=None, answers=answers, uploads=uploads, site=context))


def check(
    proposal: dict[str, Any],
    answers: dict[str, Any],
    *,
    existing: tuple[ExistingSite, ...] = (),
    facts: dict[str, bool] | None = None,
) -> Verdict:
    request = CheckRequest(
        proposal=proposal, answers=answers, existing=existing, facts=facts or {}, today=TODAY
    )
    return get_llm_service().check(request)


def build_client() -> Client:
    return Client.objects.create(name="Acme Facilities", slug=f"acme-{uuid.uuid4().hex[:12]}")


def build_user(client: Client | None = None, *, role: str = "manager", **fields: Any) -> Any:
    user = get_user_model().objects.create_user(username=f"user-{uuid.uuid4().hex[:12]}", **fields)
    if client is not None:
        Membership.objects.create(client=client, user=user, role=role)
    return user


def build_session(client: Client, answers: dict[str, Any]) -> ConversationSession:
    """A session with answers and their personal values in its vault, whose proposal is being made."""
    session = ConversationSession.objects.create(client=client, collected_data=deepcopy(answers))
    for slot, (kind, given, normalised) in PERSONAL.items():
        if slot in answers:
            assert vault.store(session.pk, kind, given, normalised) == answers[slot]
    with event_log.writing(session.session_id) as locked:
        event_log.append(locked, event_log.Kind.SESSION_STARTED)
        event_log.change_state(locked, event_log.State.GENERATING_RECOMMENDATIONS)
    return ConversationSession.objects.get(pk=session.pk)


def build_recommendation(
    client: Client, answers: dict[str, Any] = OFFICE, *, session: ConversationSession | None = None
) -> Recommendation:
    """A pending recommendation, made and stored as the product does."""
    session = session or build_session(client, answers)
    draft = recommendations.prepare(session)
    with event_log.writing(session.session_id) as locked:
        return recommendations.store(locked, draft)


@contextmanager
def refused(kind: type[DomainError]) -> Iterator[pytest.ExceptionInfo[Any]]:
    """The block raises `kind`, and what it wrote is rolled back, as it is where no test holds a transaction open."""
    with pytest.raises(kind) as caught, transaction.atomic():
        yield caught
