"""Sums of experiments that need not be read again, and the trigger that throws them away where a unit is deleted."""

import django.db.models.deletion
from django.db import migrations, models

FORWARD = """
CREATE FUNCTION onboarding_forget_experiment_tally() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Who counts holds the experiment: a count that is under way ends first, and what it kept is thrown away.
    PERFORM 1 FROM onboarding_experiment
      WHERE id IN (SELECT experiment_id FROM gone WHERE exposed_at IS NOT NULL) ORDER BY id FOR NO KEY UPDATE;
    DELETE FROM onboarding_experimenttally
     WHERE experiment_id IN (SELECT experiment_id FROM gone WHERE exposed_at IS NOT NULL);
    RETURN NULL;
END $$;
CREATE TRIGGER experiment_unit_gone AFTER DELETE ON onboarding_experimentunit
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION onboarding_forget_experiment_tally();
"""

BACKWARD = """
DROP TRIGGER experiment_unit_gone ON onboarding_experimentunit;
DROP FUNCTION onboarding_forget_experiment_tally();
"""


class Migration(migrations.Migration):
    dependencies = [("onboarding", "0017_open_ages")]

    operations = [
        migrations.CreateModel(
            name="ExperimentTally",
            fields=[
                ("experiment", models.OneToOneField(
                    on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name="tally",
                    serialize=False, to="onboarding.experiment")),
                ("early_until", models.DateTimeField()),
                ("early", models.JSONField(default=dict)),
                ("whole_until", models.DateTimeField()),
                ("whole", models.JSONField(default=dict)),
                ("counted_at", models.DateTimeField()),
                ("counted", models.JSONField(default=dict)),
            ],
            options={"verbose_name_plural": "experiment tallies", "ordering": ["experiment"]},
        ),
        migrations.AddIndex(
            model_name="experimentunit",
            index=models.Index(
                fields=["experiment", "exposed_at"],
                include=("arm", "session", "earlier_sessions", "earlier_completed"),
                condition=models.Q(("exposed_at__isnull", False)),
                name="experiment_exposed_since",
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]  # fmt: skip
