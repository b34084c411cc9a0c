"""A photo becomes findings without personal data."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from apps.onboarding_api.services.circuit_breaker import ask_provider
from apps.onboarding_api.services.image_analysis import checklists, quality, registry
from apps.onboarding_api.services.media_input import MediaFile
from apps.onboarding_api.services.ocr_service import registry as ocr_registry
from apps.onboarding_api.services.photos import preparing
from apps.onboarding_api.services.pii_integration import get_pii_service


class OnboardingImageAnalysisService:
    def analyze(
        self, image_file: MediaFile | preparing.CleanPhoto, session_id: UUID | str, kind: str = "scene"
    ) -> dict[str, Any]:
        """JSON-ready findings: `labels, text, qr_codes` (sanitised), `quality, phash, size, scene_findings, checklist`.

        `size` is that of the file as it came. Raises as `preparing.prepare` does for a photo that is not clean yet.
        """
        image = preparing.clean(image_file)
        picture = quality.pixels(image.jpeg)
        provider = registry.get_vision_provider()
        scene = ask_provider("vision", provider, provider.look, image, kind=kind)
        lines = ocr_registry.get_ocr_provider().read(picture)
        said: list[str | dict[str, Any]] = [
            {"labels": list(scene.labels)},
            {"text": [line.text for line in lines]},
            {"qr_codes": quality.qr_codes(picture)},
        ]
        safe = get_pii_service().sanitize_image_analysis_labels(said, session_id)
        clean = {key: value for part in safe["sanitized_labels"] for key, value in part.items()}
        return {
            "kind": kind,
            "provider": provider.name,
            **clean,
            "scene_findings": {"available": scene.available, "reason": scene.reason},
            "checklist": [] if scene.available else checklists.checklist(kind),
            "quality": quality.measure(picture).as_dict(),
            "phash": image.fingerprint,
            "size": {
                "width": image.source_width,
                "height": image.source_height,
                "format": image.source_format,
            },
            "pii_redacted": safe["pii_redacted"],
            "safe_for_llm": safe["safe_for_llm"],
            "redaction_metadata": safe["redaction_metadata"],
        }
