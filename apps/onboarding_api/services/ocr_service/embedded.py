"""rapidocr on this machine: no key, no network; its models come with the package.

The engine takes about 500 MB and is loaded with the first image.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from apps.onboarding.errors import ProviderUnavailable
from apps.onboarding_api.services.ocr_service.port import TextLine

if TYPE_CHECKING:
    import numpy as np

THREADS = 2
"""Of onnxruntime, which would take every core there is: other workers live on this machine too."""


class EmbeddedOcr:
    """`OcrProvider` by rapidocr. One image at a time: the engine keeps its options between calls."""

    is_embedded = True

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._engine: Any = None

    def read(self, image: np.ndarray) -> tuple[TextLine, ...]:
        with self._lock:
            found = self._loaded()(image, use_det=True, use_cls=True, use_rec=True)
        if found.boxes is None or not found.txts:
            return ()
        return tuple(
            TextLine(text=text.strip(), confidence=round(float(score), 3), box=_corners(box))
            for text, score, box in zip(found.txts, found.scores, found.boxes, strict=True)
            if text.strip()
        )

    def read_line(self, image: np.ndarray) -> tuple[str, float]:
        with self._lock:
            found = self._loaded()(image, use_det=False, use_cls=False, use_rec=True)
        if not found.txts:
            return "", 0.0
        return found.txts[0].strip(), round(float(found.scores[0]), 3)

    def _loaded(self) -> Any:
        if self._engine is None:
            # onnxruntime, OpenCV and the models: only the media worker pays for them.
            import rapidocr

            models = Path(rapidocr.__file__).parent / "models"
            # The engine would download what it misses.
            if len(list(models.glob("*.onnx"))) < 3:
                raise ProviderUnavailable("the OCR package came without its models")
            self._engine = rapidocr.RapidOCR(
                params={
                    "Global.log_level": "critical",
                    "EngineConfig.onnxruntime.intra_op_num_threads": THREADS,
                    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
                }
            )
        return self._engine


def _corners(box: Any) -> Any:
    return tuple((round(float(x), 1), round(float(y), 1)) for x, y in box)
