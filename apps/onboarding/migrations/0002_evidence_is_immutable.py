"""Evidence is append-only by the database itself: events, decisions and flow definitions never change.

Deleting is refused too, except where a session is erased on request: the erasing transaction says so by
`SET LOCAL onboarding.erasure = 'on'`.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION onboarding_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF coalesce(current_setting('onboarding.erasure', true), '') = 'on' THEN
        RETURN coalesce(NEW, OLD);
    END IF;
    RAISE EXCEPTION 'rows of % are evidence and cannot be changed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER session_event_append_only BEFORE UPDATE OR DELETE ON onboarding_sessionevent
    FOR EACH ROW EXECUTE FUNCTION onboarding_refuse_change();
CREATE TRIGGER decision_append_only BEFORE UPDATE OR DELETE ON onboarding_decision
    FOR EACH ROW EXECUTE FUNCTION onboarding_refuse_change();
CREATE TRIGGER flow_version_immutable BEFORE UPDATE OF name, version, digest, definition ON onboarding_flowversion
    FOR EACH ROW WHEN (
        (OLD.name, OLD.version, OLD.digest, OLD.definition) IS DISTINCT FROM
        (NEW.name, NEW.version, NEW.digest, NEW.definition)
    ) EXECUTE FUNCTION onboarding_refuse_change();
"""

BACKWARD = """
DROP TRIGGER flow_version_immutable ON onboarding_flowversion;
DROP TRIGGER decision_append_only ON onboarding_decision;
DROP TRIGGER session_event_append_only ON onboarding_sessionevent;
DROP FUNCTION onboarding_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("onboarding", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
