"""Whatever moves the last sign of life of an ended session is noted for the funnel as well."""

from django.db import migrations

_WHEN = """
        (OLD.started_at, OLD.engaged_at, OLD.recommendations_generated_at, OLD.approval_decision_at, OLD.completed_at,
         OLD.client_id, OLD.language, OLD.device, OLD.flow_version_id, OLD.variants, OLD.current_state)
        IS DISTINCT FROM
        (NEW.started_at, NEW.engaged_at, NEW.recommendations_generated_at, NEW.approval_decision_at, NEW.completed_at,
         NEW.client_id, NEW.language, NEW.device, NEW.flow_version_id, NEW.variants, NEW.current_state)
        OR NEW.last_activity_at < OLD.last_activity_at
        OR NEW.last_activity_at > OLD.last_activity_at + interval '50 minutes'
"""
_ENDED = """
        OR (NEW.last_activity_at <> OLD.last_activity_at AND NEW.current_state IN ('CANCELLED', 'ERROR'))
"""


def _trigger(when: str) -> str:
    return f"""
    DROP TRIGGER session_change_noted_for_funnel ON onboarding_conversationsession;
    CREATE TRIGGER session_change_noted_for_funnel AFTER UPDATE ON onboarding_conversationsession
        FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION onboarding_note_for_funnel();
    """


class Migration(migrations.Migration):
    dependencies = [("onboarding", "0012_funnel_advice")]
    operations = [migrations.RunSQL(_trigger(_WHEN + _ENDED), _trigger(_WHEN))]
