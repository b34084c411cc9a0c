"""Logs. Every handler scrubs personal data from the final string (see `services.pii_integration.logs`)."""

from __future__ import annotations

from typing import Any

from intelliwiz_config.settings import env

LOG_LEVEL = env.choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR"))
LOG_FORMAT = env.choice("LOG_FORMAT", "text", ("text", "json"))

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
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        name: {"handlers": ["console"], "level": LOG_LEVEL, "propagate": False}
        for name in (
            "django",
            "celery",
            "celery.dlq",
            "celery.task",
            "alerts",
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
LOGGING["loggers"]["django.db.backends"] = {"level": "INFO"}  # statements carry values
