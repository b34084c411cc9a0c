"""The funnel: who reached which stage, who gave up where and when, without taking open sessions for lost ones."""

from apps.onboarding_api.services.funnel_analytics.asking import Audience, Question, audience_of, require_on
from apps.onboarding_api.services.funnel_analytics.auditing import audit
from apps.onboarding_api.services.funnel_analytics.comparing import compare
from apps.onboarding_api.services.funnel_analytics.folding import fold, keep_up
from apps.onboarding_api.services.funnel_analytics.heatmap import drop_off_heatmap
from apps.onboarding_api.services.funnel_analytics.overview import dashboard, figures_of_dashboard, funnel
from apps.onboarding_api.services.funnel_analytics.realtime import now
from apps.onboarding_api.services.funnel_analytics.rebuilding import rebuild
from apps.onboarding_api.services.funnel_analytics.replay import replay_session

__all__ = [
    "Audience",
    "Question",
    "audience_of",
    "audit",
    "compare",
    "dashboard",
    "drop_off_heatmap",
    "figures_of_dashboard",
    "fold",
    "funnel",
    "keep_up",
    "now",
    "rebuild",
    "replay_session",
    "require_on",
]
