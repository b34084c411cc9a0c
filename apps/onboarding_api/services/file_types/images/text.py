"""Comments of images: text, in which even the shortest opening of a script is one."""

from __future__ import annotations

import re

from apps.onboarding_api.services.file_types.errors import Reason, hostile

_CODE = re.compile(
    rb"<\?(?:php|=)|<%|</?(?:script|svg|html|iframe|body|img|object|embed)\b|javascript:|\beval\s*\(|"
    rb"\$_(?:GET|POST|REQUEST|COOKIE|SERVER)\b|^\s*#!/|\*/\s?[=;]",
    re.IGNORECASE,
)
MAX_TEXT = 1024 * 1024


def refuse_code(text: bytes) -> None:
    """`HostileFile` (script) for what is plainly code. A comment that names a camera or a place passes."""
    if _CODE.search(text[:MAX_TEXT].replace(b"\x00", b"")):
        raise hostile(Reason.SCRIPT, "a comment holds program code")
