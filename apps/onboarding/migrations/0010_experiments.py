"""Experiments, and the triggers that keep what runs from being changed."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FORWARD = """
CREATE TRIGGER experiment_fixed_once_started BEFORE UPDATE ON onboarding_experiment
    FOR EACH ROW WHEN (OLD.state <> 'draft' AND
        (OLD.key, OLD.client_id, OLD.kind, OLD.flow, OLD.unit, OLD.traffic, OLD.control, OLD.primary_metric,
         OLD.other_metrics, OLD.guardrails, OLD.window_hours, OLD.guard_hours, OLD.minimum_units, OLD.planned_units,
         OLD.negligible, OLD.base_version_id, OLD.started_at)
        IS DISTINCT FROM
        (NEW.key, NEW.client_id, NEW.kind, NEW.flow, NEW.unit, NEW.traffic, NEW.control, NEW.primary_metric,
         NEW.other_metrics, NEW.guardrails, NEW.window_hours, NEW.guard_hours, NEW.minimum_units, NEW.planned_units,
         NEW.negligible, NEW.base_version_id, NEW.started_at)
    ) EXECUTE FUNCTION onboarding_refuse_change();

CREATE FUNCTION onboarding_refuse_arm_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF coalesce(current_setting('onboarding.erasure', true), '') <> 'on' AND EXISTS (
        SELECT 1 FROM onboarding_experiment e
         WHERE e.id = coalesce(NEW.experiment_id, OLD.experiment_id) AND e.state <> 'draft'
    ) THEN
        RAISE EXCEPTION 'the arms of an experiment that was started cannot be changed'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER experiment_arm_fixed_once_started BEFORE INSERT OR UPDATE OR DELETE ON onboarding_experimentarm
    FOR EACH ROW EXECUTE FUNCTION onboarding_refuse_arm_change();

CREATE TRIGGER experiment_unit_stays BEFORE UPDATE ON onboarding_experimentunit
    FOR EACH ROW WHEN (
        (OLD.experiment_id, OLD.arm_id, OLD.session_id, OLD.unit, OLD.earlier_sessions, OLD.earlier_completed,
         OLD.assigned_at, coalesce(OLD.exposed_at, NEW.exposed_at))
        IS DISTINCT FROM
        (NEW.experiment_id, NEW.arm_id, NEW.session_id, NEW.unit, NEW.earlier_sessions, NEW.earlier_completed,
         NEW.assigned_at, NEW.exposed_at)
    ) EXECUTE FUNCTION onboarding_refuse_change();

CREATE TRIGGER experiment_note_append_only BEFORE UPDATE OR DELETE ON onboarding_experimentnote
    FOR EACH ROW EXECUTE FUNCTION onboarding_refuse_change();
"""

BACKWARD = """
DROP TRIGGER experiment_note_append_only ON onboarding_experimentnote;
DROP TRIGGER experiment_unit_stays ON onboarding_experimentunit;
DROP TRIGGER experiment_arm_fixed_once_started ON onboarding_experimentarm;
DROP FUNCTION onboarding_refuse_arm_change();
DROP TRIGGER experiment_fixed_once_started ON onboarding_experiment;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("onboarding", "0009_virus_scans"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="sessionevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("session_started", "Session Started"),
                    ("answer_received", "Answer Received"),
                    ("answer_transcribed", "Answer Transcribed"),
                    ("answer_set", "Answer Set"),
                    ("answer_corrected", "Answer Corrected"),
                    ("answer_withdrawn", "Answer Withdrawn"),
                    ("question_asked", "Question Asked"),
                    ("question_repeated", "Question Repeated"),
                    ("question_skipped", "Question Skipped"),
                    ("explained", "Explained"),
                    ("not_understood", "Not Understood"),
                    ("handed_off", "Handed Off"),
                    ("resumed", "Resumed"),
                    ("cancelled", "Cancelled"),
                    ("turn_failed", "Turn Failed"),
                    ("work_resumed", "Work Resumed"),
                    ("upload_attached", "Upload Attached"),
                    ("upload_understood", "Upload Understood"),
                    ("upload_failed", "Upload Failed"),
                    ("reading_confirmed", "Reading Confirmed"),
                    ("proposal_requested", "Proposal Requested"),
                    ("recommendation_made", "Recommendation Made"),
                    ("recommendation_checked", "Recommendation Checked"),
                    ("decision_made", "Decision Made"),
                    ("configuration_applied", "Configuration Applied"),
                    ("configuration_reverted", "Configuration Reverted"),
                    ("state_changed", "State Changed"),
                    ("experiment_exposed", "Experiment Exposed"),
                ],
                max_length=40,
            ),
        ),
        migrations.CreateModel(
            name="Experiment",
            fields=[
                ("cdtz", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                ("mdtz", models.DateTimeField(auto_now=True, verbose_name="modified")),
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "key",
                    models.SlugField(
                        help_text="Stands in `variants`, cohorts and the event log.",
                        max_length=60,
                        unique=True,
                    ),
                ),
                ("title", models.CharField(max_length=200)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("flow_version", "Flow versions"),
                            ("wording", "Wording of questions"),
                            ("question_order", "Order of questions"),
                            ("interventions", "When and how help is offered"),
                        ],
                        max_length=20,
                    ),
                ),
                ("flow", models.CharField(max_length=80)),
                (
                    "unit",
                    models.CharField(
                        choices=[
                            ("session", "Session: each one is drawn by itself"),
                            ("user", "User: all sessions of a person are in one arm, the first one counts"),
                        ],
                        default="session",
                        max_length=10,
                    ),
                ),
                (
                    "traffic",
                    models.PositiveIntegerField(
                        default=10000, help_text="Share of units that take part, in ten-thousandths."
                    ),
                ),
                (
                    "control",
                    models.CharField(help_text="The arm that the others are compared with.", max_length=40),
                ),
                (
                    "primary_metric",
                    models.CharField(
                        choices=[
                            ("engaged", "First answer given"),
                            ("recommendations_generated", "Proposal shown"),
                            ("approval_decision", "Proposal decided"),
                            ("completed", "Onboarding completed"),
                        ],
                        default="completed",
                        max_length=30,
                    ),
                ),
                ("other_metrics", models.JSONField(blank=True, default=list)),
                (
                    "guardrails",
                    models.JSONField(
                        blank=True, default=list, help_text="What must not get worse: [{metric, margin}]."
                    ),
                ),
                (
                    "window_hours",
                    models.PositiveIntegerField(
                        default=72, help_text="From the exposure; a session counts once it has passed."
                    ),
                ),
                (
                    "guard_hours",
                    models.PositiveIntegerField(
                        default=1,
                        help_text="The shorter window of the guardrails, so that harm is seen early.",
                    ),
                ),
                (
                    "minimum_units",
                    models.PositiveIntegerField(
                        default=1000, help_text="Counted units before which nobody wins."
                    ),
                ),
                (
                    "planned_units",
                    models.PositiveIntegerField(
                        blank=True, help_text="Counted units at which it ends without an answer.", null=True
                    ),
                ),
                (
                    "negligible",
                    models.FloatField(
                        default=0.0,
                        help_text="A difference that nobody would act on, as a share; 0: there is none.",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("running", "Running"),
                            ("stopped", "Stopped"),
                            ("rolled_out", "Rolled Out"),
                        ],
                        default="draft",
                        max_length=12,
                    ),
                ),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("stopped_at", models.DateTimeField(blank=True, null=True)),
                ("stop_reason", models.CharField(blank=True, default="", max_length=20)),
                ("rolled_out_arm", models.CharField(blank=True, default="", max_length=40)),
                ("evaluated_at", models.DateTimeField(blank=True, null=True)),
                (
                    "verdict",
                    models.CharField(
                        blank=True, default="", help_text="Of the last evaluation.", max_length=20
                    ),
                ),
                ("verdict_arm", models.CharField(blank=True, default="", max_length=40)),
                (
                    "base_version",
                    models.ForeignKey(
                        blank=True,
                        help_text="Set at the start.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="onboarding.flowversion",
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: all.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="experiments",
                        to="onboarding.client",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-cdtz", "id"],
                "permissions": [("run_experiment", "Can start and stop experiments")],
            },
        ),
        migrations.CreateModel(
            name="ClientFlow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("cdtz", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                ("mdtz", models.DateTimeField(auto_now=True, verbose_name="modified")),
                ("name", models.CharField(max_length=80)),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="flows",
                        to="onboarding.client",
                    ),
                ),
                (
                    "flow_version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="onboarding.flowversion",
                    ),
                ),
                (
                    "experiment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="onboarding.experiment",
                    ),
                ),
            ],
            options={
                "ordering": ["client", "name"],
            },
        ),
        migrations.CreateModel(
            name="ExperimentArm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=40)),
                (
                    "weight",
                    models.PositiveIntegerField(
                        help_text="In ten-thousandths; those of an experiment add up to 10,000."
                    ),
                ),
                (
                    "changes",
                    models.JSONField(
                        blank=True, default=dict, help_text="What is different from the base version."
                    ),
                ),
                (
                    "experiment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="arms",
                        to="onboarding.experiment",
                    ),
                ),
                (
                    "flow_version",
                    models.ForeignKey(
                        blank=True,
                        help_text="What sessions of this arm are asked; set at the start.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="arms",
                        to="onboarding.flowversion",
                    ),
                ),
            ],
            options={
                "ordering": ["experiment", "name"],
            },
        ),
        migrations.CreateModel(
            name="ExperimentNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "deed",
                    models.CharField(
                        choices=[
                            ("created", "Created"),
                            ("started", "Started"),
                            ("stopped", "Stopped"),
                            ("rolled_out", "Rolled Out"),
                        ],
                        max_length=12,
                    ),
                ),
                ("reason", models.CharField(blank=True, default="", max_length=500)),
                ("data", models.JSONField(blank=True, default=dict)),
                ("at", models.DateTimeField(auto_now_add=True)),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "experiment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notes",
                        to="onboarding.experiment",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="ExperimentUnit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "unit",
                    models.CharField(
                        help_text="What was hashed: the session's id, or the user's.", max_length=60
                    ),
                ),
                (
                    "earlier_sessions",
                    models.PositiveSmallIntegerField(
                        default=0,
                        help_text="Of the same person, known when this one opened; at most 20 are looked at.",
                    ),
                ),
                ("earlier_completed", models.PositiveSmallIntegerField(default=0)),
                ("assigned_at", models.DateTimeField()),
                ("exposed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "arm",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="units",
                        to="onboarding.experimentarm",
                    ),
                ),
                (
                    "experiment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="units",
                        to="onboarding.experiment",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="experiment_units",
                        to="onboarding.conversationsession",
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.AddIndex(
            model_name="experiment",
            index=models.Index(
                condition=models.Q(("state", "running")), fields=["flow"], name="experiment_running"
            ),
        ),
        migrations.AddIndex(
            model_name="experiment",
            index=models.Index(fields=["client", "-cdtz"], name="experiment_client_recent"),
        ),
        migrations.AddConstraint(
            model_name="experiment",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["draft", "running", "stopped", "rolled_out"])),
                name="experiment_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="experiment",
            constraint=models.CheckConstraint(
                condition=models.Q(("state", "draft"), ("started_at__isnull", False), _connector="OR"),
                name="experiment_started_has_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="experiment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["draft", "running"]), ("stopped_at__isnull", False), _connector="OR"
                ),
                name="experiment_stopped_has_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="experiment",
            constraint=models.CheckConstraint(
                condition=models.Q(("traffic__gte", 1), ("traffic__lte", 10000)),
                name="experiment_traffic_share",
            ),
        ),
        migrations.AddConstraint(
            model_name="clientflow",
            constraint=models.UniqueConstraint(fields=("client", "name"), name="client_flow_once"),
        ),
        migrations.AddConstraint(
            model_name="experimentarm",
            constraint=models.UniqueConstraint(fields=("experiment", "name"), name="experiment_arm_once"),
        ),
        migrations.AddConstraint(
            model_name="experimentarm",
            constraint=models.CheckConstraint(
                condition=models.Q(("weight__lte", 10000)), name="experiment_arm_weight"
            ),
        ),
        migrations.AddIndex(
            model_name="experimentunit",
            index=models.Index(
                condition=models.Q(("exposed_at__isnull", False)),
                fields=["experiment", "unit", "exposed_at"],
                name="experiment_exposed",
            ),
        ),
        migrations.AddConstraint(
            model_name="experimentunit",
            constraint=models.UniqueConstraint(
                fields=("session", "experiment"), name="experiment_session_once"
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
