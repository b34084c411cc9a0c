"""The weekly report of a client by mail: what came of the sessions, what changed and why, and what to do."""

from apps.onboarding_api.services.funnel_reports.outbox import deliver
from apps.onboarding_api.services.funnel_reports.rounds import advise, go_round, report_on

__all__ = ["advise", "deliver", "go_round", "report_on"]
