"""What experiments leave behind: arms, sessions in them, notes, and flows of single clients."""

from __future__ import annotations

from django.contrib import admin

from apps.onboarding.admin.base import EvidenceAdmin
from apps.onboarding.admin.showing import json_of, link, of_session
from apps.onboarding.models import (
    ClientFlow,
    ExperimentArm,
    ExperimentNote,
    ExperimentTally,
    ExperimentTallyPart,
    ExperimentUnit,
    FlowVersion,
)


@admin.register(ExperimentArm)
class ExperimentArmAdmin(EvidenceAdmin):
    list_display = ["experiment", "name", "weight", "flow_version"]
    list_select_related = ["experiment", "flow_version"]
    search_fields = ["experiment__key", "name"]
    id_fields = ("experiment_id",)
    _changes = json_of("changes")
    readonly_fields = [_changes]
    fields = ["experiment", "name", "weight", "flow_version", _changes]


@admin.register(ExperimentUnit)
class ExperimentUnitAdmin(EvidenceAdmin):
    list_display = ["pk", of_session, "arm_name", "assigned_at", "exposed_at"]
    list_filter = ["experiment__key"]
    list_select_related = ["arm"]
    search_fields = ["experiment__key"]
    id_fields = ("session_id", "experiment_id")
    readonly_fields = [of_session, "arm_name"]
    fields = [
        of_session, "experiment", "arm_name", "unit", "earlier_sessions", "earlier_completed", "assigned_at",
        "exposed_at",
    ]  # fmt: skip

    @admin.display(description="arm")
    def arm_name(self, unit: ExperimentUnit) -> str:
        return unit.arm.name


@admin.register(ExperimentNote)
class ExperimentNoteAdmin(EvidenceAdmin):
    list_display = ["at", "experiment", "deed", "actor", "reason"]
    list_filter = ["deed"]
    list_select_related = ["experiment", "actor"]
    search_fields = ["experiment__key"]
    id_fields = ("experiment_id",)
    date_hierarchy = "at"
    _data = json_of("data")
    readonly_fields = [_data]
    fields = ["experiment", "deed", "actor", "reason", _data, "at"]


@admin.register(ExperimentTally)
class ExperimentTallyAdmin(EvidenceAdmin):
    list_display = ["experiment", "counted_at", "whole_until", "early_until"]
    list_select_related = ["experiment"]
    search_fields = ["experiment__key"]
    id_fields = ("experiment_id",)
    _counted = json_of("counted")
    readonly_fields = [_counted]
    fields = ["experiment", "counted_at", "whole_until", "early_until", _counted]


@admin.register(ExperimentTallyPart)
class ExperimentTallyPartAdmin(EvidenceAdmin):
    list_display = ["experiment", "begins", "is_early", "is_stale"]
    list_select_related = ["experiment"]
    search_fields = ["experiment__key"]
    id_fields = ("experiment_id",)
    _sums = json_of("sums")
    readonly_fields = [_sums]
    fields = ["experiment", "begins", "is_early", "is_stale", _sums]


@admin.register(ClientFlow)
class ClientFlowAdmin(EvidenceAdmin):
    list_display = ["client", "name", "version", "experiment", "mdtz"]
    list_select_related = ["client", "flow_version", "experiment"]
    search_fields = ["client__name", "name"]
    id_fields = ("client_id", "experiment_id")
    readonly_fields = ["version"]
    fields = ["client", "name", "version", "experiment", "cdtz", "mdtz"]

    @admin.display(description="flow version")
    def version(self, row: ClientFlow) -> str:
        return link(FlowVersion, row.flow_version_id, row.flow_version)
