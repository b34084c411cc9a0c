"""The funnel: who reached which stage, who gave up where and when, without taking open sessions for lost ones."""

from apps.onboarding_api.services.funnel_analytics.auditing import audit
from apps.onboarding_api.services.funnel_analytics.folding import fold, keep_up
from apps.onboarding_api.services.funnel_analytics.rebuilding import rebuild

__all__ = ["audit", "fold", "keep_up", "rebuild"]
