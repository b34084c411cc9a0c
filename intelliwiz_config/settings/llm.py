"""Which provider serves llm. `embedded` needs no key and no network."""

from __future__ import annotations

from intelliwiz_config.settings.provider import ProviderSettings, read_provider

LLM: ProviderSettings = read_provider("LLM")
