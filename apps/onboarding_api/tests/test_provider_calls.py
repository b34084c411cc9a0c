"""What providers are asked for a session is written down: seconds, tokens, money, and nothing of what was said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.onboarding.errors import ProviderUnavailable
from apps.onboarding.flows.commands import SetSlot
from apps.onboarding.models import ConversationSession, Membership, ProviderCall
from apps.onboarding_api.services import circuit_breaker, conversation, experiments, llm, provider_calls
from apps.onboarding_api.services.conversation import processing
from apps.onboarding_api.services.llm import registry
from apps.onboarding_api.services.provider_calls import Usage
from apps.onboarding_api.tests import experiment_world, factories
from apps.onboarding_api.tests.api_world import Caller
from apps.onboarding_api.tests.experiment_world import Crowd

pytestmark = pytest.mark.django_db
WORDS = "Green Valley Tower"


@dataclass
class Told:
    """What an adapter answers: nothing but what it used."""

    usage: Any


@dataclass
class Outside:
    """An adapter of a provider that charges; it runs in this process only so that no breaker stands before it."""

    name: str = "outside"
    is_embedded: bool = True

    def understand(self, request: llm.UnderstandRequest) -> llm.Understanding:
        return llm.Understanding(
            commands=(SetSlot(slot="site_name", value=WORDS),),
            provider="outside 1",
            label="AI",
            usage=Usage(input_tokens=1200, output_tokens=30, model="large-1"),
        )


@pytest.fixture
def priced(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(registry.PROVIDERS, "outside", Outside)
    settings.LLM = replace(settings.LLM, provider="outside")
    settings.LLM_PRICES = replace(
        settings.LLM_PRICES, input_per_1000=0.5, output_per_1000=1.5, currency="EUR"
    )


@pytest.fixture
def member() -> Membership:
    factories.default_flow()
    found: Membership = factories.MembershipFactory.create(role="manager")
    return found


def answered(member: Membership) -> ConversationSession:
    session = conversation.open_session(user=member.user)[0]
    answer = conversation.Answer(text=WORDS)
    turn = conversation.submit_answer(session_id=session.pk, user=member.user, answer=answer)
    processing.process_step(session_id=session.pk, user_input="", context={"turn_id": str(turn.pk)})
    return session


def asked(session: ConversationSession, call: Callable[[], object]) -> None:
    with provider_calls.about(session.pk):
        circuit_breaker.ask_provider("llm", Outside(), call)


@pytest.mark.usefixtures("priced")
def test_a_turn_is_written_down_with_its_tokens_and_what_they_cost(member: Membership) -> None:
    session = answered(member)
    call = ProviderCall.objects.get(session=session)
    assert (call.service, call.provider, call.deed, call.model) == ("llm", "outside", "understand", "large-1")
    assert (call.input_tokens, call.output_tokens, call.outcome) == (1200, 30, "answered")
    assert call.cost_micros == 645_000  # 1.2 x 0.5 + 0.03 x 1.5
    assert 0 <= call.seconds < 5
    assert WORDS not in str(ProviderCall.objects.values_list())


@pytest.mark.usefixtures("priced")
def test_a_replay_tells_of_calls_and_their_cost(member: Membership) -> None:
    session = answered(member)
    asked(session, lambda: Told(Usage(100, 0)))
    told = Caller(member.user)("GET", reverse("dashboard-replay", args=[session.pk])).json()
    assert told["provider_cost"] == {"amount": 0.695, "currency": "EUR"}
    calls = [item["data"] for item in told["timeline"] if item["event"] == "provider_called"]
    assert [(one["deed"], one["calls"], one["input_tokens"]) for one in calls] == [
        ("understand", 1, 1200),
        ("<lambda>", 1, 100),
    ]


def test_the_embedded_provider_costs_nothing_that_is_known(member: Membership) -> None:
    call = ProviderCall.objects.get(session=answered(member))
    assert (call.provider, call.cost_micros, call.input_tokens) == ("embedded", None, None)


def test_a_call_that_failed_is_written_down_and_fails() -> None:
    session = factories.SessionFactory.create()

    def fail() -> None:
        raise ProviderUnavailable("it is down")

    with pytest.raises(ProviderUnavailable):
        asked(session, fail)
    call = ProviderCall.objects.get(session=session)
    assert (call.outcome, call.fault) == ("failed", "ProviderUnavailable")


@pytest.mark.usefixtures("priced")
@pytest.mark.parametrize("usage", [Usage(-1, 5), Usage(2**40, 5), {"input_tokens": 3}, Usage(True, 5)])
def test_what_can_be_no_usage_counts_nothing(usage: Any) -> None:
    session = factories.SessionFactory.create()
    asked(session, lambda: Told(usage))
    assert ProviderCall.objects.get(session=session).input_tokens is None


def test_a_call_for_no_session_or_one_that_is_gone_is_not_written_down() -> None:
    circuit_breaker.ask_provider("llm", Outside(), lambda: Told(None))
    asked(ConversationSession(), lambda: Told(None))
    assert not ProviderCall.objects.exists()


def test_a_note_that_cannot_be_written_spoils_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provider_calls, "_WRITE", "INSERT INTO nowhere VALUES (%(session)s)")
    session = factories.SessionFactory.create()
    with transaction.atomic():
        asked(session, lambda: Told(None))
        ConversationSession.objects.filter(pk=session.pk).update(device="phone")
    session.refresh_from_db()
    assert session.device == "phone"


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("kept_connection")
def test_outside_of_any_transaction_it_is_one_statement() -> None:
    session = factories.SessionFactory.create()
    with CaptureQueriesContext(connection) as done:
        asked(session, lambda: Told(None))
    assert len(done) == 1
    assert ProviderCall.objects.get(session=session).outcome == "answered"


def test_the_work_of_others_stays_durable() -> None:
    """Alone the note may be lost with the server; within a transaction it must not take its durability along."""
    session = factories.SessionFactory.create()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = on")
        asked(session, lambda: Told(None))
        cursor.execute("SHOW synchronous_commit")
        assert cursor.fetchone()[0] == "on"


@pytest.mark.usefixtures("priced")
def test_an_arm_that_costs_more_does_harm() -> None:
    experiment = experiment_world.running(guardrails=[{"metric": "cost", "margin": 0.1}])
    crowd = Crowd(experiment, exposed=timezone.now() - timedelta(hours=3))
    for arm, micros in (("a", 500_000), ("b", 900_000)):
        ProviderCall.objects.bulk_create(
            ProviderCall(
                session=row, service="llm", provider="outside", deed="understand", outcome="answered", seconds=1,
                cost_micros=micros + 1000 * (number % 7), at=crowd.exposed + timedelta(minutes=5),
            )
            for number, row in enumerate(crowd.add(arm, 300))
        )  # fmt: skip
    result = experiments.result_of(experiment)
    found = result.compared[0].guardrails[0]
    assert result.arms["a"].guards["cost"].mean == pytest.approx(0.503, abs=0.001)
    assert found.worsening == pytest.approx(0.4, abs=0.001)
    assert found.is_harmful
    with pytest.raises(DatabaseError), transaction.atomic():
        ProviderCall.objects.update(seconds=-1)
