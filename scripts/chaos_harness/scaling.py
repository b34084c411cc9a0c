"""Delays as the product decides them, times the harness's scale."""

from __future__ import annotations

from apps.task_ledger.verdict import Again, Park, Retry, Verdict
from scripts.chaos_harness.asked import chaos


def scaled(verdict: Verdict, *, parks: bool = True) -> Verdict:
    """The same verdict, sooner. Without `parks` a park keeps its seconds."""
    scale = chaos().delay_scale
    match verdict:
        case Retry(delay_seconds=delay):
            return Retry(delay_seconds=delay * scale)
        case Park(delay_seconds=delay, service=service) if parks:
            return Park(delay_seconds=delay * scale, service=service)
        case Again(else_delay_seconds=delay):
            return Again(else_delay_seconds=None if delay is None else delay * scale)
    return verdict
