"""What every speech provider takes and gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

SAMPLE_RATE = 16_000
BYTES_PER_SECOND = SAMPLE_RATE * 2

Mode = Literal["grammar", "domain", "dictation"]


@dataclass(frozen=True, slots=True)
class PcmAudio:
    """One channel of signed 16-bit little-endian samples at 16 kHz."""

    samples: bytes
    seconds: float


@dataclass(frozen=True, slots=True)
class SpeechHints:
    """What the conversation expects to hear.

    `grammar` is a JSGF document of the answers to the question at hand, None where any words may come;
    `sentences` are answers to all questions of the flow, lower case, one per entry.
    """

    language: str
    grammar: str | None = None
    sentences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Transcription:
    """What was heard.

    `confidence` runs from 0 to 1 and only orders results of one provider; None where it gives none. A `draft` is a
    guess that the speaker must see and may edit before it counts as an answer.
    """

    text: str
    confidence: float | None
    mode: Mode
    provider: str
    model: str
    draft: bool
    seconds: float


class SpeechProvider(Protocol):
    is_embedded: bool
    """True where nothing leaves the process."""

    def transcribe(self, audio: PcmAudio, hints: SpeechHints) -> Transcription:
        """Text of the recording.

        Raises `SpeechNotUnderstood` rather than inventing words, `SpeechLanguageUnsupported` for a language it has no
        model of, `ProviderUnavailable` or `ProviderTimeout` when it cannot work.
        """
        ...
