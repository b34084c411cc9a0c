"""Recordings become samples, or a fault that says why not."""

from __future__ import annotations

import io
import wave
from pathlib import Path

import pytest

from apps.onboarding.errors import InvalidInput, TooLarge
from apps.onboarding_api.services import media_input
from apps.onboarding_api.services.speech_service import decode, errors

MEDIA = Path(__file__).parent / "media"


def wav(samples: bytes, *, rate: int = 16_000, channels: int = 1) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples)
    return out.getvalue()


@pytest.mark.parametrize("extension", ["wav", "webm", "ogg", "mp3", "m4a", "aac", "flac"])
def test_every_accepted_kind_becomes_the_same_two_seconds(extension):
    audio = decode.decode_audio((MEDIA / f"voice_hours.{extension}").read_bytes())
    assert audio.seconds == pytest.approx(2.03, abs=0.15)
    assert len(audio.samples) == pytest.approx(audio.seconds * 32_000, abs=64)


def test_stereo_at_another_rate_becomes_one_channel_at_16_khz():
    loud = (b"\x00\x20" * 2) * 44_100
    assert decode.decode_audio(wav(loud, rate=44_100, channels=2)).seconds == pytest.approx(1.0, abs=0.01)


@pytest.mark.parametrize(
    "content",
    [
        b"no audio at all, only words" * 20,
        b"\x1aE\xdf\xa3" + b"\x00" * 400,
        b"OggS" + b"\xff" * 300,
        b"#EXTM3U\nhttp://127.0.0.1:9/a.wav\n",
        b"ffconcat version 1.0\nfile /etc/passwd\n",
    ],
    ids=["text", "cut webm", "broken ogg", "playlist", "concatenation"],
)
def test_what_is_no_recording_is_refused(content):
    with pytest.raises(errors.AudioUnreadable):
        decode.decode_audio(content)


def test_photo_is_no_recording():
    with pytest.raises(errors.AudioUnreadable):
        decode.decode_audio((MEDIA / "scene_plain.jpg").read_bytes())


def test_silence_is_told_from_a_broken_file():
    with pytest.raises(errors.AudioSilent):
        decode.decode_audio((MEDIA / "sound_silence.wav").read_bytes())


def test_a_click_is_too_short():
    with pytest.raises(errors.AudioTooShort):
        decode.decode_audio(wav(b"\x00\x20" * 3_000))


def test_more_than_two_minutes_is_too_long():
    with pytest.raises(errors.AudioTooLong):
        decode.decode_audio(wav(b"\x00\x20" * 16_000 * 121))


def test_empty_file_and_file_over_the_limit_are_refused(settings):
    with pytest.raises(InvalidInput):
        media_input.read_media(io.BytesIO(b""))
    with pytest.raises(TooLarge):
        media_input.read_media(io.BytesIO(bytes(settings.FILE_UPLOAD.max_file_bytes + 1)))


def test_a_file_whose_first_bytes_were_read_is_read_from_its_start():
    file = io.BytesIO(b"whole")
    file.read(3)
    assert media_input.read_media(file) == b"whole"
