"""Shapes of uploads and meter readings."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from apps.onboarding.models import MeterReading, Upload
from apps.onboarding_api.serializers import examples
from apps.onboarding_api.serializers.fields import FailureField


class PhotoRequestSerializer(serializers.Serializer):
    session_id = serializers.UUIDField()
    photo = serializers.FileField(allow_empty_file=True)
    kind = serializers.ChoiceField(
        [Upload.Kind.SCENE, Upload.Kind.REGISTER, Upload.Kind.METER], default=Upload.Kind.SCENE
    )
    latitude = serializers.FloatField(required=False, min_value=-90, max_value=90)
    longitude = serializers.FloatField(required=False, min_value=-180, max_value=180)
    captured_at = serializers.DateTimeField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("latitude" in attrs) != ("longitude" in attrs):
            raise serializers.ValidationError("latitude and longitude go together")
        return attrs


class DocumentRequestSerializer(serializers.Serializer):
    session_id = serializers.UUIDField()
    document = serializers.FileField(allow_empty_file=True)
    document_type = serializers.CharField(required=False, max_length=60, default="", allow_blank=True)


class ReadingSerializer(serializers.ModelSerializer):
    class Meta:
        model = MeterReading
        fields = [
            "id",
            "value",
            "unit",
            "confidence",
            "candidates",
            "needs_confirmation",
            "confirmed_value",
            "confirmed_at",
        ]


class UploadSerializer(serializers.ModelSerializer):
    upload_id = serializers.UUIDField(source="id")
    session_id = serializers.UUIDField()
    reading = ReadingSerializer(required=False, allow_null=True)
    has_thumbnail = serializers.SerializerMethodField()
    error = FailureField(read_only=True)

    class Meta:
        model = Upload
        fields = [
            "upload_id", "session_id", "kind", "status", "task_id", "document_type", "display_name", "content_type",
            "byte_size", "sha256", "scan", "original_content_type", "original_byte_size", "original_sha256",
            "prepared_at", "width", "height", "has_thumbnail", "perceptual_hash", "duplicate_of", "latitude",
            "longitude",
            "position_source", "position_accuracy", "position_verdict", "captured_at", "findings", "error", "reading",
            "file_deleted_at", "cdtz",
        ]  # fmt: skip

    def get_has_thumbnail(self, upload: Upload) -> bool:
        return bool(upload.thumbnail_key)

    def to_representation(self, instance: Upload) -> dict[str, Any]:
        shown = super().to_representation(instance)
        shown.setdefault("reading", None)
        return shown


@extend_schema_serializer(examples=[examples.READING])
class ReadingConfirmationSerializer(serializers.Serializer):
    value = serializers.CharField(max_length=20, help_text="The digits as shown; leading zeros stay.")
    unit = serializers.CharField(max_length=20, required=False, default="", allow_blank=True)
