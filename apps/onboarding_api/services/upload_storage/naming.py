"""The name under which a file is saved by whoever it is handed out to (RFC 6266)."""

from __future__ import annotations

import unicodedata
from urllib.parse import quote

from apps.onboarding.models import Upload
from apps.onboarding_api.services.file_types.catalogue import KINDS

_EXTENSIONS = {kind.content_type: kind.extension for kind in KINDS}


def file_name(upload: Upload, *, content_type: str) -> str:
    """The redacted name with the extension of what the file is now."""
    stem = upload.display_name.rpartition(".")[0] or upload.display_name or f"{upload.kind}-{upload.pk}"
    return f"{stem}.{_EXTENSIONS.get(content_type, 'bin')}"


def content_disposition(name: str, *, inline: bool) -> str:
    """Both forms of the name: plain ASCII for old programs, UTF-8 for all others. Nothing in it can end the field."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = "".join(c if c.isalnum() or c in " .-_()" else "_" for c in plain).strip() or "file"
    coded = quote(name, safe="")
    return f"{'inline' if inline else 'attachment'}; filename=\"{plain}\"; filename*=UTF-8''{coded}"
