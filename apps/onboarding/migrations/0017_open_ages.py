"""The ages of open sessions are read from an index alone, by cohort as well."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("onboarding", "0016_scanned_copies")]

    operations = [
        migrations.RemoveIndex(model_name="funnelfact", name="funnel_fact_open"),
        migrations.AddIndex(
            model_name="funnelfact",
            index=models.Index(
                condition=models.Q(("outcome", 0)),
                fields=["client_id", "started_at"],
                include=(
                    *("furthest", "engaged_ms", "recommendations_ms", "decision_ms"),
                    *("language", "device", "flow"),
                ),
                name="funnel_fact_open_ages",
            ),
        ),
    ]
