"""Whistles, beeps and hum: sound with nearly all its energy at one pitch, which phones imitate too well."""

from __future__ import annotations

from apps.onboarding_api.services.speech_service.port import PcmAudio

FRAME = 512
PEAK_SHARE = 0.9
FRAME_SHARE = 0.7
"""Measured share of such frames: tones and sweeps 1.0, hum 1.0, clear speech at most 0.4."""


def is_tone(audio: PcmAudio) -> bool:
    """Whether in most 32 ms frames one narrow peak of the spectrum holds nine tenths of the energy."""
    # Heavy to import for a process that never hears a recording.
    import numpy as np

    samples = np.frombuffer(audio.samples, dtype="<i2").astype(np.float32)
    frames = samples[: len(samples) // FRAME * FRAME].reshape(-1, FRAME) * np.hanning(FRAME)
    power = np.abs(np.fft.rfft(frames)) ** 2
    peaks = power.argmax(axis=1)
    shares = [
        float(row[max(0, peak - 2) : peak + 3].sum() / total)
        for row, peak in zip(power, peaks, strict=True)
        if (total := float(row.sum())) > 0
    ]
    return bool(shares) and sum(share > PEAK_SHARE for share in shares) / len(shares) > FRAME_SHARE
