"""A bulk redrive: a frozen choice of dead tasks, sent back step by step, and stopped where the mend is none."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from apps.task_ledger.models.record import TaskRecord


class BulkRedrive(models.Model):
    class State(models.TextChoices):
        RUNNING = "running"
        STOPPED = "stopped"
        DONE = "done"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    state = models.CharField(max_length=8, choices=State, default=State.RUNNING)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    filters = models.JSONField(help_text="As they were asked; the entries they chose are frozen.")
    reason = models.TextField(blank=True, default="", help_text="In the actor's words, scrubbed.")
    total = models.PositiveIntegerField()
    rate_per_minute = models.PositiveIntegerField(help_text="At most so many are sent back in a minute.")
    created_at = models.DateTimeField(auto_now_add=True)
    sent_until = models.DateTimeField(null=True, blank=True, help_text="The rate is used up until then.")
    finished_at = models.DateTimeField(null=True, blank=True)
    why_stopped = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.total} tasks, {self.state}"


class BulkRedriveItem(models.Model):
    class State(models.TextChoices):
        PENDING = "pending"
        SENT = "sent"
        SUCCEEDED = "succeeded"
        FAILED = "failed"
        SKIPPED = "skipped", "Somebody else redrove or discarded it, or its arguments do not fit"

    bulk = models.ForeignKey(BulkRedrive, models.CASCADE, related_name="items")
    task = models.ForeignKey(TaskRecord, models.CASCADE, related_name="+")
    position = models.PositiveIntegerField()
    generation = models.PositiveSmallIntegerField(help_text="Of the task when it was chosen.")
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    why = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bulk", "task"], name="bulk_item_once")]
        indexes = [models.Index(fields=["bulk", "state", "position"], name="bulk_item_next")]

    def __str__(self) -> str:
        return f"{self.position} {self.state}"
