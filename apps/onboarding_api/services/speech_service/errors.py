"""Why a recording gives no transcript."""

from __future__ import annotations

from apps.onboarding.errors import InvalidInput, TooLarge, UnsupportedMedia


class AudioUnreadable(UnsupportedMedia):
    code = "audio_unreadable"
    user_message = "This recording cannot be played. Please record it again or type your answer."
    next_actions = ("record_again", "type_answer")


class AudioSilent(InvalidInput):
    code = "audio_silent"
    user_message = (
        "The recording is silent. Please check the microphone and record it again, or type your answer."
    )
    next_actions = ("check_microphone", "record_again", "type_answer")


class AudioTooShort(InvalidInput):
    code = "audio_too_short"
    user_message = "The recording is too short to hear an answer. Please record it again or type your answer."
    next_actions = ("record_again", "type_answer")


class AudioTooLong(TooLarge):
    code = "audio_too_long"
    user_message = "The recording is longer than two minutes. Please answer one question at a time."
    next_actions = ("record_shorter", "type_answer")


class SpeechNotUnderstood(InvalidInput):
    code = "speech_not_understood"
    user_message = "I could not hear an answer. Please say it again in a quiet place, type it or choose one."
    next_actions = ("record_again", "type_answer", "choose_option")


class SpeechLanguageUnsupported(InvalidInput):
    code = "speech_language_unsupported"
    user_message = "I cannot understand speech in this language yet. Please type your answer or choose one."
    next_actions = ("type_answer", "choose_option", "switch_to_english")
