"""Experiments: what people are asked is compared, on themselves, until it is known which serves them better.

`defining` writes one down, `lifecycle` starts, stops and rolls out, `placing` and `exposing` are what the conversation
calls, `results` says what is known by now, `words` says it to people, `watching` looks again and again and stops harm.
"""

from apps.onboarding_api.services.experiments.defining import NewArm, NewExperiment, create
from apps.onboarding_api.services.experiments.lifecycle import roll_out, start, stop
from apps.onboarding_api.services.experiments.results import Result, latest_result, result_of
from apps.onboarding_api.services.experiments.watching import watch

__all__ = [
    "NewArm",
    "NewExperiment",
    "Result",
    "create",
    "latest_result",
    "result_of",
    "roll_out",
    "start",
    "stop",
    "watch",
]
