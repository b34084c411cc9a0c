"""Celery, as transport only: the ledger row is the task, the message carries its id.

Late acknowledgement and a prefetch of one keep what a dying worker held to a single message; the ledger's relay and
reaper cover the rest. No result backend: results are rows.
"""

from __future__ import annotations

from dataclasses import dataclass

from celery.schedules import crontab

from intelliwiz_config.settings import env
from intelliwiz_config.settings.funnel import FUNNEL
from intelliwiz_config.settings.redis import REDIS_URL, broker_url
from intelliwiz_config.settings.security.antivirus import ANTIVIRUS
from intelliwiz_config.settings.security.upload_quotas import UPLOAD_QUOTAS

CELERY_BROKER_URL = env.text("CELERY_BROKER_URL", broker_url(REDIS_URL))
"""A Redis that never evicts, or RabbitMQ (`amqp://`)."""
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_ACKS_ON_FAILURE_OR_TIMEOUT = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_CREATE_MISSING_QUEUES = True
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_TASK_TIME_LIMIT = 300
TASK_QUEUES_EXPECTED = ("conversation", "default", "media")
CELERY_TASK_ROUTES = {
    "process_conversation_step": {"queue": "conversation"},
    "generate_recommendations": {"queue": "conversation"},
    "understand_photo": {"queue": "media"},
    "understand_document": {"queue": "media"},
    "tend_resumable_uploads": {"queue": "media"},
}
_REDIS_OPTIONS = {
    "visibility_timeout": 3600,
    "socket_timeout": 10,
    "socket_connect_timeout": 2,
    "retry_on_timeout": True,
}
_AMQP_OPTIONS = {"confirm_publish": True, "connect_timeout": 2, "read_timeout": 10, "write_timeout": 10}
CELERY_BROKER_TRANSPORT_OPTIONS = (
    _AMQP_OPTIONS if CELERY_BROKER_URL.startswith(("amqp", "pyamqp")) else _REDIS_OPTIONS
)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY = False  # the relay publishes again; a web request must not wait for a dead broker
CELERY_WORKER_CONSUMER = "apps.task_ledger.consumer:Consumer"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 10
CELERY_WORKER_ENABLE_SOFT_SHUTDOWN_ON_IDLE = False
CELERY_DB_REUSE_MAX = (
    10**9
)  # Celery would close the connection after each task; a start that finds it broken makes a new one
CELERY_WORKER_MAX_TASKS_PER_CHILD = 2000
CELERY_BEAT_SCHEDULE = {
    "forget-expired": {"task": "forget_expired", "schedule": crontab(minute=17)},
    "funnel-round": {"task": "go_funnel_round", "schedule": crontab(minute=7)},
    "mend-stuck-sessions": {"task": "mend_stuck_sessions", "schedule": 60.0},
    "tend-resumable-uploads": {"task": "tend_resumable_uploads", "schedule": 60.0},
    "sweep-stored-files": {"task": "sweep_stored_files", "schedule": crontab(minute=41)},
}
if ANTIVIRUS.mode != "off":
    CELERY_BEAT_SCHEDULE["scan-waiting-uploads"] = {"task": "scan_waiting_uploads", "schedule": 60.0}
CELERY_TIMEZONE = "UTC"
CELERY_ENABLE_UTC = True


@dataclass(frozen=True)
class LedgerSettings:
    """How durable tasks are leased, retried and taken back."""

    lease_seconds: float
    """A running task whose lease is older than this is taken back. Renewed while the task runs."""
    heartbeat_seconds: float
    max_deliveries: int
    """Starts of one attempt before it is declared poison."""
    relay_interval_seconds: float
    republish_after_seconds: float
    """Published but never started: published again after this, then twice that, up to ten minutes."""
    reaper_interval_seconds: float
    retention_days: int
    deadline_hours: float
    """Not done by then: expired. 0: never."""


TASK_LEDGER = LedgerSettings(
    lease_seconds=env.number("TASK_LEASE_SECONDS", 15, low=1),
    heartbeat_seconds=env.number("TASK_HEARTBEAT_SECONDS", 5, low=0.2),
    max_deliveries=env.integer("TASK_MAX_DELIVERIES", 3, low=1),
    relay_interval_seconds=env.number("TASK_RELAY_INTERVAL_SECONDS", 0.5, low=0.05),
    republish_after_seconds=env.number("TASK_REPUBLISH_AFTER_SECONDS", 10, low=1),
    reaper_interval_seconds=env.number("TASK_REAPER_INTERVAL_SECONDS", 1, low=0.1),
    retention_days=env.integer("TASK_RETENTION_DAYS", 30, low=1),
    deadline_hours=env.number("TASK_DEADLINE_HOURS", 24, low=0),
)
if TASK_LEDGER.heartbeat_seconds * 2 > TASK_LEDGER.lease_seconds:
    env.problems.append("TASK_HEARTBEAT_SECONDS must be at most half of TASK_LEASE_SECONDS")

TASK_KEEPER_DUTIES: tuple[tuple[str, float], ...] = (
    ("apps.onboarding_api.services.dlq_alerting.watch", 5.0),
    ("apps.onboarding_api.services.funnel_analytics.keep_up", FUNNEL.fold_seconds),
    ("apps.onboarding_api.services.experiments.watch", 10.0),
    ("apps.onboarding_api.services.resumable_uploads.keep_leases", UPLOAD_QUOTAS.lease_seconds / 3),
)
"""What the keeper does beside the ledger's own upkeep: (dotted path of a function, seconds between calls)."""
TASK_DEADLINE_HOURS: dict[str, float] = {"ledger_pulse": 0}
"""By task, where the general one does not fit. A pulse waits for its worker however long that takes."""
TASK_PAYLOAD_VERSIONS: dict[str, int] = {}
"""By task, where the shape of its arguments ever changed; 1 elsewhere."""

CRITICAL_CELERY_TASKS = env.words("CRITICAL_CELERY_TASKS", ("process_conversation_step",))
