"""An OCR provider behind the breaker "vision": readers of meters ask it for many single lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apps.onboarding_api.services.circuit_breaker import ask_provider
from apps.onboarding_api.services.ocr_service.port import OcrProvider, TextLine

if TYPE_CHECKING:
    import numpy as np


class WithBreaker:
    """`OcrProvider` by another one. Also raises `ServiceParked`."""

    def __init__(self, provider: OcrProvider) -> None:
        self.provider = provider
        self.is_embedded = provider.is_embedded

    def read(self, image: np.ndarray) -> tuple[TextLine, ...]:
        return ask_provider("vision", self.provider, self.provider.read, image)

    def read_line(self, image: np.ndarray) -> tuple[str, float]:
        return ask_provider("vision", self.provider, self.provider.read_line, image)
