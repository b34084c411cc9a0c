"""Builds the rows that tests start from. Each is as the product itself would have written it."""

from __future__ import annotations

from copy import deepcopy
from typing import Any
from uuid import uuid4

import factory
from django.contrib.auth.models import User
from factory.django import DjangoModelFactory

from apps.onboarding import event_log
from apps.onboarding.flow_versions import store_flows
from apps.onboarding.flows import dialogue
from apps.onboarding.models import (
    Client,
    ConversationSession,
    FlowVersion,
    Membership,
    Recommendation,
    Turn,
    Upload,
)
from apps.onboarding_api.services import recommendations

PASSWORD = "a-password-of-tests"
OFFICE: dict[str, Any] = {
    "site_name": "Indigo House",
    "site_type": "office",
    "city": "Bengaluru",
    "area": {"value": 900, "unit": "sq_m"},
    "floors": 2,
    "entrances": 1,
    "operating_hours": {"from": "09:00", "to": "18:00"},
    "operating_days": [1, 2, 3, 4, 5],
    "guards_per_shift": 2,
    "visitor_volume": {"low": 10, "high": 30},
    "meters": ["electricity"],
    "assets": [{"kind": "fire_extinguisher", "count": 4}],
    "emergency_contact_name": "[REDACTED_NAME]",
    "emergency_contact_phone": "[REDACTED_PHONE]",
}
"""Answers that lead to a proposal without objections."""


def default_flow() -> FlowVersion:
    """The default version of the product's flow, stored where it is not yet."""
    found = FlowVersion.objects.filter(is_default=True).first()
    if found is None:
        store_flows()
        found = FlowVersion.objects.get(is_default=True)
    return found


class ClientFactory(DjangoModelFactory[Client]):
    class Meta:
        model = Client

    name = factory.Sequence(lambda n: f"Client {n}")
    slug = factory.LazyFunction(lambda: f"client-{uuid4().hex[:12]}")


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.LazyFunction(lambda: f"user-{uuid4().hex[:12]}")
    password = factory.django.Password(PASSWORD)


class MembershipFactory(DjangoModelFactory[Membership]):
    class Meta:
        model = Membership

    client = factory.SubFactory(ClientFactory)
    user = factory.SubFactory(UserFactory)
    role = Membership.Role.MANAGER


class SessionFactory(DjangoModelFactory[ConversationSession]):
    """A session whose first question is asked, with its first events."""

    class Meta:
        model = ConversationSession
        skip_postgeneration_save = True

    client = factory.SubFactory(ClientFactory)
    user = factory.SubFactory(UserFactory)
    flow_version = factory.LazyFunction(default_flow)
    language = "en"
    dialogue = factory.LazyAttribute(
        lambda made: dialogue.open_dialogue(made.flow_version.flow(), made.language).state.to_json()
    )

    @factory.post_generation
    def events(self: Any, create: bool, extracted: Any, **kwargs: Any) -> None:
        with event_log.writing(self.pk) as session:
            event_log.append(session, event_log.Kind.SESSION_STARTED, {"language": session.language})
            event_log.change_state(session, event_log.State.STARTED)
        self.refresh_from_db()


class TurnFactory(DjangoModelFactory[Turn]):
    """A text turn that has been answered."""

    class Meta:
        model = Turn

    session = factory.SubFactory(SessionFactory)
    number = factory.Sequence(lambda n: n + 1)
    kind = Turn.Kind.TEXT
    status = Turn.Status.PROCESSED
    text = "a warehouse"
    pii = factory.LazyFunction(lambda: {"redactions_count": 0, "by_type": {}, "safe_for_llm": True})
    task_id = factory.LazyFunction(uuid4)


class UploadFactory(DjangoModelFactory[Upload]):
    """A photo that has been received."""

    class Meta:
        model = Upload

    session = factory.SubFactory(SessionFactory)
    kind = Upload.Kind.SCENE
    storage_key = factory.LazyFunction(lambda: f"scene/{uuid4()}.jpg")
    display_name = "gate.jpg"
    content_type = "image/jpeg"
    byte_size = 1234
    sha256 = "0" * 64


class RecommendationFactory(DjangoModelFactory[Recommendation]):
    """A pending proposal for an office, made and checked by the product's own maker and checker."""

    class Meta:
        model = Recommendation

    session = factory.SubFactory(
        SessionFactory, collected_data=factory.LazyFunction(lambda: deepcopy(OFFICE))
    )

    @classmethod
    def _create(cls, *args: Any, **kwargs: Any) -> Recommendation:  # noqa: ARG003 -- factory-boy gives the model
        session: ConversationSession = kwargs["session"]
        with event_log.writing(session.pk) as locked:
            event_log.change_state(locked, event_log.State.GENERATING_RECOMMENDATIONS)
        draft = recommendations.prepare(ConversationSession.objects.get(pk=session.pk))
        with event_log.writing(session.pk) as locked:
            made: Recommendation = recommendations.store(locked, draft)
        session.refresh_from_db()
        return made
