"""Shapes of links to files, and of uploads that are sent in pieces."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from apps.onboarding.models import ResumableUpload, Upload
from apps.onboarding_api.serializers import examples
from apps.onboarding_api.serializers.fields import FailureField
from apps.onboarding_api.services.upload_storage import Variant


class FileRequestSerializer(serializers.Serializer):
    variant = serializers.ChoiceField([one.value for one in Variant], default=Variant.FILE.value)
    redirect = serializers.BooleanField(
        default=False, help_text="Answer 302 to the link, rather than telling it."
    )


class LinkSerializer(serializers.Serializer):
    url = serializers.CharField(help_text="A path on this host; works without signing in, until it expires.")
    expires_at = serializers.DateTimeField()


class ResumableRequestSerializer(serializers.Serializer):
    """What `Upload-Metadata` says, decoded."""

    session_id = serializers.UUIDField()
    filename = serializers.CharField(max_length=1_000)
    kind = serializers.ChoiceField(
        [Upload.Kind.SCENE, Upload.Kind.REGISTER, Upload.Kind.METER, Upload.Kind.DOCUMENT]
    )
    document_type = serializers.CharField(required=False, max_length=60, default="", allow_blank=True)
    latitude = serializers.FloatField(required=False, min_value=-90, max_value=90)
    longitude = serializers.FloatField(required=False, min_value=-180, max_value=180)
    captured_at = serializers.DateTimeField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("latitude" in attrs) != ("longitude" in attrs):
            raise serializers.ValidationError("latitude and longitude go together")
        return attrs


@extend_schema_serializer(examples=[examples.DIRECT])
class DirectRequestSerializer(ResumableRequestSerializer):
    byte_size = serializers.IntegerField(min_value=1)


class DirectFormSerializer(serializers.Serializer):
    resumable_id = serializers.UUIDField()
    url = serializers.CharField()
    fields = serializers.DictField(child=serializers.CharField())  # type: ignore[assignment]  # S3's own word
    expires_at = serializers.DateTimeField()


class ResumableUploadSerializer(serializers.ModelSerializer):
    resumable_id = serializers.UUIDField(source="id")
    session_id = serializers.UUIDField()
    offset = serializers.IntegerField(help_text="So many bytes are on the disk.")
    length = serializers.IntegerField(source="declared_bytes")
    upload_id = serializers.SerializerMethodField(help_text="Once it is done.")
    error = FailureField(read_only=True)

    class Meta:
        model = ResumableUpload
        fields = [
            "resumable_id", "session_id", "state", "kind", "display_name", "offset", "length", "expires_at",
            "upload_id", "error",
        ]  # fmt: skip

    def get_upload_id(self, found: ResumableUpload) -> str | None:
        return str(found.upload_id) if found.state == ResumableUpload.State.DONE else None
