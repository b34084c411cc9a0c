"""The irreversible policy: for logs, errors, dead letters. No database, no session, no way back."""

from __future__ import annotations

import regex

from apps.onboarding_api.services.pii_integration import engine

_WORTH_A_LOOK = regex.compile(
    r"""[@©®]|%40|\(at\)|\[at\]|[^\x00-\x7f]|://[^\s/]*:|::
      | \d[\d ().\-/]{4,}\d | (?:[0-9a-f]{1,4}:){3} | eyJ | sk-|gh[opusr]_|xox|AKIA|ASIA|AIza|PRIVATE""",
    regex.VERBOSE,
)
_OPAQUE = regex.compile(
    r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?"
)
_WORD = regex.compile(r"[a-z]{2,}")


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
