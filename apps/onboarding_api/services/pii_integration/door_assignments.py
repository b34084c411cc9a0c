"""Which door each route, text column, logger and page of the admin belongs to (`doors`).

Columns whose values come from `choices`, ids, numbers and times hold no text of people and are not listed.
"""

from __future__ import annotations

from collections.abc import Iterator

_ROUTES = {
    "conversation text": "conversation task",
    "corrections": "session sessions",
    "event log and streams": "events",
    "funnel and replay": "analytics-funnel analytics-heatmap analytics-cohorts analytics-slice analytics-sessions "
    "dashboard-realtime dashboard-heatmap dashboard-overview dashboard-replay "
    "funnel:overview funnel:sessions funnel:replay funnel-recommendations funnel-recommendation "
    "funnel-reports funnel-report funnel:report-pdf",
    "experiments": "experiments experiment experiment-start experiment-stop experiment-results experiment-roll-out",
    "approval reasons": "approve revert",
    "configuration": "recommendation session-recommendations",
    "text on photos": "site-audit",
    "document text": "documents upload",
    "stored files": "upload-file file resumable-uploads resumable-upload direct-uploads "
    "complete-direct-upload",
    "meter readings": "confirm-reading",
    "sign-in and browser sessions": "token token-refresh",
    "dead letters": "dlq-tasks dlq-task dlq-stats dlq-causes dead_letters:overview dead_letters:entries "
    "dead_letters:entry",
    "operators' reasons and filters": "dlq-task-retry dlq-clear dlq-retry dlq-bulks dlq-bulk dlq-bulk-stop "
    "dead_letters:retry-all dead_letters:discard-all dead_letters:bulk",
    "documentation": "schema docs home",
    "metrics and health": "live ready metrics quota",
}

_COLUMNS = {
    "conversation text": "onboarding.Turn: text reply commands",
    "choice values": "onboarding.Turn: choice",
    "redaction counts": "onboarding.Turn: pii facts",
    "corrections": "onboarding.ConversationSession: collected_data dialogue",
    "closed words": "onboarding.Turn: question | onboarding.ConversationSession: language "
    "| onboarding.FlowVersion: name digest definition | onboarding.Client: time_zone "
    "| onboarding.ConversationSession: variants | onboarding.FunnelFact: language flow "
    "| onboarding.FunnelSlot: dimension value | onboarding.FunnelDay: dimension value times "
    "| onboarding.FunnelWeek: dimension value times | onboarding.FunnelClock: counts "
    "| onboarding.FunnelCell: language flow "
    "| onboarding.FunnelScope: time_zone | onboarding.FunnelState: rule | onboarding.FunnelRestatement: changes "
    "| onboarding.Upload: storage_key content_type sha256 original_content_type original_sha256 thumbnail_key "
    "perceptual_hash position_source error "
    "| onboarding.InfectedFile: signature sha256 "
    "| onboarding.Recommendation: maker checker | contenttypes.ContentType: app_label model "
    "| onboarding.ResumableUpload: error "
    "| onboarding.FunnelRecommendation: key stage cause effort title text worded_by advice "
    "| onboarding.FunnelReportDelivery: fault | auth.Permission: name codename",
    "device": "onboarding.ConversationSession: device | onboarding.FunnelFact: device "
    "| onboarding.FunnelCell: device",
    "correlation id": "onboarding.SessionEvent: correlation_id | task_ledger.TaskRecord: correlation_id "
    "| onboarding.InfectedFile: correlation_id",
    "event log and streams": "onboarding.SessionEvent: data",
    "approval reasons": "onboarding.Decision: reason",
    "amendments": "onboarding.Decision: changes",
    "configuration": "onboarding.Recommendation: proposal evidence verdict | onboarding.ChangeSet: operations "
    "| onboarding.Site: code name site_type address city attributes | onboarding.Shift: code name days "
    "| onboarding.Post: code name kind | onboarding.PatrolCheckpoint: code name floor "
    "| onboarding.Asset: code name kind "
    "| onboarding.MeterPoint: code name kind unit opening_reading | onboarding.Contact: code name role phone email",
    "document text": "onboarding.Upload: findings",
    "file names and document types": "onboarding.Upload: document_type display_name "
    "| onboarding.ResumableUpload: document_type display_name",
    "meter readings": "onboarding.MeterReading: value unit candidates confirmed_value",
    "vault": "onboarding.VaultEntry: placeholder kind lookup sealed",
    "idempotency records": "onboarding.IdempotencyRecord: key_digest body_digest sealed_answer",
    "accounts": "auth.User: password username first_name last_name email | auth.Group: name "
    "| onboarding.Client: name slug | onboarding.FunnelReport: subject text html",
    "sign-in and browser sessions": "sessions.Session: session_key session_data",
    "admin log": "admin.LogEntry: object_id object_repr change_message",
    "task arguments": "task_ledger.TaskRecord: sealed_payload",
    "task results": "task_ledger.TaskRecord: result",
    "task errors": "task_ledger.TaskRecord: error error_class cause | task_ledger.TaskAttempt: error traceback",
    "task rows": "task_ledger.TaskRecord: name queue idempotency_key owner parked_on | task_ledger.TaskAttempt: host "
    "| task_ledger.TaskAction: task_name | task_ledger.BulkRedrive: why_stopped | task_ledger.BulkRedriveItem: why "
    "| onboarding.ProviderCall: service provider deed model fault",
    "operators' reasons and filters": "task_ledger.TaskAction: reason details "
    "| task_ledger.BulkRedrive: filters reason",
    "experiments": "onboarding.Experiment: key title flow control other_metrics guardrails stop_reason rolled_out_arm "
    "verdict verdict_arm | onboarding.ExperimentArm: name changes | onboarding.ExperimentUnit: unit "
    "| onboarding.ExperimentNote: reason data | onboarding.ClientFlow: name "
    "| onboarding.ExperimentTally: counted | onboarding.ExperimentTallyPart: sums",
    "alerts": "onboarding.AlertIncident: key facts | onboarding.AlertDelivery: channel fault",
}

_OF_LOGS = (
    "django django.request django.security celery celery.dlq celery.task alerts funnel security uvicorn "
    "uvicorn.error apps.onboarding_api.services.speech_service.embedded"
)
LOGGERS = dict.fromkeys(_OF_LOGS.split(), "log lines")
"""Loggers that the product's code writes to, or that the settings name with a handler."""

_ADMIN = """
    auth.Group onboarding.AlertDelivery onboarding.AlertIncident onboarding.Asset onboarding.ChangeSet
    onboarding.Client onboarding.ClientFlow onboarding.Contact onboarding.ConversationSession onboarding.Decision
    onboarding.FunnelRecommendation onboarding.FunnelReport onboarding.FunnelReportDelivery
    onboarding.Experiment onboarding.ExperimentArm onboarding.ExperimentNote onboarding.ExperimentTally
    onboarding.ExperimentTallyPart onboarding.ExperimentUnit
    onboarding.FlowVersion onboarding.FunnelDirty onboarding.FunnelFact onboarding.FunnelRestatement
    onboarding.FunnelScope onboarding.FunnelState onboarding.IdempotencyRecord onboarding.InfectedFile
    onboarding.Membership
    onboarding.MeterPoint
    onboarding.MeterReading onboarding.PatrolCheckpoint onboarding.Post onboarding.ProviderCall
    onboarding.Recommendation
    onboarding.ResumableUpload onboarding.SessionEvent
    onboarding.Shift onboarding.Site onboarding.Turn onboarding.Upload onboarding.UploadQuota
    onboarding.VaultEntry task_ledger.BulkRedrive task_ledger.BulkRedriveItem task_ledger.TaskAction
    task_ledger.TaskAttempt task_ledger.TaskRecord task_ledger.TaskTally
"""
PAGES = dict.fromkeys(_ADMIN.split(), "admin pages") | {
    "auth.User": "accounts",
    "admin.LogEntry": "admin log",
}
"""Pages of the admin, by model: lists, rows, histories and searches."""


def _routes() -> Iterator[tuple[str, str]]:
    for door, names in _ROUTES.items():
        yield from ((name, door) for name in names.split())


def _columns() -> Iterator[tuple[str, str]]:
    for door, tables in _COLUMNS.items():
        for table in tables.split("|"):
            model, _, columns = table.partition(":")
            yield from ((f"{model.strip()}.{column}", door) for column in columns.split())


ROUTES = dict(_routes())
"""Name of a route (with its namespace) -> door. The admin's own routes go by their models (`PAGES`)."""
COLUMNS = dict(_columns())
"""`app.Model.column` -> door."""
