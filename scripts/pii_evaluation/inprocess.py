"""The engine in this process: for lists of misses and for tests. Figures come from processes of their own (`child`)."""

from __future__ import annotations

from apps.onboarding_api.services.pii_integration import engine
from scripts.pii_evaluation.examples import Example
from scripts.pii_evaluation.metrics import Found


def find(example: Example, policy: engine.Policy = "balanced") -> list[Found]:
    """What the engine finds, with the view and the language of the example."""
    spans = engine.find(
        example.text, policy=policy, language=example.language.partition("-")[0], view=example.view
    )
    return [(span.start, span.end, span.kind) for span in spans]
