"""Why a dead letter is not sent back."""

from __future__ import annotations


class NotDead(Exception):
    """There is no such dead letter any more: redriven, discarded or done meanwhile, by whomever."""


class RedriveRefused(Exception):
    """Sending it back would do harm or nothing. The text says why and names no value."""
