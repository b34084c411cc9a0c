"""Authenticated encryption of values at rest: AES-256-GCM with a key ring.

A sealed value is `version(1) | key id length(1) | key id | nonce(12) | ciphertext and tag`. The purpose and the owner
(`task:<id>:<name>`, `vault:<session>`) are associated data: a value copied to another row does not open.
"""

from __future__ import annotations

import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

_VERSION = 1


class CannotOpen(Exception):
    """The value was sealed by a key that is gone, for another owner, or was altered."""


def _ring() -> tuple[tuple[str, bytes], ...]:
    ring: tuple[tuple[str, bytes], ...] = settings.SEALING_KEYS
    if not ring:
        raise ImproperlyConfigured("SEALING_KEYS is not set")
    return ring


def seal(plain: bytes, *, bound_to: str) -> bytes:
    """Seal with the first key of the ring."""
    key_id, key = _ring()[0]
    nonce = os.urandom(12)
    name = key_id.encode()
    return bytes([_VERSION, len(name)]) + name + nonce + AESGCM(key).encrypt(nonce, plain, bound_to.encode())


def open_sealed(sealed: bytes | memoryview, *, bound_to: str) -> bytes:
    """The plain bytes; `CannotOpen` where the key, the owner or the bytes do not fit."""
    sealed = bytes(sealed)
    if len(sealed) < 2 or sealed[0] != _VERSION:
        raise CannotOpen("not a sealed value")
    end = 2 + sealed[1]
    key = dict(_ring()).get(sealed[2:end].decode(errors="replace"))
    if key is None:
        raise CannotOpen("the key is not in the ring")
    try:
        return AESGCM(key).decrypt(sealed[end : end + 12], sealed[end + 12 :], bound_to.encode())
    except (InvalidTag, ValueError) as error:
        raise CannotOpen("the value does not fit its key and owner") from error


def fingerprint(value: str, *, purpose: str) -> list[str]:
    """Keyed look-up digests of a value, newest key first: equal values meet without being readable."""
    return [
        hmac.new(hashlib.sha256(key + purpose.encode()).digest(), value.encode(), hashlib.sha256).hexdigest()
        for _, key in _ring()
    ]


def key_of(sealed: bytes | memoryview) -> str:
    """The id of the key that sealed it; empty where it is no sealed value."""
    sealed = bytes(sealed)
    if len(sealed) < 2 or sealed[0] != _VERSION:
        return ""
    return sealed[2 : 2 + sealed[1]].decode(errors="replace")


def newest_key() -> str:
    """The id of the key that seals."""
    return _ring()[0][0]
