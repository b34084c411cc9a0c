"""Text on photos becomes findings without personal data."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from apps.onboarding_api.services.image_analysis import quality
from apps.onboarding_api.services.media_input import MediaFile
from apps.onboarding_api.services.ocr_service import layout, meters, registers, registry
from apps.onboarding_api.services.photos import preparing
from apps.onboarding_api.services.pii_integration import get_pii_service


@dataclass(frozen=True, slots=True)
class WholeCell:
    """A cell of a column of names, phones or addresses: personal from its first letter to its last."""

    start: int
    end: int
    kind: str
    normalised: str | None = None
    valid: bool = True


class OnboardingOCRService:
    """All results are JSON-ready dictionaries with `pii_redacted, safe_for_llm, redaction_metadata`.

    Each method raises as `photos.preparing.prepare` does for a photo that is not clean yet and cannot be used.
    """

    def read_register(
        self, image_file: MediaFile | preparing.CleanPhoto, session_id: UUID | str
    ) -> dict[str, Any]:
        """`columns, header_detected, rows[{cells[{column, text, confidence}]}], remarks, confidence`; every text is
        sanitised on its own, cells under a personal heading whole."""
        page = registers.read_page(registry.get_ocr_provider().read(_pixels(image_file)))
        desk = _Desk(session_id, document_type="register")
        columns = [desk.clean(column) for column in page.columns]
        kinds = [registers.personal_kind(column) for column in page.columns]
        rows = [
            {
                "cells": [
                    {
                        "column": column,
                        "text": desk.clean(cell.text, kind=kind),
                        "confidence": cell.confidence,
                    }
                    for column, kind, cell in zip(columns, kinds, row, strict=True)
                ]
            }
            for row in page.rows
        ]
        return {
            "kind": "register",
            "columns": columns,
            "header_detected": page.header_detected,
            "rows": rows,
            "remarks": [desk.clean(remark) for remark in page.remarks],
            "confidence": page.confidence,
            **desk.summary(),
        }

    def read_meter(
        self,
        image_file: MediaFile | preparing.CleanPhoto,
        session_id: UUID | str,
        previous: str | None = None,
        expected_digits: int | None = None,
    ) -> dict[str, Any]:
        """`status, value, unit, confidence, candidates, reasons` as in `meters.MeterReading`, and `text`: the rest of
        the meter's face, sanitised. The digits of the reading are no personal data and stay whole."""
        image = _pixels(image_file)
        provider = registry.get_ocr_provider()
        lines = provider.read(image)
        reading = meters.read_meter(
            image, lines, provider, previous=previous, expected_digits=expected_digits
        )
        desk = _Desk(session_id, document_type="meter")
        return {
            "kind": "meter",
            "status": reading.status,
            "value": reading.value,
            "unit": reading.unit,
            "confidence": reading.confidence,
            "candidates": list(reading.candidates),
            "reasons": list(reading.reasons),
            "text": [desk.clean(line.text) for line in lines if line.text not in reading.candidates],
            **desk.summary(),
        }

    def read_text(
        self, image_file: MediaFile | preparing.CleanPhoto, session_id: UUID | str, document_type: str = ""
    ) -> dict[str, Any]:
        """`text`: the lines in reading order, sanitised as one, since a value may run over two of them."""
        lines = registry.get_ocr_provider().read(_pixels(image_file))
        desk = _Desk(session_id, document_type=document_type)
        text = desk.clean("\n".join(layout.reading_order(lines)))
        sure = [line.confidence for line in lines]
        return {
            "kind": "text",
            "text": text,
            "lines": len(lines),
            "confidence": round(sum(sure) / len(sure), 3) if sure else 0.0,
            **desk.summary(),
        }


class _Desk:
    """Sanitises the texts of one image and counts what it took out."""

    def __init__(self, session_id: UUID | str, *, document_type: str) -> None:
        self._session_id = session_id
        self._document_type = document_type
        self._counts: Counter[str] = Counter()
        self._redactions = 0
        self._safe = True

    def clean(self, text: str, *, kind: str | None = None) -> str:
        if not text:
            return ""
        service = get_pii_service()
        if kind is None:
            found = service.sanitize_ocr_result(text, self._session_id, document_type=self._document_type)
            clean, metadata, safe = (
                found["sanitized_text"],
                found["redaction_metadata"],
                found["safe_for_llm"],
            )
        else:
            whole = WholeCell(start=0, end=len(text), kind=kind)
            redaction = service.redact(text, session_id=self._session_id, personal=(whole,), view="ocr")
            clean, metadata, safe = redaction.text, redaction.pii, redaction.safe_for_llm
        self._redactions += metadata.get("redactions_count", 0)
        self._counts.update(metadata.get("by_type", {}))
        self._safe = self._safe and safe
        return clean

    def summary(self) -> dict[str, Any]:
        return {
            "pii_redacted": self._redactions > 0,
            "safe_for_llm": self._safe,
            "redaction_metadata": {"redactions_count": self._redactions, "by_type": dict(self._counts)},
        }


def _pixels(image_file: MediaFile | preparing.CleanPhoto) -> Any:
    return quality.pixels(preparing.clean(image_file).jpeg)
