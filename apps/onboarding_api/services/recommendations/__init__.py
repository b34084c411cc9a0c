"""Recommendations: proposed by the maker, checked, decided by a person, applied in one transaction, reverted
whole.

`propose` makes and stores them, `decide` takes a person's decision, `applying` writes the configuration,
`reverting` takes it back. Views and tasks call what is listed here.
"""

from apps.onboarding_api.services.recommendations.announcing import announce
from apps.onboarding_api.services.recommendations.decide import Outcome, decide
from apps.onboarding_api.services.recommendations.propose import Draft, prepare, store, supersede_pending
from apps.onboarding_api.services.recommendations.reverting import revert
from apps.onboarding_api.services.recommendations.rights import can_decide

__all__ = [
    "Draft",
    "Outcome",
    "announce",
    "can_decide",
    "decide",
    "prepare",
    "revert",
    "store",
    "supersede_pending",
]
