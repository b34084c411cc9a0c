from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("onboarding", "0006_upload_quota"),
    ]

    operations = [
        migrations.AddField("upload", "original_content_type", models.CharField(
            blank=True, default="", help_text="Of a photo before it was prepared.", max_length=100)),
        migrations.AddField("upload", "original_byte_size", models.PositiveIntegerField(blank=True, null=True)),
        migrations.AddField("upload", "original_sha256", models.CharField(blank=True, default="", max_length=64)),
        migrations.AddField("upload", "prepared_at", models.DateTimeField(
            blank=True, help_text="Since when the stored photo is a clean copy, without metadata.", null=True)),
        migrations.AddField("upload", "width", models.PositiveIntegerField(
            blank=True, help_text="Of the clean copy, in px.", null=True)),
        migrations.AddField("upload", "height", models.PositiveIntegerField(
            blank=True, help_text="Of the clean copy, in px.", null=True)),
        migrations.AddField("upload", "thumbnail_key", models.CharField(blank=True, default="", max_length=200)),
        migrations.AddField("upload", "perceptual_hash", models.CharField(
            blank=True, default="", help_text="Difference hash, 64 bits in hexadecimal digits.", max_length=16)),
        migrations.AddField("upload", "duplicate_of", models.ForeignKey(
            blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="duplicates",
            to="onboarding.upload")),
        migrations.AddField("upload", "position_accuracy", models.FloatField(
            blank=True, help_text="Metres, as the camera says.", null=True)),
        migrations.AddField("upload", "position_verdict", models.CharField(
            blank=True,
            choices=[
                ("missing", "Missing"), ("unusable", "Unusable"), ("inaccurate", "Inaccurate"),
                ("outside_site", "Outside Site"), ("in_future", "In Future"), ("too_old", "Too Old"),
                ("time_unknown", "Time Unknown"), ("accepted", "Accepted"),
            ],
            default="", max_length=12)),
        migrations.AddConstraint("upload", models.CheckConstraint(
            condition=models.Q(("position_accuracy__isnull", True), ("position_accuracy__gt", 0), _connector="OR"),
            name="upload_accuracy_positive")),
        migrations.AddConstraint("upload", models.CheckConstraint(
            condition=models.Q(
                ("prepared_at__isnull", True),
                models.Q(("height__gt", 0), ("width__gt", 0), models.Q(("original_sha256", ""), _negated=True)),
                _connector="OR"),
            name="upload_prepared_is_whole")),
    ]  # fmt: skip
