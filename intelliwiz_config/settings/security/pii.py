"""Redaction and sealing of personal data."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from intelliwiz_config.settings import env


@dataclass(frozen=True)
class PiiSettings:
    enabled: bool
    spacy_model: str
    """Name of an installed spaCy model that adds recall in the workers. Empty: none."""
    vault_days: int


PII = PiiSettings(
    enabled=env.boolean("ENABLE_PII_REDACTION", True),
    spacy_model=env.text("PII_SPACY_MODEL"),
    vault_days=env.integer("PII_VAULT_DAYS", 365, low=1),
)
ENABLE_PII_REDACTION = PII.enabled


def _sealing_keys() -> tuple[tuple[str, bytes], ...]:
    """`SEALING_KEYS=k2:base64,k1:base64`: the first seals, all of them open. 32 bytes each."""
    keys = []
    for entry in env.words("SEALING_KEYS"):
        key_id, _, encoded = entry.partition(":")
        try:
            key = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
        except (binascii.Error, ValueError):
            key = b""
        if not key_id or len(key) != 32 or len(key_id) > 16:
            env.problems.append(
                "SEALING_KEYS must be id:base64-of-32-bytes, comma separated, the sealing key first"
            )
            return ()
        keys.append((key_id, key))
    return tuple(keys)


SEALING_KEYS = _sealing_keys()
