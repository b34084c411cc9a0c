"""The irreversible policy: for logs, errors, dead letters. No database, no session, no way back."""

from __future__ import annotations

import re

from apps.onboarding_api.services.pii_integration import engine

_WORTH_A_LOOK = re.compile(
    r"""[@©®]|%40|\(at\)|\[at\]|[^\x00-\x7f]|://[^\s/]*:|::|<<
      | (?:\d[ ().\-/]{0,3}){6}\d                      # numbers that could dial
      | \d\.\d{3,}[ ,;/] | \d\.[\dlIoO|]{1,3}\.        # coordinates, addresses
      | \D800[-. ] | (?:[0-9a-f]{1,4}:){3}
      | [A-Z][a-z]+[ ][A-Z][a-z]+ | \b[Mm][Ss]\.?[ ][A-Z]
      | [A-Z][ -]?\d{1,2}[ -]?[A-Z]{1,3}[ -]?\d{4} | \d\d[ -]?BH | [A-Z]{2}\d\d[ -]?[A-Z\d]{4}
      | [A-Za-z]{5}\d{4}[A-Za-z] | [A-Z]{5}[ ]\d{4}
      | eyJ | sk-|_live_|_test_|gh[opusr]_|xox|AKIA|ASIA|AIza|PRIVATE | hooks\.slack""",
    re.VERBOSE,
)
_OPAQUE = re.compile(
    r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
    r"|\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?"
)
_WORD = re.compile(r"[a-z]{2,}")


def is_worth_a_look(text: str) -> bool:
    """False only where no rule of the engine can find anything. The quick way out for ordinary log lines."""
    if _WORTH_A_LOOK.search(_OPAQUE.sub(" ", text)):
        return True
    return not _triggers().isdisjoint(_WORD.findall(text.lower()))


def _triggers() -> frozenset[str]:
    # Read at the first line that is logged, not at import: the lists are files.
    from apps.onboarding_api.services.pii_integration.engine.lexicon import triggers

    return triggers()


def scrub(text: str) -> str:
    """`text` with every personal value replaced by `[REDACTED_KIND]`. What is scrubbed already stays as it is."""
    if not text or not is_worth_a_look(text):
        return text
    parts: list[str] = []
    position = 0
    for span in engine.find(text, policy="strict"):
        parts += (text[position : span.start], f"[REDACTED_{span.kind}]")
        position = span.end
    parts.append(text[position:])
    return "".join(parts)
