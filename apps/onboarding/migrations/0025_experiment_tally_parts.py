"""Sums of experiments by stretches of time, so that a deleted unit makes only its own stretch be counted again."""

import django.db.models.deletion
from django.db import migrations, models

FORWARD = """
DELETE FROM onboarding_experimenttally;
CREATE OR REPLACE FUNCTION onboarding_forget_experiment_tally() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Who counts holds the experiment: a count that is under way ends first, and what it kept is emptied.
    PERFORM 1 FROM onboarding_experiment
      WHERE id IN (SELECT experiment_id FROM gone WHERE exposed_at IS NOT NULL) ORDER BY id FOR NO KEY UPDATE;
    -- The stretch of the deleted unit, and that of the session which is the first one of its person now.
    UPDATE onboarding_experimenttallypart p SET is_stale = true, sums = '{}'
      FROM (SELECT experiment_id, exposed_at FROM gone WHERE exposed_at IS NOT NULL
             UNION
            SELECT u.experiment_id, min(u.exposed_at) FROM onboarding_experimentunit u
              JOIN (SELECT DISTINCT experiment_id, unit FROM gone WHERE exposed_at IS NOT NULL) g
                USING (experiment_id, unit)
             WHERE u.exposed_at IS NOT NULL GROUP BY u.experiment_id, u.unit) moved
     WHERE p.experiment_id = moved.experiment_id
       AND p.begins < moved.exposed_at AND moved.exposed_at <= p.begins + interval '6 hours';
    UPDATE onboarding_experimenttally SET counted = '{}', counted_at = '2000-01-01Z'
     WHERE experiment_id IN (SELECT experiment_id FROM gone WHERE exposed_at IS NOT NULL);
    RETURN NULL;
END $$;
"""

BACKWARD = """
DELETE FROM onboarding_experimenttally;
CREATE OR REPLACE FUNCTION onboarding_forget_experiment_tally() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM onboarding_experiment
      WHERE id IN (SELECT experiment_id FROM gone WHERE exposed_at IS NOT NULL) ORDER BY id FOR NO KEY UPDATE;
    DELETE FROM onboarding_experimenttally
     WHERE experiment_id IN (SELECT experiment_id FROM gone WHERE exposed_at IS NOT NULL);
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("onboarding", "0024_keyed_digest")]

    operations = [
        migrations.CreateModel(
            name="ExperimentTallyPart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("is_early", models.BooleanField(
                    help_text="Guardrails of the first hours; else metrics and what waits.")),
                ("begins", models.DateTimeField()),
                ("sums", models.JSONField(default=dict)),
                ("is_stale", models.BooleanField(default=False)),
                ("experiment", models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="tally_parts",
                    to="onboarding.experiment")),
            ],
            options={"ordering": ["experiment", "is_early", "begins"]},
        ),
        migrations.AddConstraint(
            model_name="experimenttallypart",
            constraint=models.UniqueConstraint(
                fields=("experiment", "is_early", "begins"), name="experiment_tally_part_once"
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.RemoveField(model_name="experimenttally", name="early"),
        migrations.RemoveField(model_name="experimenttally", name="whole"),
    ]  # fmt: skip
