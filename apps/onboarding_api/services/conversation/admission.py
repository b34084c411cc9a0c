"""The door of the conversation: an answer is checked, redacted, stored as event and turn, and its task committed.

All in one transaction: an answer that was accepted is never lost, one that was refused left nothing behind.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files import File

from apps.onboarding import event_log
from apps.onboarding.errors import InvalidInput, SessionClosed, TooLarge, TurnInProgress
from apps.onboarding.flows.definition import Slot
from apps.onboarding.flows.grammar import PersonalSpan, personal_spans
from apps.onboarding.models import ConversationSession, Turn, Upload
from apps.onboarding_api.services import upload_throttling, uploads
from apps.onboarding_api.services.conversation.standing import standing_of
from apps.onboarding_api.services.pii_integration import get_pii_service
from apps.onboarding_api.services.pii_integration.engine import ViewKind
from apps.onboarding_api.services.pii_integration.redaction import Redaction
from apps.task_ledger.enqueue import enqueue

if TYPE_CHECKING:
    from django.contrib.auth.models import User

TASK = "process_conversation_step"
_INVISIBLE = re.compile(
    r"[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]"
    r"|(?<![\u0900-\u0dff])[\u200c\u200d]|[\u200c\u200d](?![\u0900-\u0dff])"
)
"""Marks that show nothing; joiners except between letters of Indic scripts (U+0900 to U+0DFF), where they spell."""


@dataclass(frozen=True)
class Answer:
    """Exactly one of text, choice (the value of an option or of a form control), audio."""

    text: str | None = None
    choice: Any = None
    audio: File | None = None


def submit_answer(
    *, session_id: UUID, user: User, answer: Answer, unasked: bool = False, task_id: UUID | None = None
) -> Turn:
    """Admit an answer as a turn; `unasked` where the person spoke before any question was put to them;
    `task_id` where the caller already listens for the end of the task.

    `SessionClosed`, `TurnInProgress` (one answer at a time), `InvalidInput`, `TooLarge`, `UploadRefused` (a recording
    that passes a quota of the session).
    """
    task_id = task_id or uuid4()
    if answer.audio is None:
        with event_log.writing(session_id) as session:
            return _admit(session, answer, user=user, unasked=unasked, task_id=task_id)
    with upload_throttling.reserved(
        session_id=session_id, user=user, kind=Upload.Kind.AUDIO, declared_bytes=answer.audio.size
    ) as reservation:
        stored = uploads.store_file(file=answer.audio, kind=Upload.Kind.AUDIO)
        try:
            with event_log.writing(session_id) as session:
                upload = partial(
                    uploads.attach, session=session, stored=stored, actor=user, reservation=reservation
                )
                return _admit(session, answer, user=user, unasked=unasked, task_id=task_id, upload=upload)
        except BaseException:
            uploads.discard(stored)
            raise


def _admit(
    session: ConversationSession,
    answer: Answer,
    *,
    user: User,
    unasked: bool,
    task_id: UUID,
    upload: Callable[[], Upload] | None = None,
) -> Turn:
    """In a locked session; `upload` attaches the recording, once the answer may be taken."""
    last = require_open(session)
    turn = _make_turn(session, answer, number=last + 1, unasked=unasked, task_id=task_id)
    turn.upload = upload() if upload is not None else None
    turn.save(force_insert=True)
    event_log.append(session, event_log.Kind.ANSWER_RECEIVED, _event_data(turn), actor=user)
    _enqueue(turn, session)
    return turn


def require_open(session: ConversationSession) -> int:
    """The number of the last turn (0: none), where an answer may be taken now. An open turn is always the last."""
    if session.is_closed:
        raise SessionClosed(f"the session is {session.current_state}")
    number, status, task_id = session.turns.order_by("-number").values_list(
        "number", "status", "task_id"
    ).first() or (
        0,
        None,
        None,
    )
    if status in Turn.OPEN_STATUSES:
        raise TurnInProgress(
            "an answer of this session is still being worked on", task_id=str(task_id), retry_after=1
        )
    if session.current_state == event_log.State.GENERATING_RECOMMENDATIONS:
        raise TurnInProgress("a proposal is being made from the changed answers", retry_after=1)
    return number


def clean(text: str) -> str:
    """NFC, without control, bidirectional and zero-width characters. Joiners between letters of Indic scripts stay."""
    text = unicodedata.normalize("NFC", text)
    text = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"})
    return _INVISIBLE.sub("", text).strip()


def redact_answer(session: ConversationSession, text: str, *, view: ViewKind = "text") -> Redaction:
    """Redact an answer; what the asked question says is personal is taken as such, detected or not."""
    standing = standing_of(session)
    slot = standing.question
    spans = find_personal(slot, text, session.language) if slot is not None else ()
    return get_pii_service().redact(
        text, session_id=session.session_id, personal=spans, view=view, language=session.language
    )


_SMALLEST_NUMBER_THAT_DIALS = 1_000_000
"""A telephone or card number may come as a JSON number; answers that are counts stay below, or stay as they are."""


def redact_value(value: Any, *, session: ConversationSession) -> Any:
    """A JSON value with the texts in it redacted."""
    if (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and abs(value) >= _SMALLEST_NUMBER_THAT_DIALS
    ):
        # 9845012345.0 is the same telephone as 9845012345.
        written = str(int(value) if float(value).is_integer() else value)
        redacted = redact_value(written, session=session)
        return value if redacted == written else redacted
    if isinstance(value, str):
        text = clean(value)
        return get_pii_service().redact(text, session_id=session.session_id, language=session.language).text
    if isinstance(value, list):
        return [redact_value(item, session=session) for item in value]
    if isinstance(value, dict):
        return {
            redact_value(key, session=session): redact_value(item, session=session)
            for key, item in value.items()
        }
    return value


def require_small(value: Any) -> None:
    """`TooLarge` for a JSON value that is longer than a text answer may be."""
    if len(json.dumps(value, ensure_ascii=False)) > settings.ONBOARDING.max_text_chars:
        raise TooLarge(
            f"a value has more than {settings.ONBOARDING.max_text_chars} characters",
            user_message="This answer is too long. Please put it shortly.",
            next_actions=("shorten",),
        )


def as_text_where_personal(value: Any, slot: Slot | None) -> Any:
    """A personal value that came as a number (a phone) is redacted like one that came as text.

    `InvalidInput` for a list or an object: what of it is the value that was asked for cannot be said, so nothing in it
    could be taken as personal for certain.
    """
    if slot is None or not slot.personal:
        return value
    if isinstance(value, list | dict):
        raise InvalidInput(
            "a personal value is sent as one text",
            user_message="Please send this as one text.",
            next_actions=("send_answer",),
        )
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def find_personal(slot: Slot, text: str, language: str) -> tuple[PersonalSpan, ...]:
    """The personal values of an answer to a question that asks for one."""
    region = settings.ONBOARDING.phone_region
    return personal_spans(slot, text, language, region=region) if slot.personal else ()


def _make_turn(
    session: ConversationSession, answer: Answer, *, number: int, unasked: bool, task_id: UUID
) -> Turn:
    asked = "" if unasked else standing_of(session).state.current or ""
    turn = Turn(session=session, number=number, question=asked, task_id=task_id)
    if answer.audio is not None:
        turn.kind = Turn.Kind.AUDIO
    elif answer.text is not None:
        turn.kind = Turn.Kind.TEXT
        _take_text(session, turn, answer.text)
    else:
        turn.kind = Turn.Kind.CHOICE
        turn.choice = _redact_choice(session, turn, answer.choice)
    return turn


def _take_text(session: ConversationSession, turn: Turn, raw: str) -> None:
    text = clean(raw)
    if not text:
        raise InvalidInput(
            "the text is empty", user_message="Please write an answer.", next_actions=("send_answer",)
        )
    if len(text) > settings.ONBOARDING.max_text_chars:
        raise TooLarge(
            f"the text has {len(text)} characters; at most {settings.ONBOARDING.max_text_chars} are taken",
            user_message="This answer is too long. Please put it shortly, or send it as a document.",
            next_actions=("shorten", "send_document"),
        )
    redaction = redact_answer(session, text)
    turn.text, turn.pii, turn.facts = redaction.text, redaction.pii, redaction.facts


def _redact_choice(session: ConversationSession, turn: Turn, choice: Any) -> Any:
    """Options are plain values; a form control may also send text, which is redacted like any other."""
    require_small(choice)
    choice = as_text_where_personal(choice, standing_of(session).question)
    if isinstance(choice, str):
        redaction = redact_answer(session, clean(choice))
        turn.pii, turn.facts = redaction.pii, redaction.facts
        return redaction.text
    return redact_value(choice, session=session)


def _event_data(turn: Turn) -> dict[str, Any]:
    return {
        "turn_id": str(turn.pk),
        "kind": turn.kind,
        "question": turn.question,
        "text": turn.text,
        "choice": turn.choice,
        "upload_id": str(turn.upload_id) if turn.upload_id else None,
        "redactions": turn.pii.get("redactions_count", 0),
    }


def _enqueue(turn: Turn, session: ConversationSession) -> None:
    enqueue(
        TASK,
        kwargs={
            "conversation_id": str(session.session_id),
            "user_input": "",
            "context": {"turn_id": str(turn.pk)},
            "task_id": str(turn.task_id),
        },
        queue="media" if turn.kind == Turn.Kind.AUDIO else None,
        task_id=turn.task_id,
        client_id=session.client_id,
        subject_id=session.session_id,
    )
