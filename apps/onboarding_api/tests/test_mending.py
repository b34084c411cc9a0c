"""What waits for a task that has ended goes on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.onboarding.flow_versions import store_flows
from apps.onboarding.models import ConversationSession, Turn
from apps.onboarding_api.services import conversation
from apps.onboarding_api.services.conversation import mending
from apps.onboarding_api.tests.factories import MembershipFactory
from apps.task_ledger.models import TaskRecord

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def turn() -> Turn:
    """An answer whose task is dead while nobody told the session."""
    store_flows()
    member = MembershipFactory.create(role="contributor")
    session, _ = conversation.open_session(user=member.user)
    admitted = conversation.submit_answer(
        session_id=session.session_id, user=member.user, answer=conversation.Answer(text="Green Valley")
    )
    long_ago = timezone.now() - timedelta(hours=1)
    TaskRecord.objects.filter(pk=str(admitted.task_id)).update(state="dead", finished_at=long_ago)
    Turn.objects.update(mdtz=long_ago)
    return admitted


def test_turn_of_a_dead_task_is_closed_and_the_person_told(turn: Turn) -> None:
    assert mending.mend_stuck() == {"turns": 1, "uploads": 0, "sessions": 0}
    turn.refresh_from_db()
    assert turn.status == Turn.Status.FAILED
    assert "What is the site called?" in turn.reply["text"]


def test_turn_of_a_living_task_is_left_alone(turn: Turn) -> None:
    TaskRecord.objects.update(state="waiting", finished_at=None)
    assert mending.mend_stuck()["turns"] == 0


def test_session_that_waits_for_a_proposal_nobody_makes_goes_on(turn: Turn) -> None:
    mending.mend_stuck()
    ConversationSession.objects.update(
        current_state="GENERATING_RECOMMENDATIONS", mdtz=timezone.now() - timedelta(hours=1)
    )
    assert mending.mend_stuck()["sessions"] == 1
    assert ConversationSession.objects.get().current_state == "IN_PROGRESS"
