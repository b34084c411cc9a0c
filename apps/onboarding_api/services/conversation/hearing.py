"""Hearing a voice turn: transcript, redacted and kept, so that a second run does not listen again."""

from __future__ import annotations

from apps.onboarding import event_log
from apps.onboarding.errors import DomainError
from apps.onboarding.models import Turn
from apps.onboarding_api.services import uploads
from apps.onboarding_api.services.conversation.admission import redact_answer
from apps.onboarding_api.services.speech_service import listen
from apps.task_ledger import execution

_LONGEST_LISTENING_SECONDS = 200
"""The recogniser holds the interpreter's lock; on noise it may take several times the recording's length."""


def hear(turn: Turn) -> DomainError | None:
    """Write the redacted transcript on the turn. A recording that nothing can be made of is the answer, not a fault."""
    assert turn.upload is not None
    try:
        execution.extend_lease(_LONGEST_LISTENING_SECONDS)
        with uploads.open_file(turn.upload) as audio:
            heard = listen(audio, language=turn.session.language, session_id=turn.session_id)
    except DomainError as error:
        if error.retryable:
            raise
        _note_failure(turn, error)
        return error
    redaction = redact_answer(turn.session, heard.text, view="speech")
    turn.text, turn.pii, turn.facts = redaction.text, redaction.pii, redaction.facts
    turn.confidence, turn.is_draft = heard.confidence, heard.draft
    with execution.fenced(), event_log.writing(turn.session_id) as session:
        turn.save(update_fields=["text", "pii", "facts", "confidence", "is_draft", "mdtz"])
        uploads.keep_heard(turn.upload.pk)
        event_log.append(
            session,
            event_log.Kind.ANSWER_TRANSCRIBED,
            {
                "turn_id": str(turn.pk),
                "text": turn.text,
                "confidence": heard.confidence,
                "mode": heard.mode,
                "provider": heard.provider,
                "redactions": turn.pii.get("redactions_count", 0),
            },
        )
    return None


def _note_failure(turn: Turn, error: DomainError) -> None:
    assert turn.upload is not None
    told = {"code": error.code, "user_message": error.user_message} | error.extra
    with execution.fenced(), event_log.writing(turn.session_id) as session:
        uploads.keep_unheard(turn.upload.pk, error=told)
        event_log.append(
            session, event_log.Kind.UPLOAD_FAILED, {"upload_id": str(turn.upload_id), "code": error.code}
        )
