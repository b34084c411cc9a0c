"""The irreversible policy: for logs, errors, dead letters. No database, no session, no way back."""

from __future__ import annotations

from apps.onboarding_api.services.pii_integration import engine


def is_worth_a_look(text: str) -> bool:
    """False only where no rule of the engine can find anything. The quick way out for ordinary log lines."""
    # Read at the first line that is logged, not at import: the lists are files.
    from apps.onboarding_api.services.pii_integration.engine.glance import may_hold

    return may_hold(text)


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
