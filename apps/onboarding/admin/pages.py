"""Every page of the admin, one file per subject. Importing this registers them."""

from apps.onboarding.admin import (
    alerts,
    clients,
    configuration,
    evidence,
    flow_versions,
    funnel,
    infected_files,
    people,
    recommendations,
    requests,
    sessions,
    task_history,
    tasks,
    upload_quotas,
    uploads,
    vault,
)

__all__ = [
    "alerts",
    "clients",
    "configuration",
    "evidence",
    "flow_versions",
    "funnel",
    "infected_files",
    "people",
    "recommendations",
    "requests",
    "sessions",
    "task_history",
    "tasks",
    "upload_quotas",
    "uploads",
    "vault",
]
