"""Recordings of any accepted kind become 16 kHz samples."""

from __future__ import annotations

import io
from array import array
from collections.abc import Iterator
from typing import TYPE_CHECKING

from apps.onboarding_api.services.speech_service.errors import (
    AudioSilent,
    AudioTooLong,
    AudioTooShort,
    AudioUnreadable,
)
from apps.onboarding_api.services.speech_service.port import BYTES_PER_SECOND, SAMPLE_RATE, PcmAudio

if TYPE_CHECKING:
    from av.container import InputContainer

MIN_SECONDS = 0.2
MAX_SECONDS = 120.0
SILENCE_PEAK = 100
"""Loudest sample of a recording without speech: -50 dB of full scale. Speech from a phone peaks above -30 dB."""

# Demuxers of the accepted kinds only: others (playlists, concatenations) open further files and addresses.
DEMUXERS = "matroska,webm,wav,w64,mp3,ogg,mov,mp4,m4a,3gp,3g2,mj2,aac,flac"
CODECS = ("opus", "vorbis", "mp3", "aac", "flac", "alac", "pcm_")


def decode_audio(content: bytes) -> PcmAudio:
    """Samples of the first audio stream of `content`.

    Raises `AudioUnreadable` (not audio, damaged, no audio stream), `AudioTooShort` (< 0.2 s), `AudioTooLong` (> 120 s)
    and `AudioSilent`. Never decodes more than 120 s, however long the file claims to be.
    """
    # Loads FFmpeg's libraries (some 40 MB), which the web process does not need.
    import av
    from av.error import FFmpegError

    try:
        with av.open(
            io.BytesIO(content),
            mode="r",
            options={"format_whitelist": DEMUXERS, "protocol_whitelist": ""},
            metadata_errors="replace",
        ) as container:
            samples = _samples(container)
    except (FFmpegError, ValueError, EOFError) as error:
        raise AudioUnreadable(f"decoding failed: {type(error).__name__}") from error
    seconds = len(samples) / BYTES_PER_SECOND
    if seconds < MIN_SECONDS:
        raise AudioTooShort(f"{seconds:.2f} s of audio", min_seconds=MIN_SECONDS)
    if _peak(samples) < SILENCE_PEAK:
        raise AudioSilent("no sample above the silence level")
    return PcmAudio(samples=samples, seconds=round(seconds, 3))


def _samples(container: InputContainer) -> bytes:
    if not container.streams.audio:
        raise AudioUnreadable("no audio stream")
    codec = container.streams.audio[0].codec_context.name
    if not codec.startswith(CODECS):
        raise AudioUnreadable(f"codec {codec} is not accepted")
    decoded = bytearray()
    for chunk in _chunks(container):
        decoded += chunk
        if len(decoded) > MAX_SECONDS * BYTES_PER_SECOND:
            raise AudioTooLong(f"more than {MAX_SECONDS:.0f} s of audio", max_seconds=MAX_SECONDS)
    return bytes(decoded)


def _chunks(container: InputContainer) -> Iterator[bytes]:
    import av

    resampler = av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE)
    for frame in container.decode(audio=0):
        for resampled in resampler.resample(frame):
            yield resampled.to_ndarray().tobytes()
    for resampled in resampler.resample(None):
        yield resampled.to_ndarray().tobytes()


def _peak(samples: bytes) -> int:
    values = array("h", samples)
    return max(*values, -min(values), 0)
