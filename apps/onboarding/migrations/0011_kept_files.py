"""Files that are deleted in their time, and uploads that are sent in pieces."""

from __future__ import annotations

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

KINDS = [
    ("audio", "Audio"), ("scene", "Scene"), ("register", "Register"), ("meter", "Meter"), ("document", "Document"),
]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("onboarding", "0010_experiments"),
    ]

    operations = [
        migrations.AddField("upload", "file_deleted_at", models.DateTimeField(
            blank=True, null=True,
            help_text="Since when the file is gone, its time being over; its bytes are then 0.")),
        migrations.AddIndex("upload", models.Index(
            fields=["thumbnail_key"], condition=models.Q(("thumbnail_key", ""), _negated=True),
            name="upload_thumbnail")),
        migrations.AddIndex("upload", models.Index(
            fields=["kind", "cdtz"], condition=models.Q(("file_deleted_at__isnull", True)),
            name="upload_kept_since")),
        migrations.CreateModel(
            name="ResumableUpload",
            fields=[
                ("cdtz", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                ("mdtz", models.DateTimeField(auto_now=True, verbose_name="modified")),
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("state", models.CharField(
                    choices=[
                        ("open", "Open"), ("done", "Done: an upload like any other"),
                        ("refused", "Refused when it was whole"), ("expired", "Expired"),
                    ],
                    default="open", max_length=8)),
                ("upload_id", models.UUIDField(
                    help_text="The id of its reservation, and of what it becomes.", unique=True)),
                ("kind", models.CharField(choices=KINDS, max_length=10)),
                ("declared_bytes", models.PositiveIntegerField()),
                ("received_bytes", models.PositiveIntegerField(default=0)),
                ("display_name", models.CharField(
                    help_text="Redacted, with the extension of the file.", max_length=200)),
                ("document_type", models.CharField(blank=True, default="", max_length=60)),
                ("latitude", models.FloatField(blank=True, help_text="Degrees, north positive.", null=True)),
                ("longitude", models.FloatField(blank=True, help_text="Degrees, east positive.", null=True)),
                ("captured_at", models.DateTimeField(blank=True, null=True)),
                ("expires_at", models.DateTimeField()),
                ("error", models.JSONField(
                    blank=True, help_text="Why it was refused: code and user_message.", null=True)),
                ("session", models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="resumable_uploads",
                    to="onboarding.conversationsession")),
                ("user", models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={"ordering": ["-cdtz"]},
        ),
        migrations.AddIndex("resumableupload", models.Index(
            fields=["mdtz"], condition=models.Q(("state", "open")), name="resumable_open")),
        migrations.AddIndex("resumableupload", models.Index(fields=["expires_at"], name="resumable_expiry")),
        migrations.AddConstraint("resumableupload", models.CheckConstraint(
            condition=models.Q(("declared_bytes__gt", 0), ("received_bytes__lte", models.F("declared_bytes"))),
            name="resumable_within_its_size")),
    ]  # fmt: skip
