"""A session keeps when a person last did anything; for the funnel only that is a sign of life."""

import django.db.models.functions.datetime
import django.utils.timezone
from django.db import migrations, models

_BACKFILL = """
UPDATE onboarding_conversationsession s
   SET last_heard_at = coalesce((SELECT max(e.occurred_at) FROM onboarding_sessionevent e
                                  WHERE e.session_id = s.session_id AND e.actor_id IS NOT NULL), s.last_activity_at)
"""
"""Who acts stands in the event. Simulated sessions have no person: their last activity was drawn as a sign of life."""

_CHANGED = """
        (OLD.started_at, OLD.engaged_at, OLD.recommendations_generated_at, OLD.approval_decision_at, OLD.completed_at,
         OLD.client_id, OLD.language, OLD.device, OLD.flow_version_id, OLD.variants, OLD.current_state)
        IS DISTINCT FROM
        (NEW.started_at, NEW.engaged_at, NEW.recommendations_generated_at, NEW.approval_decision_at, NEW.completed_at,
         NEW.client_id, NEW.language, NEW.device, NEW.flow_version_id, NEW.variants, NEW.current_state)
"""
_SILENT = """
        OR NEW.{0} < OLD.{0}
        OR NEW.{0} > OLD.{0} + interval '50 minutes'
        OR (NEW.{0} <> OLD.{0} AND NEW.current_state IN ('CANCELLED', 'ERROR'))
"""
_FAILED = """
        OR (NEW.last_activity_at <> OLD.last_activity_at AND NEW.current_state = 'ERROR')
"""


def _trigger(when: str) -> str:
    return f"""
    DROP TRIGGER session_change_noted_for_funnel ON onboarding_conversationsession;
    CREATE TRIGGER session_change_noted_for_funnel AFTER UPDATE ON onboarding_conversationsession
        FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION onboarding_note_for_funnel();
    """


class Migration(migrations.Migration):
    dependencies = [("onboarding", "0019_heard_recordings")]

    operations = [
        migrations.AddField(
            model_name="conversationsession",
            name="last_heard_at",
            field=models.DateTimeField(
                default=django.utils.timezone.now,
                db_default=django.db.models.functions.datetime.Now(),
                help_text="When a person last did anything here; what the product does by itself is no sign of life.",
            ),
        ),
        migrations.RunSQL(_BACKFILL, migrations.RunSQL.noop),
        migrations.RunSQL(
            _trigger(_CHANGED + _SILENT.format("last_heard_at") + _FAILED),
            _trigger(_CHANGED + _SILENT.format("last_activity_at")),
        ),
        migrations.RemoveIndex(model_name="conversationsession", name="session_state_activity"),
        migrations.AddIndex(
            model_name="conversationsession",
            index=models.Index(fields=["current_state", "last_heard_at"], name="session_state_heard"),
        ),
    ]
