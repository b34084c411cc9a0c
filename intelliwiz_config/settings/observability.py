"""Logs. Every handler scrubs personal data from the final string (see `services.pii_integration.logs`)."""

from __future__ import annotations

from typing import Any

from intelliwiz_config.settings import env

LOG_LEVEL = env.choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR"))
LOG_FORMAT = env.choice("LOG_FORMAT", "text", ("text", "json"))
_LIBRARIES_LEVEL = "INFO" if LOG_LEVEL == "DEBUG" else LOG_LEVEL
"""At DEBUG libraries write what they work on: Pillow the texts of EXIF, templates their variables."""

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"correlation": {"()": "apps.task_ledger.correlation.CorrelationFilter"}},
    "formatters": {
        "scrubbed": {
            "()": "apps.onboarding_api.services.pii_integration.logs.ScrubbingFormatter",
            "style": LOG_FORMAT,
        }
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "scrubbed", "filters": ["correlation"]},
    },
    "root": {"handlers": ["console"], "level": _LIBRARIES_LEVEL},
    "loggers": {
        name: {"handlers": ["console"], "level": LOG_LEVEL, "propagate": False}
        for name in (
            "django",
            "celery",
            "celery.dlq",
            "celery.task",
            "alerts",
            "funnel",
            "security",
            "uvicorn",
            "uvicorn.error",
        )
    },
}
LOGGING["loggers"]["uvicorn.access"] = {"handlers": [], "propagate": False}
# Libraries that write addresses and texts at INFO; and Celery's own lines of tasks: the ledger writes the real outcome.
for chatty in (
    "httpx",
    "httpcore",
    "urllib3",
    "presidio-analyzer",
    "celery.worker.strategy",
    "celery.app.trace",
):
    LOGGING["loggers"][chatty] = {"level": "WARNING"}
for telling in ("django.db.backends", "django.template", "celery.pool"):
    LOGGING["loggers"][telling] = {"level": _LIBRARIES_LEVEL}  # statements, variables, arguments
LOGGING["loggers"]["pypdf"] = {"level": "ERROR"}  # its warnings quote the document
