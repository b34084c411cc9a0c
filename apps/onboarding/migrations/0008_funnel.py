"""The funnel's facts and sums, and the trigger that notes which session changed."""

import django.contrib.postgres.fields
from django.db import migrations, models

FORWARD = """
CREATE FUNCTION onboarding_note_for_funnel() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO onboarding_funneldirty (session_id) VALUES (coalesce(NEW.session_id, OLD.session_id));
    RETURN NULL;
END $$;

CREATE TRIGGER session_noted_for_funnel AFTER INSERT OR DELETE ON onboarding_conversationsession
    FOR EACH ROW EXECUTE FUNCTION onboarding_note_for_funnel();
-- Activity alone changes nothing but for who was silent so long that they may count as gone.
CREATE TRIGGER session_change_noted_for_funnel AFTER UPDATE ON onboarding_conversationsession
    FOR EACH ROW WHEN (
        (OLD.started_at, OLD.engaged_at, OLD.recommendations_generated_at, OLD.approval_decision_at, OLD.completed_at,
         OLD.client_id, OLD.language, OLD.device, OLD.flow_version_id, OLD.variants, OLD.current_state)
        IS DISTINCT FROM
        (NEW.started_at, NEW.engaged_at, NEW.recommendations_generated_at, NEW.approval_decision_at, NEW.completed_at,
         NEW.client_id, NEW.language, NEW.device, NEW.flow_version_id, NEW.variants, NEW.current_state)
        OR NEW.last_activity_at < OLD.last_activity_at
        OR NEW.last_activity_at > OLD.last_activity_at + interval '50 minutes'
    ) EXECUTE FUNCTION onboarding_note_for_funnel();
"""

BACKWARD = """
DROP TRIGGER session_change_noted_for_funnel ON onboarding_conversationsession;
DROP TRIGGER session_noted_for_funnel ON onboarding_conversationsession;
DROP FUNCTION onboarding_note_for_funnel();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("onboarding", "0007_prepared_photos"),
    ]

    operations = [
        migrations.CreateModel(
            name="FunnelDay",
            fields=[
                ("started", models.BigIntegerField(default=0)),
                ("engaged", models.BigIntegerField(default=0)),
                ("recommendations", models.BigIntegerField(default=0)),
                ("decision", models.BigIntegerField(default=0)),
                ("completed", models.BigIntegerField(default=0)),
                ("dropped_started", models.BigIntegerField(default=0)),
                ("dropped_engaged", models.BigIntegerField(default=0)),
                ("dropped_recommendations", models.BigIntegerField(default=0)),
                ("dropped_decision", models.BigIntegerField(default=0)),
                ("engaged_ms", models.BigIntegerField(default=0)),
                ("recommendations_ms", models.BigIntegerField(default=0)),
                ("decision_ms", models.BigIntegerField(default=0)),
                ("completed_ms", models.BigIntegerField(default=0)),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "scope",
                        "dimension",
                        "day",
                        "value",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("scope", models.UUIDField()),
                ("dimension", models.CharField(max_length=10)),
                ("value", models.CharField(max_length=140)),
                ("day", models.DateField()),
                (
                    "times",
                    models.BinaryField(help_text="Histograms, as `funnel_analytics.lanes` packs them."),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="FunnelDirty",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("session_id", models.UUIDField()),
            ],
        ),
        migrations.CreateModel(
            name="FunnelLeft",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "scope",
                        "slot",
                        "stage",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("scope", models.UUIDField()),
                ("slot", models.IntegerField(help_text="Quarters of an hour since 1970, UTC.")),
                ("stage", models.SmallIntegerField()),
                ("n", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="FunnelScope",
            fields=[
                ("scope", models.UUIDField(primary_key=True, serialize=False)),
                ("revision", models.BigIntegerField(default=0)),
                ("time_zone", models.CharField(max_length=64)),
                ("changed_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="FunnelSlot",
            fields=[
                ("started", models.BigIntegerField(default=0)),
                ("engaged", models.BigIntegerField(default=0)),
                ("recommendations", models.BigIntegerField(default=0)),
                ("decision", models.BigIntegerField(default=0)),
                ("completed", models.BigIntegerField(default=0)),
                ("dropped_started", models.BigIntegerField(default=0)),
                ("dropped_engaged", models.BigIntegerField(default=0)),
                ("dropped_recommendations", models.BigIntegerField(default=0)),
                ("dropped_decision", models.BigIntegerField(default=0)),
                ("engaged_ms", models.BigIntegerField(default=0)),
                ("recommendations_ms", models.BigIntegerField(default=0)),
                ("decision_ms", models.BigIntegerField(default=0)),
                ("completed_ms", models.BigIntegerField(default=0)),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "scope",
                        "dimension",
                        "value",
                        "slot",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("scope", models.UUIDField()),
                ("dimension", models.CharField(max_length=10)),
                ("value", models.CharField(max_length=140)),
                ("slot", models.IntegerField(help_text="Quarters of an hour since 1970, UTC.")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="conversationsession",
            name="variants",
            field=models.JSONField(
                blank=True,
                default=dict,
                help_text="Arm of each experiment that the person has met: {experiment: arm}.",
            ),
        ),
        migrations.CreateModel(
            name="FunnelFact",
            fields=[
                ("session_id", models.UUIDField(primary_key=True, serialize=False)),
                ("client_id", models.UUIDField()),
                ("started_at", models.DateTimeField()),
                (
                    "day",
                    models.DateField(
                        help_text="Of the start, in the client's time zone when it was counted."
                    ),
                ),
                (
                    "all_day",
                    models.DateField(help_text="Of the start, in the time zone of the sum over all clients."),
                ),
                ("language", models.CharField(max_length=8)),
                ("device", models.CharField(max_length=40)),
                ("flow", models.CharField(max_length=100)),
                (
                    "variants",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=140),
                        default=list,
                        help_text="experiment:arm",
                        size=None,
                    ),
                ),
                (
                    "furthest",
                    models.SmallIntegerField(
                        help_text="Index of the furthest stage reached: 0 started .. 4 completed."
                    ),
                ),
                ("engaged_ms", models.BigIntegerField(null=True)),
                ("recommendations_ms", models.BigIntegerField(null=True)),
                ("decision_ms", models.BigIntegerField(null=True)),
                ("completed_ms", models.BigIntegerField(null=True)),
                (
                    "outcome",
                    models.SmallIntegerField(choices=[(0, "Open"), (1, "Converted"), (2, "Dropped")]),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("silent", "Silent longer than the abandonment limit"),
                            ("cancelled", "Cancelled by a person"),
                            ("failed", "Ended by an error"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                (
                    "dropped_ms",
                    models.BigIntegerField(help_text="When it came to count as dropped.", null=True),
                ),
                (
                    "left_at",
                    models.DateTimeField(help_text="The last sign of life of a dropped session.", null=True),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["client_id", "started_at"], name="funnel_fact_client_start"),
                    models.Index(fields=["started_at"], name="funnel_fact_start"),
                    models.Index(
                        condition=models.Q(("outcome", 0)),
                        fields=["client_id", "day"],
                        include=("furthest", "started_at", "engaged_ms", "recommendations_ms", "decision_ms"),
                        name="funnel_fact_open",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FunnelRestatement",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("scope", models.UUIDField()),
                ("day", models.DateField()),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("late", "Something of that day became known later"),
                            ("deleted", "Sessions of that day were deleted"),
                            ("rebuilt", "The figures were computed anew"),
                        ],
                        max_length=10,
                    ),
                ),
                ("changes", models.JSONField(help_text="Change of each figure: {figure: difference}.")),
                ("noted_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "indexes": [models.Index(fields=["scope", "-noted_at"], name="funnel_restatement_recent")],
            },
        ),
        migrations.CreateModel(
            name="FunnelState",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("rule", models.CharField(max_length=80)),
                ("silence_until", models.DateTimeField()),
                ("folded_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="funnel_state_one_row")
                ],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
