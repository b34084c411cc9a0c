"""The product's engine alone, without Django and without a model."""

from __future__ import annotations

from scripts.pii_evaluation.children.serving import Finder, Found, serve


def load() -> tuple[str, Finder]:
    from apps.onboarding_api.services.pii_integration import engine

    def find(text: str, language: str, view: str, policy: str) -> Found:
        spans = engine.find(text, policy=policy, language=language.partition("-")[0], view=view)  # type: ignore[arg-type]  # from JSON
        return [(span.start, span.end, span.kind) for span in spans]

    find("my name is Asha Menon, +91 98450 12345", "en", "text", "balanced")
    return "ours", find


if __name__ == "__main__":
    serve(load)
