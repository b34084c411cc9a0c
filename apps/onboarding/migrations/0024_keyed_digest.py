"""Words only: the digest of an idempotency key has had a key of its own for long."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("onboarding", "0023_open_cohorts")]

    operations = [
        migrations.AlterField(
            model_name="idempotencyrecord",
            name="key_digest",
            field=models.CharField(help_text="Keyed digest of method, path and key.", max_length=64),
        ),
    ]
