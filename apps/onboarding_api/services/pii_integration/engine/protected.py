"""What looks like a secret and is none: identifiers, hashes, times, addresses of machines' own making."""

from __future__ import annotations

import regex

_PROTECTED = regex.compile(
    r"""
    \[REDACTED_[A-Z]++(?:_\d++)?\]                                                  # placeholders
  | (?<![\w-])[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}(?![\w-])         # UUID
  | (?<![\w-])[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}(?![\w-])            # W3C trace parent
  | (?<![\w.])(?=[0-9a-fA-F]*+[a-fA-F])(?=[a-fA-F]*+\d)[0-9a-fA-F]{24,128}(?!\w)     # hashes and ids in hex
  | (?<!\w)0x[0-9a-fA-F]{1,16}(?!\w)                                                # machine addresses
  | (?<![\w:])(?:[0-9a-fA-F]{2}[:-]){5}[0-9a-fA-F]{2}(?![\w:])                      # MAC
  | (?<![\w.])(?:19|20)\d\d-[01]\d-[0-3]\d(?:[T ][0-2]\d:[0-5]\d(?::[0-5]\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?(?![\w-])
  | (?<![\w:.])[0-2]?\d:[0-5]\d(?::[0-5]\d(?:[.,]\d{1,9})?)?(?![\w:])               # times of day
    """,
    regex.VERBOSE,
)
_QUICK = regex.compile(r"\d")


def protected_ranges(text: str) -> tuple[tuple[int, int], ...]:
    """Ranges no rule may touch, in order."""
    if not _QUICK.search(text) and "[REDACTED_" not in text:
        return ()
    return tuple(match.span() for match in _PROTECTED.finditer(text))
