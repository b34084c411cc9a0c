"""Committed tasks are counted by the database itself, and what people did to tasks is never rewritten."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION task_ledger_count_committed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO task_ledger_tasktally (kind, n) SELECT 'committed', count(*) FROM fresh HAVING count(*) > 0;
    RETURN NULL;
END $$;

CREATE TRIGGER task_committed AFTER INSERT ON task_ledger_taskrecord
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION task_ledger_count_committed();

INSERT INTO task_ledger_tasktally (kind, n)
    SELECT 'committed', count(*) FROM task_ledger_taskrecord HAVING count(*) > 0;

CREATE FUNCTION task_ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are evidence and cannot be changed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER task_action_append_only BEFORE UPDATE OR DELETE ON task_ledger_taskaction
    FOR EACH ROW EXECUTE FUNCTION task_ledger_refuse_change();
"""

BACKWARD = """
DROP TRIGGER task_action_append_only ON task_ledger_taskaction;
DROP FUNCTION task_ledger_refuse_change();
DROP TRIGGER task_committed ON task_ledger_taskrecord;
DROP FUNCTION task_ledger_count_committed();
DELETE FROM task_ledger_tasktally;
"""


class Migration(migrations.Migration):
    dependencies = [("task_ledger", "0002_dead_letters")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
