"""Understanding a turn, in a worker: hear, understand, take, and (when the person is done) propose.

Each part commits under the task's fence, and a run that starts again goes on where the last one stopped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.utils import timezone

from apps.onboarding import event_log
from apps.onboarding.errors import InvalidInput, NotFound
from apps.onboarding.flows import commands as flow_commands
from apps.onboarding.flows import dialogue
from apps.onboarding.models import ConversationSession, Turn
from apps.onboarding_api.services import llm, provider_calls, recommendations, uploads
from apps.onboarding_api.services.conversation import drafts, hearing
from apps.onboarding_api.services.conversation.admission import Answer, submit_answer
from apps.onboarding_api.services.conversation.recording import record_step, state_without_proposing
from apps.onboarding_api.services.conversation.standing import Standing, standing_of
from apps.onboarding_api.services.conversation.wording import say
from apps.task_ledger import execution, failpoints
from apps.task_ledger.dead_letters.errors import RedriveRefused

_UNPROMPTED = (flow_commands.SetSlot, flow_commands.CorrectSlot, flow_commands.HandOff)
"""What words may mean that were said before any question was put: only what they name themselves."""
State = event_log.State
Kind = event_log.Kind
_ANSWERS_CHANGED = (Kind.ANSWER_SET, Kind.ANSWER_CORRECTED, Kind.ANSWER_WITHDRAWN)
_OPEN_TO_ANSWERS = (State.STARTED, State.IN_PROGRESS)


def process_step(*, session_id: UUID, user_input: str, context: Mapping[str, Any]) -> dict[str, Any]:
    """Process the turn that `context["turn_id"]` names, or `user_input` as a new one. Safe to run twice."""
    turn = _turn(session_id, user_input, context)
    if turn is None:
        return {"session_id": str(session_id), "status": "admitted"}
    with provider_calls.about(turn.session_id):
        if turn.status == Turn.Status.ADMITTED:
            _understand_and_take(turn)
        if turn.status == Turn.Status.UNDERSTOOD:
            _propose(turn)
    return summary(turn)


def fail_turn(*, task_id: UUID, error: Mapping[str, Any]) -> None:
    """The turn's task is dead: the turn is closed, the question stands again, and the person is told."""
    found = Turn.objects.filter(task_id=task_id, status__in=Turn.OPEN_STATUSES).first()
    if found is None:
        return
    with event_log.writing(found.session_id) as session:
        turn = session.turns.select_for_update().get(pk=found.pk)
        if turn.upload_id is not None:
            told = {
                "code": error.get("code", "unknown"),
                "user_message": "This recording could not be heard.",
            }
            uploads.keep_unheard(turn.upload_id, error=told)
        event_log.append(
            session, Kind.TURN_FAILED, {"turn_id": str(turn.pk), "code": error.get("code", "unknown")}
        )
        if session.current_state == State.GENERATING_RECOMMENDATIONS:
            event_log.change_state(session, state_without_proposing(session), reason="turn_failed")
        turn.status, turn.finished_at = Turn.Status.FAILED, timezone.now()
        standing = standing_of(session)
        reply = dialogue.open_question(standing.flow, standing.state, standing.language)
        sorry = f"{say('turn_failed', session.language)} {reply.question or ''}".strip()
        turn.reply = {**reply.to_json(), "text": sorry}
        turn.save()


def reopen_turn(*, task_id: UUID) -> None:
    """The dead task of a turn is sent back: its turn is open again, while it is still the person's last word.

    Raises `RedriveRefused` where they have gone on since: their later answers must not be overrun by an old one.
    """
    found = Turn.objects.filter(task_id=task_id).first()
    if found is None or found.status != Turn.Status.FAILED:
        return
    with event_log.writing(found.session_id) as session:
        if session.current_state not in _OPEN_TO_ANSWERS:
            raise RedriveRefused(f"the session is {session.current_state}")
        if _went_on_since(session, found):
            raise RedriveRefused("the person has answered again since")
        turn = session.turns.select_for_update().get(pk=found.pk)
        event_log.append(session, Kind.WORK_RESUMED, {"turn_id": str(turn.pk)})
        if turn.upload_id is not None and not turn.text:
            uploads.reopen_recording(turn.upload_id)
        turn.status, turn.finished_at = Turn.Status.ADMITTED, None
        if turn.commands:  # it was understood, and its answers taken: only the proposal is missing
            turn.status = Turn.Status.UNDERSTOOD
            event_log.change_state(session, State.GENERATING_RECOMMENDATIONS, reason="resumed")
        turn.save()


def _went_on_since(session: ConversationSession, turn: Turn) -> bool:
    """Whether there is a later turn, or an answer was changed after this one failed."""
    if session.turns.filter(number__gt=turn.number).exists():
        return True
    failed = session.events.filter(kind=Kind.TURN_FAILED, data__turn_id=str(turn.pk))
    since = failed.order_by("-number").values_list("number", flat=True).first() or 0
    return session.events.filter(number__gt=since, kind__in=_ANSWERS_CHANGED).exists()


def summary(turn: Turn) -> dict[str, Any]:
    """What the task's row keeps as result: ids and states."""
    return {
        "session_id": str(turn.session_id),
        "turn_id": str(turn.pk),
        "state": turn.session.current_state,
        "recommendation_id": str(turn.recommendation_id) if turn.recommendation_id else None,
    }


def _turn(session_id: UUID, user_input: str, context: Mapping[str, Any]) -> Turn | None:
    turn_id = context.get("turn_id")
    if turn_id is None:
        _admit(session_id, user_input)
        return None
    turn = (
        Turn.objects.select_related("session__client", "upload")
        .filter(pk=turn_id, session=session_id)
        .first()
    )
    if turn is None:
        raise NotFound("no such turn")
    return turn


def _admit(session_id: UUID, user_input: str) -> None:
    """Called with words instead of a turn: they pass the door like any others, and get a task of their own."""
    session = ConversationSession.objects.filter(pk=session_id).first()
    if session is None:
        raise NotFound("no such session")
    if session.user_id is None:
        raise InvalidInput("the session has no user to answer for")
    user = get_user_model().objects.get(pk=session.user_id)
    with execution.fenced():
        turn = submit_answer(session_id=session_id, user=user, answer=Answer(text=user_input))
        execution.finish({"session_id": str(session_id), "turn_id": str(turn.pk), "status": "admitted"})


def _understand_and_take(turn: Turn) -> None:
    standing = standing_of(turn.session)
    commands = _commands(turn, standing)
    failpoints.reach("before_effect")
    with execution.fenced(), event_log.writing(turn.session_id) as session:
        turn.session = session
        now = standing_of(session)
        step = dialogue.apply(now.flow, now.state, commands, now.language)
        proposes = record_step(session, step)
        turn.commands = [command.to_json() for command in commands]
        turn.reply = step.reply.to_json()
        turn.status = Turn.Status.UNDERSTOOD if proposes else Turn.Status.PROCESSED
        if turn.status == Turn.Status.PROCESSED:
            turn.finished_at = timezone.now()
        turn.save()
        if turn.status == Turn.Status.PROCESSED:
            execution.finish(summary(turn))
        failpoints.reach("inside_effect")


def _commands(turn: Turn, standing: Standing) -> tuple[flow_commands.Command, ...]:
    if turn.kind == Turn.Kind.CHOICE:
        return (dialogue.choice_command(standing.flow, standing.state, turn.choice, standing.language),)
    if turn.kind == Turn.Kind.AUDIO and not turn.text:
        failed = hearing.hear(turn)
        if failed is not None:
            return (flow_commands.CannotHandle(reason=failed.user_message, choices=()),)
    was_asked = bool(turn.question) or standing.state.current is None
    request = llm.UnderstandRequest(
        flow=standing.flow,
        state=standing.state if was_asked else replace(standing.state, current=None),
        text=turn.text,
        language=turn.session.language,
        facts=turn.facts,
        is_safe=bool(turn.pii.get("safe_for_llm")),
        today=timezone.localdate(timezone=turn.session.client.zone),
    )
    commands = llm.get_llm_service().understand(request).commands
    if not was_asked:
        commands = tuple(command for command in commands if isinstance(command, _UNPROMPTED))
    return drafts.to_confirm(commands, turn=turn, flow=standing.flow) if turn.is_draft else commands


def _propose(turn: Turn) -> None:
    draft = recommendations.prepare(turn.session)
    with execution.fenced(), event_log.writing(turn.session_id) as session:
        turn.session = session
        turn.recommendation = recommendations.store(session, draft)
        turn.reply = {**turn.reply, "text": recommendations.announce(turn.recommendation, session.language)}
        turn.status, turn.finished_at = Turn.Status.PROCESSED, timezone.now()
        turn.save()
        execution.finish(summary(turn))
