"""What the door promises beside the answer itself: nothing cached, nothing personal kept, nobody who is gone let in."""

from __future__ import annotations

import json

import psycopg
import pytest
from django.db import OperationalError
from django.test import Client as HttpClient
from django.urls import reverse
from rest_framework_simplejwt.tokens import RefreshToken

from apps.onboarding.flow_versions import store_flows
from apps.onboarding.models import Membership, SessionEvent, Turn
from apps.onboarding_api.exception_handler import to_problem
from apps.onboarding_api.services import access, conversation
from apps.onboarding_api.tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = 9876543210


@pytest.fixture
def member() -> Membership:
    store_flows()
    made: Membership = MembershipFactory.create(role="contributor")
    return made


@pytest.fixture
def http(member: Membership) -> HttpClient:
    return HttpClient(headers={"Authorization": f"Bearer {RefreshToken.for_user(member.user).access_token}"})


def test_answers_of_the_api_are_kept_by_no_cache(http: HttpClient) -> None:
    assert http.get(reverse("sessions"))["Cache-Control"] == "no-store"


def test_correlation_id_that_spells_something_personal_is_replaced(http: HttpClient) -> None:
    answer = http.get(reverse("sessions"), headers={"X-Correlation-ID": f"call-{PHONE}"})
    assert str(PHONE) not in answer["X-Correlation-ID"]


def test_refresh_token_of_an_account_that_is_gone_is_no_token(member: Membership) -> None:
    token = str(RefreshToken.for_user(member.user))
    member.user.delete()
    answer = HttpClient().post(
        reverse("token-refresh"), json.dumps({"refresh": token}), content_type="application/json"
    )
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")


def test_telephone_that_comes_as_a_number_is_kept_nowhere_in_the_clear(member: Membership) -> None:
    session, _ = conversation.open_session(user=member.user)
    conversation.submit_answer(
        session_id=session.session_id, user=member.user, answer=conversation.Answer(choice=PHONE)
    )
    kept = json.dumps([*SessionEvent.objects.values_list("data", flat=True), Turn.objects.get().choice])
    assert str(PHONE) not in kept


def test_inactive_client_can_be_read_and_no_more(member: Membership) -> None:
    member.client.is_active = False
    member.client.save()
    assert access.has_role(member.user, member.client_id, at_least=access.Role.VIEWER)
    assert not access.has_role(member.user, member.client_id, at_least=access.Role.CONTRIBUTOR)


def test_database_that_is_away_is_told_as_such(caplog: pytest.LogCaptureFixture) -> None:
    error = OperationalError("out of shared memory: Asha")
    error.__cause__ = psycopg.errors.OutOfMemory("out of shared memory: Asha")
    answer = to_problem(error, {})
    assert answer is not None
    assert (answer.status_code, answer["Retry-After"], answer.data["retryable"]) == (503, "5", True)
    assert caplog.messages == ["the database is away: OutOfMemory 53200"]
