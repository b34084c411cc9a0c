"""A task is a row, written in the transaction of the business change. The message only carries its id."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models
from django.db.models import Q

from apps.task_ledger import sealing


class TaskRecord(models.Model):
    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        WAITING = "waiting", "Waiting for the next attempt"
        PARKED = "parked", "Parked until its provider admits work again"
        DONE = "done"
        DEAD = "dead"
        EXPIRED = "expired"
        DISCARDED = "discarded"

    FINAL_STATES = (State.DONE, State.DEAD, State.EXPIRED, State.DISCARDED)
    DEAD_LETTERS = (State.DEAD, State.EXPIRED)
    """Failed for good, and can be redriven."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=120)
    queue = models.CharField(max_length=60)
    payload_version = models.PositiveSmallIntegerField(default=1)
    sealed_payload = models.BinaryField(help_text="args and kwargs as JSON, AES-GCM bound to id and name.")
    idempotency_key = models.CharField(max_length=200, null=True, blank=True, unique=True)
    client_id = models.UUIDField(
        null=True, blank=True, help_text="Whose work it is; empty for the platform's own."
    )
    subject_id = models.UUIDField(null=True, blank=True, help_text="What it is about: the session.")
    correlation_id = models.CharField(max_length=64, default="")

    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    attempt = models.PositiveSmallIntegerField(default=0, help_text="Retries spent.")
    deliveries = models.PositiveSmallIntegerField(default=0, help_text="Starts of this attempt.")
    fence = models.PositiveIntegerField(
        default=0, help_text="Rises with every start; a stale worker fails its check."
    )
    publishes = models.PositiveSmallIntegerField(default=0)
    owner = models.CharField(
        max_length=160, blank=True, default="", help_text="host|pid|start time of the process."
    )
    due_at = models.DateTimeField(help_text="The relay publishes from this time on.")
    lease_expires_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    last_started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    result = models.JSONField(null=True, blank=True, help_text="Ids and states; no personal value.")
    error = models.JSONField(
        null=True, blank=True, help_text="code, class, message, cause, location (sanitised), retryable."
    )
    error_class = models.CharField(max_length=200, blank=True, default="")
    cause = models.CharField(
        max_length=16, blank=True, default="", help_text="Fingerprint: equal for equal faults."
    )
    generation = models.PositiveSmallIntegerField(default=0, help_text="Redrives so far.")
    parked_on = models.CharField(
        max_length=40, blank=True, default="", help_text="The service that admits no work."
    )
    deadline_at = models.DateTimeField(
        null=True, blank=True, help_text="Not started any more after this: expired."
    )

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "queued",
                        "running",
                        "waiting",
                        "parked",
                        "done",
                        "dead",
                        "expired",
                        "discarded",
                    ]
                ),
                name="task_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="running") | Q(lease_expires_at__isnull=False),
                name="task_running_has_lease",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["done", "dead", "expired", "discarded"])
                | Q(finished_at__isnull=False),
                name="task_final_has_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(state__in=["queued", "waiting", "parked"]), name="task_due"
            ),
            models.Index(fields=["lease_expires_at"], condition=Q(state="running"), name="task_leased"),
            models.Index(fields=["state", "-created_at"], name="task_state_recent"),
            models.Index(fields=["subject_id"], name="task_subject"),
            models.Index(fields=["name", "queue", "-created_at"], name="task_name_queue_recent"),
            models.Index(fields=["queue", "-finished_at"], condition=Q(state="done"), name="task_queue_done"),
            models.Index(
                fields=["-finished_at", "id"],
                condition=Q(state__in=["dead", "expired"]),
                name="task_dead_recent",
            ),
            models.Index(
                fields=["cause", "-finished_at"],
                condition=Q(state__in=["dead", "expired"]),
                name="task_dead_cause",
            ),
            models.Index(fields=["parked_on"], condition=Q(state="parked"), name="task_parked_on"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.pk}"

    def seal(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> None:
        """Keep the arguments; they must be JSON (`TypeError` otherwise)."""
        plain = json.dumps([list(args), dict(kwargs)], separators=(",", ":"), default=_plain).encode()
        self.sealed_payload = sealing.seal(plain, bound_to=self.binding)

    def arguments(self) -> tuple[list[Any], dict[str, Any]]:
        """args and kwargs; `sealing.CannotOpen` where the key is gone."""
        args, kwargs = json.loads(sealing.open_sealed(self.sealed_payload, bound_to=self.binding))
        return args, kwargs

    @property
    def binding(self) -> str:
        return f"task:{self.id}:{self.name}"


def _plain(value: object) -> str:
    if isinstance(value, uuid.UUID):
        return str(value)
    raise TypeError(f"a task argument of type {type(value).__name__} is not JSON")
