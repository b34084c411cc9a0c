"""Answers of the dead letter queue's API, as its description shows them. `background_tasks` makes them."""

from __future__ import annotations

from rest_framework import serializers

from apps.onboarding_api.serializers.conversation_serializers import TASK_STATUSES

_ITEM_STATES = "pending, sent, succeeded, failed, skipped."


class DeadLetterRowSerializer(serializers.Serializer):
    task_id = serializers.CharField(help_text="As the task was known; it stands in the addresses.")
    row_id = serializers.UUIDField(help_text="Of the ledger's row. It may stand in the addresses too.")
    task_name = serializers.CharField()
    queue = serializers.CharField()
    state = serializers.CharField(help_text="dead or expired.")
    client_id = serializers.UUIDField(allow_null=True)
    subject_id = serializers.UUIDField(allow_null=True, help_text="The session.")
    correlation_id = serializers.CharField()
    exception_type = serializers.CharField()
    exception_message = serializers.CharField(help_text="Only what the code itself could have said.")
    code = serializers.CharField()
    cause = serializers.CharField(help_text="The same for the same fault.")
    location = serializers.CharField()
    retry_count = serializers.IntegerField()
    generation = serializers.IntegerField(help_text="Redrives so far.")
    created_at = serializers.DateTimeField()
    failed_at = serializers.DateTimeField(allow_null=True)


class AttemptSerializer(serializers.Serializer):
    generation = serializers.IntegerField()
    attempt = serializers.IntegerField()
    start = serializers.IntegerField()
    outcome = serializers.CharField()
    started_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField()
    error = serializers.DictField()
    traceback = serializers.CharField(help_text="Frames without source lines or values.")


class ActionSerializer(serializers.Serializer):
    at = serializers.DateTimeField()
    operation = serializers.CharField(help_text="redrive, edit, discard.")
    actor_id = serializers.IntegerField(allow_null=True)
    reason = serializers.CharField()
    details = serializers.DictField()


class DeadLetterSerializer(DeadLetterRowSerializer):
    arguments = serializers.DictField(
        allow_null=True, help_text="By name, in their shape; values only where they can be nobody's."
    )
    payload_version = serializers.IntegerField()
    can_retry = serializers.BooleanField(help_text="Whether the code of now takes its arguments.")
    why_not = serializers.CharField()
    attempts = AttemptSerializer(many=True, help_text="Runs that failed, the last first; at most 100.")
    actions = ActionSerializer(many=True, help_text="Who did what to it, the last first; at most 100.")


class DeadLetterPageSerializer(serializers.Serializer):
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = DeadLetterRowSerializer(many=True)
    total = serializers.IntegerField(help_text="Of the filter, counted in the table.")


class RedrivenSerializer(serializers.Serializer):
    task_id = serializers.CharField()
    row_id = serializers.UUIDField()
    status = serializers.ChoiceField(TASK_STATUSES)
    generation = serializers.IntegerField()


class CauseSerializer(serializers.Serializer):
    task_name = serializers.CharField()
    exception_type = serializers.CharField()
    exception_message = serializers.CharField()
    code = serializers.CharField()
    cause = serializers.CharField()
    location = serializers.CharField()
    count = serializers.IntegerField()
    first_seen = serializers.DateTimeField()
    last_seen = serializers.DateTimeField()


class CausesSerializer(serializers.Serializer):
    results = CauseSerializer(many=True, help_text="Those with most entries first.")
    total = serializers.IntegerField(help_text="Entries of the filter, in these groups and others.")


class IndexSerializer(serializers.Serializer):
    size = serializers.IntegerField(allow_null=True, help_text="null: Redis does not answer.")
    capacity = serializers.IntegerField()
    used_share = serializers.FloatField()


class BalanceSerializer(serializers.Serializer):
    committed = serializers.IntegerField()
    forgotten = serializers.IntegerField(help_text="Deleted after their time.")
    by_state = serializers.DictField(child=serializers.IntegerField())
    missing = serializers.IntegerField(help_text="0 where nothing was ever lost.")
    overdue = serializers.IntegerField()


class StatsSerializer(serializers.Serializer):
    total = serializers.IntegerField()
    dead = serializers.IntegerField()
    expired = serializers.IntegerField()
    discarded = serializers.IntegerField()
    died_last_hour = serializers.IntegerField()
    oldest_dead_at = serializers.DateTimeField(allow_null=True)
    by_task = serializers.DictField(child=serializers.IntegerField())
    causes = CauseSerializer(many=True)
    index = IndexSerializer()
    balance = BalanceSerializer()


class DiscardedSerializer(serializers.Serializer):
    discarded = serializers.IntegerField()


class CanariesSerializer(serializers.Serializer):
    planned = serializers.IntegerField()
    sent = serializers.IntegerField()
    passed = serializers.BooleanField(help_text="The rest is being sent, or all is done.")


class BulkRowSerializer(serializers.Serializer):
    bulk_id = serializers.UUIDField()
    state = serializers.CharField(help_text="running, stopped or done.")
    why_stopped = serializers.CharField()
    filters = serializers.DictField()
    reason = serializers.CharField()
    actor_id = serializers.IntegerField(allow_null=True)
    rate_per_minute = serializers.IntegerField()
    total = serializers.IntegerField(help_text="Entries chosen when it began.")
    items = serializers.DictField(child=serializers.IntegerField(), help_text=_ITEM_STATES)
    canaries = CanariesSerializer()
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


class TroubleSerializer(serializers.Serializer):
    task_id = serializers.UUIDField()
    state = serializers.CharField(help_text="failed or skipped.")
    why = serializers.CharField()


class BulkSerializer(BulkRowSerializer):
    troubles = TroubleSerializer(many=True, help_text="The first 100 that failed again or were skipped.")


class BulkPageSerializer(serializers.Serializer):
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = BulkRowSerializer(many=True)
    total = serializers.IntegerField()


class PreviewSerializer(serializers.Serializer):
    dry_run = serializers.BooleanField()
    total = serializers.IntegerField()
    by_task = serializers.DictField(child=serializers.IntegerField())
    by_cause = serializers.DictField(child=serializers.IntegerField(), help_text="The 50 largest.")
    checked = serializers.IntegerField(help_text="So many, the newest, were tried against the code of now.")
    do_not_fit = serializers.IntegerField(help_text="So many of the checked would be skipped.")
    waits_for = serializers.DictField(
        child=serializers.FloatField(),
        help_text="Task -> seconds until its provider admits work, where it does not now.",
    )


class BegunSerializer(serializers.Serializer):
    bulk_id = serializers.UUIDField()
    state = serializers.CharField()
    total = serializers.IntegerField()
