"""What the conversation expects to hear next."""

from __future__ import annotations

from uuid import UUID

from apps.onboarding.flows import grammar
from apps.onboarding.models import ConversationSession
from apps.onboarding_api.services.speech_service.port import SpeechHints


def hints_for(session_id: UUID | str, language: str) -> SpeechHints:
    """The grammar of the session's question and the sentences of its flow; bare hints where no flow is pinned yet."""
    session = (
        ConversationSession.objects.select_related("flow_version")
        .only("dialogue", "flow_version", "language")
        .get(session_id=session_id)
    )
    if session.flow_version is None:
        return SpeechHints(language=language)
    flow = session.flow_version.flow()
    asked = session.dialogue.get("current")
    sentences = {sentence: None for slot in flow.slots for sentence in grammar.sentences(slot, language)}
    return SpeechHints(
        language=language,
        grammar=grammar.speech_grammar(flow.slot(asked), language) if flow.has_slot(asked) else None,
        sentences=tuple(sentences),
    )
