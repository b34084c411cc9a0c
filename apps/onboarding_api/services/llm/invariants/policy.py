"""The limits of working hours that the checker holds. They are a policy: law differs by state and kind of
work.

Defaults follow the Factories Act 1948 (India): 48 hours a week (section 51), a weekly holiday (section 52), 9
hours a day (section 54), a spread of work of at most 12 hours where overtime is exempted, and 60 hours a week
with overtime (section 64(4)). Guards of shops, offices and homes come under the Shops and Establishments Acts
of the states and the rules under the Private Security Agencies (Regulation) Act 2005: an operator there sets
other figures in `settings.STAFFING_POLICY`.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffingPolicy:
    daily_minutes: int = 9 * 60
    """A longer shift is overtime: a warning."""
    longest_shift_minutes: int = 12 * 60
    """A longer shift is refused."""
    weekly_minutes: int = 48 * 60
    weekly_minutes_with_overtime: int = 60 * 60
    handover_minutes: int = 60
    """Shifts may overlap this long, to hand over."""
    minutes_per_checkpoint: int = 2
    """House rule: walk to a checkpoint and scan it."""


def current_policy() -> StaffingPolicy:
    """The operator's policy, else the defaults."""
    return getattr(settings, "STAFFING_POLICY", None) or StaffingPolicy()
