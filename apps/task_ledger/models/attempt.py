"""One run of a task that did not end in done: what went wrong, when, and what became of the task."""

from __future__ import annotations

from django.db import models

from apps.task_ledger.models.record import TaskRecord


class TaskAttempt(models.Model):
    class Outcome(models.TextChoices):
        RETRIED = "retried", "Will be tried again"
        PARKED = "parked", "Parked until its provider admits work"
        WORKER_LOST = "worker_lost", "Its worker died"
        DEAD = "dead", "No attempt left, or none can help"
        EXPIRED = "expired", "Its deadline passed"

    task = models.ForeignKey(TaskRecord, models.CASCADE, related_name="attempts")
    generation = models.PositiveSmallIntegerField(help_text="Redrives before this run.")
    attempt = models.PositiveSmallIntegerField(help_text="Retries spent before this run.")
    fence = models.PositiveIntegerField(help_text="Which start of the task this was.")
    outcome = models.CharField(max_length=12, choices=Outcome)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(auto_now_add=True)
    host = models.CharField(max_length=160, blank=True, default="")
    error = models.JSONField(help_text="code, class, message, cause, location: sanitised.")
    traceback = models.TextField(blank=True, default="", help_text="Frames without source lines or values.")

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.outcome} at start {self.fence}"
