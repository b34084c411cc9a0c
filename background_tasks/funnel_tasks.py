"""Calendar work of the funnel: the hourly round, and what it commits for each client."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from celery import shared_task

from apps.onboarding_api.services import funnel_reports
from background_tasks.maintenance_tasks import CalendarTask
from background_tasks.onboarding_base_task import OnboardingDatabaseTask
from background_tasks.onboarding_retry_strategies import database_task_config


@shared_task(base=CalendarTask, name="go_funnel_round", **database_task_config())
def go_funnel_round() -> dict[str, int]:
    """See what is due by the clocks of the clients, and send the mails that wait."""
    return funnel_reports.go_round()


@shared_task(base=OnboardingDatabaseTask, name="keep_funnel_advice", **database_task_config())
def keep_funnel_advice(client_id: str, day: str) -> dict[str, Any]:
    """Keep today's recommendations to a client, or, without an id, those about all clients together."""
    return {"day": day, "open": funnel_reports.advise(UUID(client_id) if client_id else None)}


@shared_task(base=OnboardingDatabaseTask, name="send_funnel_report", **database_task_config())
def send_funnel_report(client_id: str, day: str) -> dict[str, Any]:
    """Write and send the report of the week that began on `day`."""
    report = funnel_reports.report_on(UUID(client_id), date.fromisoformat(day))
    return {"report_id": None if report is None else str(report.pk)}
