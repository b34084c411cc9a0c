"""Which provider serves speech. `embedded` needs no key and no network."""

from __future__ import annotations

from intelliwiz_config.settings.provider import ProviderSettings, read_provider

SPEECH: ProviderSettings = read_provider("SPEECH")
