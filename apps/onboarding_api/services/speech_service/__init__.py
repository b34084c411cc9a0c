"""Spoken answers become text. The engines are loaded on the first recording, never on import."""

from apps.onboarding_api.services.speech_service.service import OnboardingSpeechService, listen

__all__ = ["OnboardingSpeechService", "listen"]
