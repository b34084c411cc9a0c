"""The types that the product knows: extensions, content type, what libmagic may call them, and who walks them.

Which of them are taken is decided by the caller, from the settings.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from apps.onboarding_api.services.file_types.audio import ebml, flac, frames, m4a, ogg, wav
from apps.onboarding_api.services.file_types.documents import office, pdf, text
from apps.onboarding_api.services.file_types.images import gif, heic, jpeg, png, tiff, webp
from apps.onboarding_api.services.file_types.source import Source
from apps.onboarding_api.services.file_types.structure import Structure


class Family(StrEnum):
    AUDIO = "audio"
    IMAGE = "image"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True)
class Kind:
    """`magic`: what libmagic (5.44) was seen to call the type's variants."""

    extension: str
    family: Family
    content_type: str
    magic: frozenset[str]
    walk: Callable[[Source], Structure]
    aliases: tuple[str, ...] = ()


_OFFICE = "application/vnd.openxmlformats-officedocument."
_OTHER = "application/octet-stream"
_VIDEO_BOXES = frozenset(
    {
        "video/mp4",
        "audio/mp4",
        "audio/x-m4a",
        "video/x-m4v",
        "video/quicktime",
        "video/3gpp",
        "video/3gpp2",
        _OTHER,
    }
)
_TEXTS = frozenset(
    # Plain words are often taken for something: "From:" for a letter, "import" for a program, "{" for JSON. What is
    # no text is told by our own walker; what is missing here (HTML, XML, PHP, shell) is refused twice.
    {
        "text/plain", "text/csv", "application/csv", "text/vcard", "text/calendar", "text/troff", "text/rtf",
        "text/x-tex", "text/x-c", "text/x-c++", "text/x-java", "text/x-makefile", "text/x-diff", "text/x-po",
        "text/x-script.python", "text/x-asm", "text/x-pascal", "text/x-fortran", "text/x-algol68", "text/x-lisp",
        "text/x-ruby", "text/x-m4", "text/x-bcpl", "text/x-forth", "text/x-affix", "message/rfc822", "message/news",
        "application/json", "application/x-ndjson", "application/mbox", "application/x-wine-extension-ini",
        "application/x-setupscript", "application/x-subrip",
    }
)  # fmt: skip

KINDS = (
    Kind("webm", Family.AUDIO, "audio/webm", frozenset({"video/webm", "audio/webm", _OTHER}), ebml.walk),
    Kind("wav", Family.AUDIO, "audio/wav",
         frozenset({"audio/x-wav", "audio/wav", "audio/vnd.wave", "audio/x-bw64", _OTHER, "text/plain"}), wav.walk),
    Kind("mp3", Family.AUDIO, "audio/mpeg", frozenset({"audio/mpeg", _OTHER}), frames.walk_mp3),
    Kind("ogg", Family.AUDIO, "audio/ogg",
         frozenset({"audio/ogg", "application/ogg", "video/ogg"}), ogg.walk, aliases=("oga", "opus")),
    Kind("m4a", Family.AUDIO, "audio/mp4", _VIDEO_BOXES, m4a.walk),
    Kind("aac", Family.AUDIO, "audio/aac",
         frozenset({"audio/x-hx-aac-adts", "audio/aac", "audio/mpeg", _OTHER}), frames.walk_adts),
    Kind("flac", Family.AUDIO, "audio/flac", frozenset({"audio/flac", "audio/x-flac", "audio/mpeg"}), flac.walk),
    Kind("jpg", Family.IMAGE, "image/jpeg", frozenset({"image/jpeg"}), jpeg.walk, aliases=("jpeg",)),
    Kind("png", Family.IMAGE, "image/png", frozenset({"image/png", "image/apng", "image/vnd.mozilla.apng"}), png.walk),
    Kind("webp", Family.IMAGE, "image/webp", frozenset({"image/webp"}), webp.walk),
    Kind("gif", Family.IMAGE, "image/gif", frozenset({"image/gif"}), gif.walk),
    Kind("heic", Family.IMAGE, "image/heic",
         frozenset({"image/heic", "image/heif", "image/heic-sequence", "image/heif-sequence"}), heic.walk,
         aliases=("heif",)),
    Kind("tiff", Family.IMAGE, "image/tiff", frozenset({"image/tiff", "image/x-tiff"}), tiff.walk, aliases=("tif",)),
    Kind("pdf", Family.DOCUMENT, "application/pdf", frozenset({"application/pdf"}), pdf.walk),
    # Where docProps comes first, libmagic sees an archive.
    Kind("docx", Family.DOCUMENT, f"{_OFFICE}wordprocessingml.document",
         frozenset({f"{_OFFICE}wordprocessingml.document", "application/zip", _OTHER}), office.walk_docx),
    Kind("xlsx", Family.DOCUMENT, f"{_OFFICE}spreadsheetml.sheet",
         frozenset({f"{_OFFICE}spreadsheetml.sheet", "application/zip", _OTHER}), office.walk_xlsx),
    Kind("csv", Family.DOCUMENT, "text/csv", _TEXTS, text.walk),
    Kind("txt", Family.DOCUMENT, "text/plain", _TEXTS, text.walk),
)  # fmt: skip

BY_EXTENSION: dict[str, Kind] = {name: kind for kind in KINDS for name in (kind.extension, *kind.aliases)}
"""Extension, lower case, without its dot -> the type. Several extensions may lead to one."""
