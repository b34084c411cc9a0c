"""The ledger of upload quotas, counted by the database itself.

A trigger, because what counts must not depend on who writes: a request, a worker that finds a file unreadable, an
erasure, an administrator. Uploads that are there already are counted here.
"""

import django.db.models.deletion
from django.db import migrations, models

FORWARD = """
CREATE FUNCTION onboarding_count_upload() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    more_photos integer := 0;
    more_documents integer := 0;
    more_bytes bigint := 0;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        more_photos := more_photos - (OLD.kind IN ('scene', 'register', 'meter') AND OLD.status <> 'failed')::int;
        more_documents := more_documents - (OLD.kind = 'document' AND OLD.status <> 'failed')::int;
        more_bytes := more_bytes - OLD.byte_size;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        more_photos := more_photos + (NEW.kind IN ('scene', 'register', 'meter') AND NEW.status <> 'failed')::int;
        more_documents := more_documents + (NEW.kind = 'document' AND NEW.status <> 'failed')::int;
        more_bytes := more_bytes + NEW.byte_size;
    END IF;
    IF TG_OP = 'INSERT' THEN
        INSERT INTO onboarding_uploadquota AS quota (session_id, photos, documents, bytes, version)
        VALUES (NEW.session_id, more_photos, more_documents, more_bytes, 1)
        ON CONFLICT (session_id) DO UPDATE SET
            photos = quota.photos + excluded.photos,
            documents = quota.documents + excluded.documents,
            bytes = quota.bytes + excluded.bytes,
            version = quota.version + 1;
    ELSE
        -- Where a whole session is erased, its quota may be gone before its uploads are.
        UPDATE onboarding_uploadquota AS quota SET
            photos = quota.photos + more_photos,
            documents = quota.documents + more_documents,
            bytes = quota.bytes + more_bytes,
            version = quota.version + 1
        WHERE quota.session_id = OLD.session_id;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER upload_counts AFTER INSERT OR DELETE ON onboarding_upload
    FOR EACH ROW EXECUTE FUNCTION onboarding_count_upload();
CREATE TRIGGER upload_counts_anew AFTER UPDATE ON onboarding_upload
    FOR EACH ROW WHEN (
        (OLD.kind, OLD.status = 'failed', OLD.byte_size) IS DISTINCT FROM
        (NEW.kind, NEW.status = 'failed', NEW.byte_size)
    ) EXECUTE FUNCTION onboarding_count_upload();

INSERT INTO onboarding_uploadquota (session_id, photos, documents, bytes, version)
SELECT session_id,
       count(*) FILTER (WHERE kind IN ('scene', 'register', 'meter') AND status <> 'failed'),
       count(*) FILTER (WHERE kind = 'document' AND status <> 'failed'),
       sum(byte_size),
       1
FROM onboarding_upload GROUP BY session_id;
"""

BACKWARD = """
DROP TRIGGER upload_counts_anew ON onboarding_upload;
DROP TRIGGER upload_counts ON onboarding_upload;
DROP FUNCTION onboarding_count_upload();
"""


class Migration(migrations.Migration):
    dependencies = [("onboarding", "0005_upload_task_index")]
    operations = [
        migrations.CreateModel(
            name="UploadQuota",
            fields=[
                (
                    "session",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="upload_quota",
                        serialize=False,
                        to="onboarding.conversationsession",
                    ),
                ),
                ("photos", models.PositiveIntegerField(default=0)),
                ("documents", models.PositiveIntegerField(default=0)),
                ("bytes", models.PositiveBigIntegerField(default=0)),
                ("version", models.PositiveBigIntegerField(default=0)),
            ],
            options={"ordering": ["session"]},
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
