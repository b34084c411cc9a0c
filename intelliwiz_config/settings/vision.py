"""Which provider serves vision. `embedded` needs no key and no network."""

from __future__ import annotations

from intelliwiz_config.settings.provider import ProviderSettings, read_provider

VISION: ProviderSettings = read_provider("VISION")
