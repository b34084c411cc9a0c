"""What looks like a secret and is none: identifiers, hashes, times, machine addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from apps.onboarding_api.services.pii_integration.engine.spans import KINDS

_MACHINE_MADE = re.compile(
    r"""\b(?=[0-9a-fA-F]{1,2}[:-]|[0-9a-fA-F]{8}|0x|(?:19|20)[0-9][0-9]-)(?:
    (?<!-)[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}(?![\w-])                 # UUID
  | (?<!-)[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}(?![\w-])                    # W3C trace parent
  | (?<!\.)(?=[0-9]{0,128}[a-fA-F])(?=[a-fA-F]{0,128}[0-9])[0-9a-fA-F]{24,128}(?!\w)    # hashes and ids in hex
  | 0x[0-9a-fA-F]{1,16}(?!\w)                                                           # machine addresses
  | (?<!:)(?:[0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}(?![\w:])                                 # MAC
  | (?<!-)(?=[0-9-]{0,17}[a-fA-F])(?:[0-9a-fA-F]{2}-){5}[0-9a-fA-F]{2}(?![\w-])          # MAC, with dashes
  | (?<!\.)(?:19|20)\d\d-[01]\d-[0-3]\d
    (?:[T ][0-2]\d:[0-5]\d(?::[0-5]\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?(?![\w-]) # ISO times
  | (?<![:.])[0-2]?\d:[0-5]\d(?::[0-5]\d(?:[.,]\d{1,9})?)?(?![\w:])                     # times of day
    )""",
    re.VERBOSE | re.ASCII,
)
_BEGINS = re.compile(r"[0-9a-fA-F](?<!\w.)(?=[0-9a-fA-F]?[:-]|[0-9a-fA-F]{7}|x|[0-9]{3}-)", re.ASCII)
"""Where something of these may begin: quicker to search for."""
PLACEHOLDER = re.compile(rf"\[REDACTED_(?:{'|'.join([*KINDS, 'TEXT'])})(?:_[1-9][0-9]{{0,3}})?\]")
"""Only what we write: else a name or a number would be safe from every rule inside of such brackets."""
_DIGIT = re.compile(r"[0-9]")


def _machine_made(text: str) -> Iterator[tuple[int, int]]:
    last = 0
    for place in _BEGINS.finditer(text):
        if place.start() >= last and (match := _MACHINE_MADE.match(text, place.start())):
            last = match.end()
            yield match.span()


def protected_ranges(text: str) -> tuple[tuple[int, int], ...]:
    """Ranges no rule may touch, in order. Placeholders are among them: what is redacted stays redacted."""
    ranges = list(_machine_made(text)) if _DIGIT.search(text) else []
    if "[REDACTED_" in text:
        ranges = sorted([*ranges, *(match.span() for match in PLACEHOLDER.finditer(text))])
    return tuple(ranges)
