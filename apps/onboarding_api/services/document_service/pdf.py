"""PDF, by pypdf. Scanned pages have no text: the caller is told by an empty text."""

from __future__ import annotations

import io

from apps.onboarding_api.services.document_service.errors import DocumentEncrypted, DocumentUnreadable
from apps.onboarding_api.services.document_service.extracted import (
    MAX_CHARACTERS,
    MAX_PAGES,
    Extracted,
    bounded,
)


def read_pdf(content: bytes) -> Extracted:
    # Not needed where no document is read.
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(io.BytesIO(content))
        # Many files are "encrypted" with an empty password, which every viewer tries.
        if reader.is_encrypted and not reader.decrypt(""):
            raise DocumentEncrypted("a password is needed")
        pages = len(reader.pages)
        texts: list[str] = []
        for page in reader.pages[:MAX_PAGES]:
            texts.append(page.extract_text())
            if sum(map(len, texts)) > MAX_CHARACTERS:
                break
    except (
        PyPdfError,
        OSError,
        ValueError,
        KeyError,
        IndexError,
        TypeError,
        AttributeError,
        AssertionError,
        RecursionError,
        NotImplementedError,
    ) as error:
        # A damaged file can break the parser at any of its steps.
        raise DocumentUnreadable(f"pypdf: {type(error).__name__}") from error
    return bounded("\n\n".join(texts), pages=pages, truncated=len(texts) < pages)
