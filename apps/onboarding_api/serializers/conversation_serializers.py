"""Shapes of the conversation's requests and answers."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from apps.onboarding_api.parsers import check_storable
from apps.onboarding_api.serializers import examples
from apps.onboarding_api.serializers.fields import AnyJSONField, FailureField, IdField, ResultField

TASK_STATUSES = ["queued", "running", "waiting_retry", "parked", "completed", "failed"]


class ReplySerializer(serializers.Serializer):
    text = serializers.CharField(
        allow_null=True, help_text="What to say or show: what was understood, then the question."
    )
    question = serializers.CharField(allow_null=True)
    slot = serializers.CharField(allow_null=True, help_text="The question's name in the flow.")
    choices = serializers.ListField(
        child=serializers.DictField(), help_text="{value, label} to offer as buttons."
    )
    control = serializers.DictField(
        allow_null=True, help_text="A plain form control, after two misunderstandings."
    )
    progress = serializers.DictField(allow_null=True, help_text="answered, required, total.")


@extend_schema_serializer(examples=[examples.OPENING, examples.ANSWER, examples.CHOICE])
class TurnRequestSerializer(serializers.Serializer):
    session_id = IdField(required=False, help_text="A UUID of yours creates that session.")
    client_id = IdField(required=False)
    language = serializers.CharField(required=False, max_length=16)
    flow = serializers.CharField(required=False, max_length=80)
    text = serializers.CharField(
        required=False, trim_whitespace=False, allow_blank=True, max_length=1_000_000
    )
    choice = AnyJSONField(required=False, help_text="The value of an option, or of a form control.")
    audio = serializers.FileField(
        required=False, allow_empty_file=True, help_text="webm, wav, mp3, ogg, m4a, aac or flac."
    )

    def validate_choice(self, choice: Any) -> Any:
        """Also held to the parser's rules where it came as text in a form."""
        check_storable(choice)
        return choice

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        given = [name for name in ("text", "choice", "audio") if attrs.get(name) is not None]
        if len(given) > 1:
            raise serializers.ValidationError(f"send one of text, choice, audio; not {' and '.join(given)}")
        return attrs


@extend_schema_serializer(examples=[examples.TURN_ANSWER])
class TurnAnswerSerializer(serializers.Serializer):
    session_id = serializers.UUIDField()
    turn_id = serializers.UUIDField(allow_null=True)
    state = serializers.CharField()
    task_id = serializers.UUIDField(allow_null=True)
    status = serializers.ChoiceField(TASK_STATUSES)
    transcript = serializers.CharField(allow_null=True, help_text="The answer as text, redacted.")
    pii = serializers.DictField(help_text="redactions_count, by_type, safe_for_llm. Counts, never values.")
    confidence = serializers.FloatField(allow_null=True)
    is_draft = serializers.BooleanField(help_text="A free dictation: show it for editing.")
    reply = ReplySerializer()
    recommendation_id = serializers.UUIDField(allow_null=True)


class TaskSerializer(serializers.Serializer):
    task_id = serializers.UUIDField()
    name = serializers.CharField()
    status = serializers.ChoiceField(TASK_STATUSES)
    attempt = serializers.IntegerField(help_text="Retries spent.")
    result = ResultField()
    error = FailureField()
    recommendation_id = serializers.UUIDField(allow_null=True)
    turn = TurnAnswerSerializer(allow_null=True, help_text="For a conversation step: the turn as it stands.")


class SessionSerializer(serializers.Serializer):
    session_id = serializers.UUIDField()
    client_id = serializers.UUIDField()
    state = serializers.CharField()
    language = serializers.CharField()
    flow = serializers.CharField(allow_null=True)
    version = serializers.IntegerField(help_text="Also the ETag, in quotes.")
    collected_data = serializers.DictField()
    open_task_id = serializers.UUIDField(allow_null=True)
    reply = ReplySerializer(help_text="The question that stands.")
    recommendation_id = serializers.UUIDField(
        allow_null=True, help_text="The proposal that awaits a decision."
    )
    last_event = serializers.IntegerField()
    cdtz = serializers.DateTimeField()
    mdtz = serializers.DateTimeField()
    stages = serializers.DictField(help_text="First time of each funnel stage.")


class SessionRowSerializer(serializers.Serializer):
    session_id = serializers.UUIDField()
    client_id = serializers.UUIDField()
    state = serializers.CharField(source="current_state")
    language = serializers.CharField()
    version = serializers.IntegerField()
    cdtz = serializers.DateTimeField()
    mdtz = serializers.DateTimeField()


@extend_schema_serializer(examples=[examples.CORRECTION])
class CorrectionSerializer(serializers.Serializer):
    collected_data = serializers.DictField(help_text="{slot: value}", allow_empty=False)


class EventSerializer(serializers.Serializer):
    number = serializers.IntegerField()
    kind = serializers.CharField()
    data = serializers.DictField(help_text="Redacted.")  # type: ignore[assignment]  # a field, not the property
    actor = serializers.IntegerField(allow_null=True, help_text="Id of the person; null for the platform.")
    correlation_id = serializers.CharField()
    occurred_at = serializers.DateTimeField()


class EventsSerializer(serializers.Serializer):
    results = EventSerializer(many=True)


class ProblemSerializer(serializers.Serializer):
    """RFC 9457 problem details."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField()
    user_message = serializers.CharField()
    retryable = serializers.BooleanField()
    next_actions = serializers.ListField(child=serializers.CharField())
    correlation_id = serializers.CharField()
