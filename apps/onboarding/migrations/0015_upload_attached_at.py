"""When an upload was attached, by the database's own clock; of earlier ones by that of the server that took them."""

import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("onboarding", "0014_funnel_speed")]

    operations = [
        migrations.AddField("upload", "attached_at", models.DateTimeField(
            db_default=django.db.models.functions.datetime.Now(), editable=False,
            help_text="By the database's clock, which the quotas count by: those of servers differ.")),
        migrations.RunSQL("UPDATE onboarding_upload SET attached_at = cdtz", migrations.RunSQL.noop),
    ]
