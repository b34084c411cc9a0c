"""Every way in which text gets into the product or out of it, and what guards it there.

The tests walk this list: each guard exists, each proof exists and pushes planted values through its door, and every
route, text column, logger and admin page belongs to a door (`door_assignments`). What is new and assigned to none
fails the run.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Direction(StrEnum):
    IN = "in"
    OUT = "out"
    KEPT = "kept"


class Policy(StrEnum):
    BALANCED = "balanced"
    """Found values become placeholders; the session's vault can turn them back."""
    STRICT = "strict"
    """Found values go for good."""
    SHAPE = "shape"
    """Only known forms stay (ids, figures, words of the code): nothing has to be found."""
    SEALED = "sealed"
    """Encrypted, bound to its row."""
    RESTORED = "restored"
    """Placeholders are filled in for who may see the session."""
    REFUSES = "refuses"
    """What is not proven clean does not pass."""
    NEVER = "never holds text"
    """By construction nothing that people wrote gets there."""
    ACCOUNT = "account"
    """The names by which accounts sign in."""
    RAW = "as it came"
    """A known limit."""


@dataclass(frozen=True, slots=True)
class Door:
    """`guard`: dotted path of what does the work. `proof`: the test, as `file::function` below the tests' folder."""

    name: str
    direction: Direction
    policy: Policy
    guard: str
    proof: str


_PII = "apps.onboarding_api.services.pii_integration"
_SERVICES = "apps.onboarding_api.services"
_IN, _OUT, _KEPT = Direction.IN, Direction.OUT, Direction.KEPT
_TALK = "test_pii_doors_in.py::"
_LEAVE = "test_pii_doors_out.py::"

DOORS = (
    # What people say.
    Door("conversation text", _IN, Policy.BALANCED, f"{_SERVICES}.conversation.admission.redact_answer",
         f"{_TALK}test_conversation_keeps_placeholders_only"),
    Door("choice values", _IN, Policy.BALANCED, f"{_SERVICES}.conversation.admission.redact_value",
         f"{_TALK}test_choices_keep_placeholders_only"),
    Door("corrections", _IN, Policy.BALANCED, f"{_SERVICES}.conversation.correction.correct_answers",
         f"{_TALK}test_corrections_keep_placeholders_only"),
    Door("approval reasons", _IN, Policy.BALANCED, f"{_SERVICES}.recommendations.decide.decide",
         f"{_TALK}test_reasons_and_amendments_keep_placeholders_only"),
    Door("amendments", _IN, Policy.BALANCED, f"{_SERVICES}.recommendations.redacting.redact_changes",
         f"{_TALK}test_reasons_and_amendments_keep_placeholders_only"),
    Door("transcripts", _IN, Policy.BALANCED, f"{_SERVICES}.conversation.hearing.hear",
         f"{_TALK}test_transcript_keeps_placeholders_only"),
    # What files say.
    Door("text on photos", _IN, Policy.BALANCED, f"{_SERVICES}.ocr_service.service.OnboardingOCRService",
         f"{_TALK}test_text_on_photos_keeps_placeholders_only"),
    Door("image labels and codes", _IN, Policy.BALANCED,
         f"{_SERVICES}.image_analysis.service.OnboardingImageAnalysisService",
         f"{_TALK}test_text_on_photos_keeps_placeholders_only"),
    Door("meter readings", _IN, Policy.SHAPE, f"{_SERVICES}.uploads.readings.confirm_reading",
         f"{_TALK}test_reading_takes_figures_and_units_only"),
    Door("document text", _IN, Policy.BALANCED, f"{_SERVICES}.document_service.service.OnboardingDocumentService",
         f"{_TALK}test_documents_keep_placeholders_only"),
    Door("document metadata", _IN, Policy.NEVER, f"{_SERVICES}.document_service.service.READERS",
         f"{_TALK}test_documents_keep_placeholders_only"),
    Door("EXIF texts", _IN, Policy.NEVER, f"{_SERVICES}.photos.exif.read_position",
         f"{_TALK}test_exif_texts_are_not_read"),
    Door("file names and document types", _IN, Policy.SHAPE, f"{_SERVICES}.uploads.storing.display_name",
         f"{_TALK}test_file_names_and_types_keep_everyday_words_only"),
    Door("stored files", _KEPT, Policy.RAW, f"{_SERVICES}.uploads.storing.store_file",
         f"{_TALK}test_stored_files_have_names_of_ours"),
    # What requests bring along.
    Door("correlation id", _IN, Policy.SHAPE, "apps.onboarding_api.middleware.correlation.CorrelationMiddleware",
         f"{_TALK}test_headers_that_are_kept_are_kept_by_shape"),
    Door("device", _IN, Policy.SHAPE, f"{_PII}.shape.device",
         f"{_TALK}test_headers_that_are_kept_are_kept_by_shape"),
    Door("idempotency records", _KEPT, Policy.SEALED, f"{_SERVICES}.idempotency.keep",
         "test_idempotency.py::test_the_kept_answer_holds_no_personal_value_in_the_clear"),
    Door("sign-in and browser sessions", _IN, Policy.NEVER, "apps.onboarding_api.views.auth_views.RefreshView",
         f"{_TALK}test_failed_sign_in_leaves_nothing_behind"),
    Door("accounts", _KEPT, Policy.ACCOUNT, "apps.onboarding.admin.people.AccountAdmin",
         "test_admin_pages.py::test_pages_send_others_to_the_sign_in"),
    Door("closed words", _IN, Policy.REFUSES, f"{_SERVICES}.conversation.sessions.open_session",
         f"{_TALK}test_words_from_closed_sets_take_no_others"),
    # What is kept of it.
    Door("redaction counts", _KEPT, Policy.NEVER, f"{_PII}.redaction.Redaction.pii",
         f"{_TALK}test_conversation_keeps_placeholders_only"),
    Door("vault", _KEPT, Policy.SEALED, f"{_PII}.vault.store_all",
         "test_pii_vault.py::test_value_is_sealed_at_rest"),
    Door("event log and streams", _OUT, Policy.BALANCED, "apps.onboarding_api.views.event_views.events_view",
         f"{_LEAVE}test_event_log_shows_placeholders_only"),
    Door("funnel and replay", _OUT, Policy.STRICT, f"{_SERVICES}.funnel_analytics.replay.replay_session",
         "test_analytics_dashboard.py::test_a_replay_shows_nothing_personal_even_where_it_was_kept"),
    Door("configuration", _KEPT, Policy.BALANCED, f"{_SERVICES}.recommendations.applying.apply_proposal",
         f"{_TALK}test_reasons_and_amendments_keep_placeholders_only"),
    Door("answers to the person", _OUT, Policy.RESTORED, f"{_PII}.vault.restore_json",
         "test_pii_vault.py::test_never_across_sessions"),
    # Models.
    Door("model prompts", _OUT, Policy.REFUSES, f"{_SERVICES}.llm.safety.refuse_personal",
         "test_pii_doors_llm.py::test_no_unsafe_text_reaches_an_outside_model"),
    Door("model replies", _IN, Policy.REFUSES, f"{_SERVICES}.llm.commands_check.refuse_unknown",
         "test_llm_service.py::test_answers_outside_the_closed_set_are_refused"),
    Door("model streams", _OUT, Policy.RESTORED, f"{_PII}.streams.StreamRestorer",
         "test_pii_streams.py::*"),
    Door("tool arguments", _OUT, Policy.RESTORED, f"{_PII}.streams.restore_arguments",
         "test_pii_streams.py::*"),
    # Tasks.
    Door("task arguments", _KEPT, Policy.SEALED, "apps.task_ledger.models.TaskRecord.seal",
         f"{_LEAVE}test_dead_task_shows_no_argument_and_no_error_text"),
    Door("task results", _KEPT, Policy.NEVER, "apps.task_ledger.execution.finish",
         f"{_LEAVE}test_results_of_tasks_are_ids_and_states"),
    Door("task errors", _KEPT, Policy.SHAPE, f"{_PII}.failures.describe",
         f"{_LEAVE}test_dead_task_shows_no_argument_and_no_error_text"),
    Door("task rows", _KEPT, Policy.NEVER, "apps.task_ledger.enqueue.enqueue",
         f"{_LEAVE}test_dead_task_shows_no_argument_and_no_error_text"),
    Door("dead letters", _OUT, Policy.SHAPE, "background_tasks.dead_letter_view.whole",
         f"{_LEAVE}test_dead_task_shows_no_argument_and_no_error_text"),
    Door("operators' reasons and filters", _IN, Policy.STRICT, "background_tasks.dead_letter_queue.DeadLetterQueue",
         f"{_LEAVE}test_reasons_of_operators_are_scrubbed"),
    Door("experiments", _IN, Policy.STRICT, f"{_SERVICES}.experiments.defining.create",
         "test_experiments_api.py::test_titles_and_reasons_are_scrubbed_and_wording_names_nobody"),
    Door("redis", _OUT, Policy.NEVER, "apps.task_ledger.publisher.publish",
         f"{_LEAVE}test_redis_hears_ids_only"),
    # What is told to those who run it.
    Door("alerts", _OUT, Policy.NEVER, f"{_SERVICES}.dlq_alerting.texts.notice_of",
         "test_dlq_alerting_channels.py::test_planted_secrets_are_in_no_message"),
    Door("log lines", _OUT, Policy.SHAPE, f"{_PII}.logs.ScrubbingFormatter",
         f"{_LEAVE}test_every_logger_writes_clean_lines"),
    Door("error pages and problems", _OUT, Policy.NEVER, "apps.onboarding_api.views.error_views.server_error",
         f"{_LEAVE}test_failures_tell_the_client_nothing_of_the_error"),
    Door("error reporter", _OUT, Policy.SHAPE, f"{_PII}.hooks.before_send",
         f"{_LEAVE}test_reported_events_hold_no_planted_value"),
    Door("metrics and health", _OUT, Policy.NEVER, f"{_SERVICES}.metrics.exposition",
         f"{_LEAVE}test_metrics_and_health_hold_no_planted_value"),
    Door("admin pages", _OUT, Policy.BALANCED, "apps.onboarding.admin.base.PageAdmin",
         "test_admin_pages.py::test_list_and_page_open_and_tell_nothing_personal"),
    Door("admin log", _KEPT, Policy.NEVER, "apps.onboarding.admin.logging_by_key.LogsByKey",
         "test_admin_pages.py::test_log_of_the_admin_names_rows_by_key_and_goes_with_them"),
    Door("documentation", _OUT, Policy.NEVER, "apps.onboarding_api.views.openapi.problems",
         f"{_LEAVE}test_metrics_and_health_hold_no_planted_value"),
    Door("output of commands", _OUT, Policy.SHAPE, "apps.onboarding_api.management.commands.reseal.Command",
         f"{_LEAVE}test_commands_print_no_planted_value"),
)  # fmt: skip

ABSENT = {
    "webhooks": "The product calls nobody back; alerts are the only messages that it sends by itself.",
    "exports": "There is no download of rows. Pages and the API show them, each through its own door.",
}
"""Ways that other products have and this one has not. A route of such a name fails the tests until it has a door."""


BY_NAME = {door.name: door for door in DOORS}
