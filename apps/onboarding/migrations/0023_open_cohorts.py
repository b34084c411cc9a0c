"""The ages of the open sessions of one cohort are read without those of the others."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("onboarding", "0022_some_ages")]

    operations = [
        migrations.AddIndex(
            model_name="funnelfact",
            index=models.Index(
                condition=models.Q(("outcome", 0)),
                fields=["client_id", "language", "device", "flow", "started_at"],
                include=("furthest", "engaged_ms", "recommendations_ms", "decision_ms"),
                name="funnel_fact_open_cohorts",
            ),
        ),
        migrations.RemoveIndex(model_name="funnelfact", name="funnel_fact_open_ages"),
    ]
