"""Every page of the admin, one file per subject. Importing this registers them."""

from apps.onboarding.admin import (
    clients,
    configuration,
    evidence,
    flow_versions,
    people,
    recommendations,
    requests,
    sessions,
    tasks,
    uploads,
    vault,
)

__all__ = [
    "clients",
    "configuration",
    "evidence",
    "flow_versions",
    "people",
    "recommendations",
    "requests",
    "sessions",
    "tasks",
    "uploads",
    "vault",
]
