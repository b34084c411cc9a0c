"""Flow versions: what a conversation asks. A version never changes once stored."""

from __future__ import annotations

import uuid

from django.db import models

from apps.onboarding.flows.definition import Flow
from apps.onboarding.models.base import Identified


class FlowVersion(Identified):
    name = models.CharField(max_length=80)
    version = models.PositiveIntegerField()
    digest = models.CharField(max_length=64, help_text="SHA-256 of the canonical definition.")
    definition = models.JSONField()
    is_default = models.BooleanField(
        default=False, help_text="New sessions of this flow start with this version."
    )

    class Meta:
        ordering = ["name", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["name", "version"], name="flow_version_once"),
            models.UniqueConstraint(fields=["name", "digest"], name="flow_content_once"),
            models.UniqueConstraint(
                fields=["name"], condition=models.Q(is_default=True), name="flow_one_default_version"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"

    def flow(self) -> Flow:
        """The parsed flow; parsed once per process, since a version never changes."""
        if self.pk not in _parsed:
            _parsed[self.pk] = Flow.from_definition(self.definition)
        return _parsed[self.pk]


_parsed: dict[uuid.UUID, Flow] = {}
