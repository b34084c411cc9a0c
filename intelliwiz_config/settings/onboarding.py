"""The conversation itself."""

from __future__ import annotations

from dataclasses import dataclass

from intelliwiz_config.settings import env


@dataclass(frozen=True)
class OnboardingSettings:
    default_flow: str
    languages: tuple[str, ...]
    phone_region: str
    """ISO 3166 region that a phone number without a country code is read in."""
    max_text_chars: int
    default_wait_seconds: float
    max_wait_seconds: float
    """Bounds of `Prefer: wait=N`."""
    sse_heartbeat_seconds: float
    sse_max_seconds: float
    """A stream is closed after this; clients resume with `Last-Event-ID`."""
    idempotency_hours: int


ONBOARDING = OnboardingSettings(
    default_flow=env.text("ONBOARDING_DEFAULT_FLOW", "facility_onboarding"),
    languages=env.words("ONBOARDING_LANGUAGES", ("en", "hi")),
    phone_region=env.text("ONBOARDING_PHONE_REGION", "IN"),
    max_text_chars=env.integer("ONBOARDING_MAX_TEXT_CHARS", 4000, low=100, high=100_000),
    default_wait_seconds=5.0,
    max_wait_seconds=25.0,
    sse_heartbeat_seconds=env.number("ONBOARDING_SSE_HEARTBEAT_SECONDS", 15, low=0.1, high=60),
    sse_max_seconds=env.number("ONBOARDING_SSE_MAX_SECONDS", 3600, low=1),
    idempotency_hours=env.integer("ONBOARDING_IDEMPOTENCY_HOURS", 48, low=1),
)
ENABLE_SESSION_RECOVERY = env.boolean("ENABLE_SESSION_RECOVERY", True)
