"""The rate limiter. `get_rate_limiter().check(facts)` decides about a request, `decide(limits, ...)` about limits that
the caller made itself. Pure of HTTP: `middleware.rate_limits` translates.
"""

from apps.onboarding_api.services.security.decisions import Decision, Limit, LimitState, RequestFacts
from apps.onboarding_api.services.security.identity import client_prefix
from apps.onboarding_api.services.security.limiter import RateLimiter
from apps.onboarding_api.services.security.matching import Rule
from apps.onboarding_api.services.security.registry import get_rate_limiter

__all__ = [
    "Decision",
    "Limit",
    "LimitState",
    "RateLimiter",
    "RequestFacts",
    "Rule",
    "client_prefix",
    "get_rate_limiter",
]
