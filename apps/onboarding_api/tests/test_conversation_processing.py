"""Processing a turn in the worker's own code, on the real database."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from apps.onboarding.errors import TurnInProgress
from apps.onboarding.flow_versions import store_flows
from apps.onboarding.models import ConversationSession, Membership, Turn
from apps.onboarding_api.services import conversation
from apps.onboarding_api.services.conversation import processing
from apps.onboarding_api.tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db(transaction=True)


class Talk:
    """A member and a session, spoken to in one process."""

    def __init__(self) -> None:
        store_flows()
        self.member: Membership = MembershipFactory.create(role="contributor")
        self.session, _ = conversation.open_session(user=self.member.user)

    def admit(self, text: str) -> Turn:
        return conversation.submit_answer(
            session_id=self.session.session_id,
            user=self.member.user,
            answer=conversation.Answer(text=text),
        )

    def process(self, turn: Turn) -> dict[str, Any]:
        return processing.process_step(
            session_id=self.session.session_id, user_input="", context={"turn_id": str(turn.pk)}
        )

    def say(self, text: str) -> Turn:
        turn = self.admit(text)
        self.process(turn)
        return Turn.objects.get(pk=turn.pk)

    def choose(self, value: Any) -> Turn:
        turn = conversation.submit_answer(
            session_id=self.session.session_id,
            user=self.member.user,
            answer=conversation.Answer(choice=value),
        )
        self.process(turn)
        return Turn.objects.get(pk=turn.pk)

    def stand_at(self, slot: str) -> None:
        state = {**self.session.dialogue, "current": slot}
        ConversationSession.objects.filter(pk=self.session.pk).update(dialogue=state)

    @property
    def answers(self) -> dict[str, Any]:
        found: dict[str, Any] = ConversationSession.objects.get(pk=self.session.pk).collected_data
        return found


@pytest.fixture
def talk() -> Talk:
    return Talk()


def test_turn_processed_twice_changes_nothing_the_second_time(talk: Talk) -> None:
    turn = talk.admit("Green Valley Mall")
    first, second = talk.process(turn), talk.process(turn)
    assert first == second
    assert talk.session.events.filter(kind="answer_set").count() == 1


def test_second_answer_waits_for_the_first(talk: Talk) -> None:
    talk.admit("Green Valley Mall")
    with pytest.raises(TurnInProgress):
        talk.admit("Blue Valley Mall")


def test_tomorrow_counts_from_the_day_of_the_client(talk: Talk) -> None:
    talk.stand_at("go_live_date")
    with time_machine.travel(
        datetime(2026, 11, 21, 20, 0, tzinfo=UTC), tick=False
    ):  # 01:30 on the 22nd in India
        talk.say("tomorrow")
    assert talk.answers["go_live_date"] == "2026-11-23"


def test_dictated_draft_is_offered_and_taken_only_when_picked(talk: Talk) -> None:
    turn = talk.admit("Green Valley Mall")
    Turn.objects.filter(pk=turn.pk).update(is_draft=True)
    talk.process(turn)
    assert talk.answers == {}
    offered = Turn.objects.get(pk=turn.pk).reply["choices"]
    assert [choice["value"] for choice in offered] == ["Green Valley Mall"]
    talk.choose("Green Valley Mall")
    assert talk.answers == {"site_name": "Green Valley Mall"}


def test_hand_over_is_no_dead_end(talk: Talk) -> None:
    silent = talk.say("I want to talk to a person")
    assert [choice["value"] for choice in silent.reply["choices"]] == ["resume", "cancel"]
    assert talk.say("Green Valley Mall").reply["question"] is None
    assert talk.answers == {}
    assert talk.choose("resume").reply["slot"] == "site_name"


def test_hand_over_can_be_cancelled(talk: Talk) -> None:
    talk.say("I want to talk to a person")
    talk.choose("cancel")
    assert ConversationSession.objects.get(pk=talk.session.pk).current_state == "CANCELLED"
