"""What every channel is."""

from __future__ import annotations

from typing import Protocol

from apps.onboarding_api.services.dlq_alerting.texts import Notice


class DeliveryFailed(Exception):
    """The notice was not taken. `fault` is a short word of ours: it names no address and repeats no answer."""

    def __init__(self, fault: str, *, retry_after_seconds: float = 0.0) -> None:
        super().__init__(fault)
        self.fault = fault
        self.retry_after_seconds = retry_after_seconds
        """How long the receiver asks to be left alone; 0 where it did not say."""


class Channel(Protocol):
    @property
    def name(self) -> str:
        """As it stands in the rows of the outbox."""

    def send(self, notice: Notice) -> None:
        """Hand the notice over, or raise `DeliveryFailed`. Ends within some 15 seconds."""
