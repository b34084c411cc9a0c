"""Where very many sessions are open, the ages of every sixteenth are read from an index of their own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("onboarding", "0021_provider_calls")]

    operations = [
        migrations.AddIndex(
            model_name="funnelfact",
            index=models.Index(
                condition=models.Q(
                    ("outcome", 0), ("session_id__lt", "10000000-0000-0000-0000-000000000000")
                ),
                fields=["client_id", "started_at"],
                include=(
                    *("furthest", "engaged_ms", "recommendations_ms", "decision_ms"),
                    *("language", "device", "flow"),
                ),
                name="funnel_fact_some_ages",
            ),
        ),
    ]
