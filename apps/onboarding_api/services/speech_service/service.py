"""A recording becomes a transcript without personal data."""

from __future__ import annotations

from typing import Any, TypedDict
from uuid import UUID

from apps.onboarding_api.services.circuit_breaker import ask_provider
from apps.onboarding_api.services.media_input import MediaFile, read_media
from apps.onboarding_api.services.pii_integration import get_pii_service
from apps.onboarding_api.services.speech_service import decode, hints, registry
from apps.onboarding_api.services.speech_service.port import Mode, Transcription


class VoiceTranscript(TypedDict):
    """`transcript` is the sanitised text; the words as they were spoken leave this module by `listen` only."""

    transcript: str
    pii_redacted: bool
    safe_for_llm: bool
    redaction_metadata: dict[str, Any]
    confidence: float | None
    mode: Mode
    draft: bool
    provider: str
    model: str
    duration_seconds: float


def listen(audio_file: MediaFile, *, language: str, session_id: UUID | str) -> Transcription:
    """The words as they were spoken, for who redacts them at once. Raises as `transcribe_voice_input` does."""
    audio = decode.decode_audio(read_media(audio_file))
    provider = registry.get_speech_provider()
    return ask_provider("speech", provider, provider.transcribe, audio, hints.hints_for(session_id, language))


class OnboardingSpeechService:
    def transcribe_voice_input(
        self, audio_file: MediaFile, language_code: str, session_id: UUID | str
    ) -> VoiceTranscript:
        """The transcript of an answer to the session's present question.

        Raises the errors of `speech_service.errors` and `apps.onboarding.errors` for recordings that give none; the raw
        words are neither logged nor stored.
        """
        heard = listen(audio_file, language=language_code, session_id=session_id)
        safe = get_pii_service().sanitize_voice_transcript(heard.text, session_id)
        return VoiceTranscript(
            transcript=safe["sanitized_transcript"],
            pii_redacted=safe["pii_redacted"],
            safe_for_llm=safe["safe_for_llm"],
            redaction_metadata=safe["redaction_metadata"],
            confidence=heard.confidence,
            mode=heard.mode,
            draft=heard.draft,
            provider=heard.provider,
            model=heard.model,
            duration_seconds=heard.seconds,
        )
