"""A document becomes text without personal data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from apps.onboarding.errors import UnsupportedMedia
from apps.onboarding_api.services.document_service import headings, office, pdf, plain
from apps.onboarding_api.services.document_service.extracted import Extracted, Table
from apps.onboarding_api.services.media_input import MediaFile, read_media
from apps.onboarding_api.services.ocr_service import OnboardingOCRService
from apps.onboarding_api.services.photos.preparing import CleanPhoto
from apps.onboarding_api.services.pii_integration import get_pii_service

READERS: dict[str, Callable[[bytes], Extracted]] = {
    "application/pdf": pdf.read_pdf,
    "text/plain": plain.read_txt,
    "text/csv": plain.read_csv,
    "application/csv": plain.read_csv,
    "application/zip": office.read_office,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": office.read_docx,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": office.read_xlsx,
}
MAX_CELLS_KEPT = 500
"""Cells that are kept as tables; all of them stand in the text as well."""


class OnboardingDocumentService:
    def read(
        self,
        document_file: MediaFile | CleanPhoto,
        session_id: UUID | str,
        *,
        content_type: str,
        document_type: str = "",
    ) -> dict[str, Any]:
        """JSON-ready `text, pages, truncated, tables` (sanitised), and what was redacted.

        A prepared photo is read whatever `content_type` says.

        Raises `UnsupportedMedia` for another type, `DocumentUnreadable`, `DocumentEncrypted`, `DocumentTooComplex`.
        """
        if isinstance(document_file, CleanPhoto):
            return self._read_photo(document_file, session_id, document_type=document_type)
        kind = content_type.partition(";")[0].strip().lower()
        if kind.startswith("image/"):
            return self._read_photo(document_file, session_id, document_type=document_type)
        reader = READERS.get(kind)
        if reader is None:
            raise UnsupportedMedia(f"no reader for {kind[:80]!r}", accepted=sorted(READERS))
        extracted = reader(read_media(document_file))
        service = get_pii_service()
        found = [headings.look_at(table) for table in extracted.tables]
        safe = service.sanitize_ocr_result(
            extracted.text,
            session_id,
            document_type=document_type,
            personal=headings.in_text(extracted.text, found),
        )
        kept, cut = _small_enough(extracted.tables)
        tables = service.sanitize_image_analysis_labels(
            [{"rows": [list(row) for row in one]} for one in kept],
            session_id,
            personal=[cell for one in found[: len(kept)] for cell in one.cells()],
        )
        return {
            "kind": "document",
            "document_type": document_type,
            "text": safe["sanitized_text"],
            "pages": extracted.pages,
            "truncated": extracted.truncated or cut,
            "has_text": bool(extracted.text),
            "tables": [table["rows"] for table in tables["sanitized_labels"]],
            "pii_redacted": safe["pii_redacted"] or tables["pii_redacted"],
            "safe_for_llm": safe["safe_for_llm"] and tables["safe_for_llm"],
            "redaction_metadata": safe["redaction_metadata"],
        }

    def _read_photo(
        self, file: MediaFile | CleanPhoto, session_id: UUID | str, *, document_type: str
    ) -> dict[str, Any]:
        """A photographed page: its text by OCR, already sanitised."""
        read = OnboardingOCRService().read_text(file, session_id, document_type=document_type)
        return read | {
            "kind": "document",
            "document_type": document_type,
            "pages": 1,
            "truncated": False,
            "has_text": bool(read["text"]),
            "tables": [],
        }


def _small_enough(tables: tuple[Table, ...]) -> tuple[list[Table], bool]:
    """Tables up to `MAX_CELLS_KEPT` in all, whole ones only, and whether any was left out."""
    kept: list[Table] = []
    left = MAX_CELLS_KEPT
    for table in tables:
        left -= sum(map(len, table))
        if left < 0:
            return kept, True
        kept.append(table)
    return kept, False
