"""Who did what to which task: written with the deed, never changed."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class TaskAction(models.Model):
    class Operation(models.TextChoices):
        REDRIVE = "redrive", "Retried"
        EDIT = "edit", "Edited and retried"
        DISCARD = "discard", "Discarded"
        BULK_REDRIVE = "bulk_redrive", "Bulk retry begun"
        BULK_STOP = "bulk_stop", "Bulk retry stopped"

    at = models.DateTimeField(auto_now_add=True)
    operation = models.CharField(max_length=16, choices=Operation)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty: the platform itself, or a command on the server.",
    )
    task_id = models.UUIDField(null=True, blank=True, help_text="Outlives the task's row.")
    task_name = models.CharField(max_length=120, blank=True, default="")
    generation = models.PositiveSmallIntegerField(default=0, help_text="Redrives before the deed.")
    reason = models.TextField(blank=True, default="", help_text="In the actor's words, scrubbed.")
    details = models.JSONField(
        default=dict, help_text="Filter and counts of a bulk; which arguments an edit changed."
    )

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["task_id"], name="task_action_task")]

    def __str__(self) -> str:
        return f"{self.operation} {self.task_id or ''}".strip()
