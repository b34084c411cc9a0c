"""Spoken answers, by the speech synthesiser flite, and sounds that are no answers."""

from __future__ import annotations

import math
import random
import shutil
import subprocess
import tempfile
import wave
from array import array
from pathlib import Path

RATE = 16_000
ANSWERS = {
    "voice_site_type": ("slt", "hospital"),
    "voice_area": ("rms", "twelve thousand square feet"),
    "voice_floors": ("slt", "five floors"),
    "voice_hours": ("rms", "nine a m to six p m"),
    "voice_cctv": ("slt", "yes"),
    "voice_guards": ("rms", "six guards"),
    "voice_back": ("slt", "go back"),
    "voice_phone": ("rms", "nine eight four five zero one two three four five"),
    "voice_off_topic": ("rms", "the quick brown fox jumps over the lazy dog"),
}
"""File name -> flite voice (rms: a man, slt: a woman) and what is said."""

ENCODINGS = {
    "webm": ("webm", "libopus", 48_000, 24_000),
    "ogg": ("ogg", "libopus", 48_000, 24_000),
    "mp3": ("mp3", "libmp3lame", 16_000, 32_000),
    "m4a": ("ipod", "aac", 16_000, 32_000),
    "aac": ("adts", "aac", 16_000, 32_000),
    "flac": ("flac", "flac", 16_000, None),
}
"""Extension -> container, codec, samples a second, bits a second."""


def speak(text: str, *, voice: str) -> bytes:
    """16 kHz samples of a sentence. `SystemExit` where flite is not installed."""
    if shutil.which("flite") is None:
        raise SystemExit("The voices are made by flite: install it first (Debian: apt-get install flite).")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "said.wav"
        subprocess.run(
            ["flite", "-voice", voice, "-t", text, "-o", str(path)], check=True, capture_output=True
        )
        with wave.open(str(path), "rb") as said:
            assert (said.getframerate(), said.getnchannels()) == (RATE, 1)
            return said.readframes(said.getnframes())


def write_wav(path: Path, samples: bytes) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples)


def encode(path: Path, samples: bytes) -> None:
    """The same sound as its file name's kind, by FFmpeg's encoders."""
    import av
    from av.audio.frame import AudioFrame

    container, codec, rate, bits = ENCODINGS[path.suffix[1:]]
    with av.open(str(path), "w", format=container) as out:
        stream = out.add_stream(codec, rate=rate)
        assert isinstance(stream, av.AudioStream)
        stream.layout = "mono"
        if bits:
            stream.bit_rate = bits
        frame = AudioFrame(format="s16", layout="mono", samples=len(samples) // 2)
        frame.sample_rate = RATE
        frame.planes[0].update(samples)
        resampler = av.AudioResampler(
            format=stream.format, layout="mono", rate=rate, frame_size=stream.codec_context.frame_size or None
        )
        for given in (frame, None):
            for piece in resampler.resample(given):
                out.mux(stream.encode(piece))
        out.mux(stream.encode(None))


def noise(seconds: float = 2.5) -> bytes:
    """Pink noise, by Voss: sums of random values that change ever more slowly."""
    dice = random.Random(11)
    rows = [dice.uniform(-1, 1) for _ in range(12)]
    samples = array("h")
    for number in range(int(RATE * seconds)):
        row = (number & -number).bit_length() - 1 if number else 0
        if row < len(rows):
            rows[row] = dice.uniform(-1, 1)
        samples.append(int(2600 * (sum(rows) + dice.uniform(-1, 1)) / 2))
    return samples.tobytes()


def hum(seconds: float = 2.0) -> bytes:
    """A mains hum with its harmonics."""
    return array(
        "h",
        (
            int(4000 * math.sin(2 * math.pi * 50 * t / RATE) + 900 * math.sin(2 * math.pi * 150 * t / RATE))
            for t in range(int(RATE * seconds))
        ),
    ).tobytes()


def silence(seconds: float = 2.0) -> bytes:
    return bytes(int(RATE * seconds) * 2)


def babble(voices: list[bytes], seconds: float = 2.5) -> bytes:
    """Several people at once, none louder than the others."""
    count = int(RATE * seconds)
    total = [0] * count
    for place, voice in enumerate(voices):
        values = array("h", voice)
        for number in range(count):
            total[number] += values[(number + place * 7919) % len(values)]
    loudest = max(map(abs, total))
    return array("h", (int(20_000 * value / loudest) for value in total)).tobytes()
