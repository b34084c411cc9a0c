from __future__ import annotations

import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("onboarding", "0008_funnel"),
    ]

    operations = [
        migrations.AddField("upload", "scan", models.CharField(
            choices=[
                ("off", "Nobody was asked"), ("not_scanned", "Not yet: the scanner was away"), ("clean", "Clean"),
                ("infected", "Infected: the file is gone from here"),
            ],
            default="off", max_length=11)),
        migrations.AddIndex("upload", models.Index(
            condition=models.Q(("scan", "not_scanned")), fields=["mdtz"], name="upload_unscanned")),
        migrations.CreateModel(
            name="InfectedFile",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("found_at", models.DateTimeField(db_index=True)),
                ("signature", models.CharField(help_text="What the scanner calls it.", max_length=100)),
                ("sha256", models.CharField(max_length=64)),
                ("byte_size", models.PositiveIntegerField()),
                ("correlation_id", models.CharField(
                    blank=True, default="", help_text="Of the request that brought it.", max_length=64)),
                ("upload", models.ForeignKey(
                    blank=True, help_text="Where it had been taken before it was scanned.", null=True,
                    on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="onboarding.upload")),
            ],
            options={"ordering": ["-found_at"]},
        ),
        migrations.AlterField("alertincident", "rule", models.CharField(
            choices=[
                ("critical_task_failed", "Critical task failed"),
                ("capacity", "Dead letters near their limit"),
                ("old_entries", "Dead letters nobody mended"),
                ("repeated_pattern", "The same failure again and again"),
                ("conservation_broken", "Tasks unaccounted for"),
                ("no_canary", "A queue executes nothing"),
                ("breaker_open", "Tasks wait for a service that is down"),
                ("expiring", "Dead letters expire soon"),
                ("infected_file", "Infected files were sent"),
                ("scanner_away", "The virus scanner does not work"),
            ],
            max_length=32)),
    ]  # fmt: skip
