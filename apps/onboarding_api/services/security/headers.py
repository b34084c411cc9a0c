"""The fields of draft-ietf-httpapi-ratelimit-headers-10, as text.

`t` is the time until more quota becomes available. On a refusal only violated limits have it, and theirs is the time
until the refused request fits; `Retry-After` is the largest of them, so that it is never earlier than any `t`.
"""

from __future__ import annotations

from apps.onboarding_api.services.security.decisions import REQUESTS, Decision, LimitState, whole_seconds


def fields(decision: Decision) -> dict[str, str]:
    """Empty where nothing was limited."""
    found = {}
    if decision.limits:
        found["RateLimit-Policy"] = ", ".join(map(_policy, decision.limits))
        found["RateLimit"] = ", ".join(
            _left(state, refused=not decision.allowed) for state in decision.limits
        )
    if decision.retry_after is not None:
        found["Retry-After"] = str(decision.retry_after)
    return found


def _policy(state: LimitState) -> str:
    unit = "" if state.unit == REQUESTS else f';qu="{state.unit}"'
    window = "" if state.window_seconds is None else f";w={state.window_seconds}"
    return f'"{state.policy}";q={state.quota}{unit}{window}'


def _left(state: LimitState, *, refused: bool) -> str:
    shown = state.reset_seconds is not None and (state.violated or not refused)
    reset = f";t={whole_seconds(state.reset_seconds)}" if shown and state.reset_seconds is not None else ""
    return f'"{state.policy}";r={state.remaining}{reset}'
