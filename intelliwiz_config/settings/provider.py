"""The settings that every outside provider has."""

from __future__ import annotations

from dataclasses import dataclass

from intelliwiz_config.settings import env


@dataclass(frozen=True)
class ProviderSettings:
    provider: str
    base_url: str
    api_key: str
    model: str
    timeout_seconds: float


def read_provider(prefix: str) -> ProviderSettings:
    """`{prefix}_PROVIDER`, `_BASE_URL`, `_API_KEY`, `_MODEL`, `_TIMEOUT_SECONDS`."""
    return ProviderSettings(
        provider=env.choice(f"{prefix}_PROVIDER", "embedded", ("embedded",)),
        base_url=env.url(f"{prefix}_BASE_URL", "", ("http", "https")),
        api_key=env.text(f"{prefix}_API_KEY"),
        model=env.text(f"{prefix}_MODEL"),
        timeout_seconds=env.number(f"{prefix}_TIMEOUT_SECONDS", 60, low=1, high=600),
    )
