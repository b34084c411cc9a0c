"""Recordings were left as received for ever; their turns know what became of them."""

from django.db import migrations

HEARD = """
    UPDATE onboarding_upload AS upload
       SET status = CASE WHEN turn.text <> '' THEN 'understood' ELSE 'failed' END,
           error = CASE WHEN turn.text <> '' THEN NULL
                        ELSE '{"code": "unknown", "user_message": "This recording could not be heard."}'::jsonb END
      FROM onboarding_turn AS turn
     WHERE turn.upload_id = upload.id AND upload.kind = 'audio' AND upload.status = 'received'
       AND turn.status NOT IN ('admitted', 'understood')
"""


class Migration(migrations.Migration):
    dependencies = [("onboarding", "0018_experiment_tallies")]

    operations = [migrations.RunSQL(HEARD, reverse_sql=migrations.RunSQL.noop)]
