"""The span engine: where personal values stand in a text. Pure Python, no model, no database.

`find` is the one entry. Presidio wraps it in the workers (`..presidio`); a web process never imports more than this.
"""

from __future__ import annotations

from collections.abc import Sequence

from apps.onboarding_api.services.pii_integration.engine import rules
from apps.onboarding_api.services.pii_integration.engine.scene import Scene
from apps.onboarding_api.services.pii_integration.engine.spans import (
    KINDS,
    SURE,
    KnownValue,
    Policy,
    Span,
    ViewKind,
    resolve,
)

__all__ = ["KINDS", "KnownValue", "Policy", "Span", "ViewKind", "find", "resolve"]


def find(
    text: str,
    *,
    policy: Policy = "balanced",
    known: Sequence[KnownValue] = (),
    language: str = "en",
    view: ViewKind = "text",
) -> tuple[Span, ...]:
    """Non-overlapping spans in order, in code points of `text`."""
    if not text or text.isspace():
        return ()
    scene = Scene(text, policy=policy, kind=view, language=language, known=known)
    same = scene.view.is_same
    placeholders = "REDACTED_" in scene.text
    found: list[Span] = []
    for rule in rules.ALL:
        for span in rule(scene):
            if span.start >= span.end:
                continue
            if placeholders and scene.holds_only_placeholders(span.start, span.end):
                continue
            if span.score >= SURE or not (scene.protected and scene.is_protected(span.start, span.end)):
                if same:
                    found.append(span)
                else:
                    start, end = scene.view.back(span.start, span.end)
                    found.append(Span(start, end, span.kind, span.score, span.rule))
    return resolve(found)
