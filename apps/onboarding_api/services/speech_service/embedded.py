"""pocketsphinx on this machine: no key, no network, English.

The narrower the expectation, the surer the hearing: first the grammar of the question, then a language model of the
flow's sentences, then free dictation, which is only a draft. Every hypothesis must beat free phones on the same sound
(`Check`), so that noise and other words end as `SpeechNotUnderstood` and not as an answer.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator

from apps.onboarding_api.services.speech_service.errors import SpeechLanguageUnsupported, SpeechNotUnderstood
from apps.onboarding_api.services.speech_service.port import Mode, PcmAudio, SpeechHints, Transcription
from apps.onboarding_api.services.speech_service.recognizer import Heard, Recognizer, compare
from apps.onboarding_api.services.speech_service.tones import is_tone

logger = logging.getLogger(__name__)

MODEL = "pocketsphinx 5.1 en-us"

# Measured on synthetic voices (see the README of the tests' media): right answers gain 14.8 to 28 over free phones and
# cover nine tenths of the speech; most wrong ones gain less than 11.
MIN_MARGIN: dict[Mode, float] = {"grammar": 10.0, "domain": 10.0, "dictation": 12.0}
MIN_COVERAGE = 0.75
MIN_GRAMMAR_MARGIN = 3.0
"""Of the grammar's own score, which also pays for the size of the grammar: among many possible answers one fits any
sound. Nine in ten right answers pass, the others are heard by the flow's sentences; two in a hundred wrong ones do."""
SURE_MARGIN = 28.0
"""The margin of the clearest recordings; it counts as confidence 1."""


class EmbeddedSpeech:
    """`SpeechProvider` by pocketsphinx. The engine (0.2 s, about 110 MB) is loaded with the first recording."""

    is_embedded = True

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._recognizer: Recognizer | None = None

    def transcribe(self, audio: PcmAudio, hints: SpeechHints) -> Transcription:
        if hints.language.replace("_", "-").split("-")[0].lower() != "en":
            raise SpeechLanguageUnsupported(
                f"no acoustic model for {hints.language[:16]!r}", supported=["en"]
            )
        with self._lock:
            self._recognizer = self._recognizer or Recognizer()
            return _transcribe(self._recognizer, audio, hints)


def _transcribe(recognizer: Recognizer, audio: PcmAudio, hints: SpeechHints) -> Transcription:
    phones = None if is_tone(audio) else recognizer.hear_phones(audio)
    if phones is None:
        raise SpeechNotUnderstood("no speech in the recording")
    for mode, heard in _attempts(recognizer, audio, hints, phones):
        check = recognizer.check(audio, heard.text, phones)
        if check.margin >= MIN_MARGIN[mode] and check.coverage >= MIN_COVERAGE:
            return Transcription(
                text=heard.text,
                confidence=round(min(1.0, check.margin / SURE_MARGIN), 3),
                mode=mode,
                provider="embedded",
                model=MODEL,
                draft=mode == "dictation",
                seconds=audio.seconds,
            )
    raise SpeechNotUnderstood("no hypothesis stands out from the sound")


def _attempts(
    recognizer: Recognizer, audio: PcmAudio, hints: SpeechHints, phones: Heard
) -> Iterator[tuple[Mode, Heard]]:
    """Hypotheses from the narrowest expectation to the widest, each made only when the one before it was refused."""
    if hints.grammar:
        try:
            heard = recognizer.hear_grammar(audio, hints.grammar)
        except ValueError:
            logger.warning(
                "the speech grammar of the question cannot be used; going on with the flow's sentences"
            )
            heard = None
        if heard and compare(heard, phones).margin >= MIN_GRAMMAR_MARGIN:
            yield "grammar", heard
    if heard := recognizer.hear_domain(audio, hints.sentences):
        yield "domain", heard
    if heard := recognizer.hear_anything(audio):
        yield "dictation", heard
