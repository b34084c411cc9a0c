"""Where files lie, how long, and that neither files nor rows stay behind alone."""

from __future__ import annotations

import importlib
import io
import json
import os
import re
import subprocess
import sys
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings as configured
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.utils import timezone

from apps.onboarding.models import (
    ChangeSet,
    Client,
    ConversationSession,
    IdempotencyRecord,
    InfectedFile,
    Recommendation,
    SessionEvent,
    Site,
    Upload,
    UploadQuota,
    VaultEntry,
)
from apps.onboarding_api.services import erasure, recommendations, upload_storage, uploads
from apps.onboarding_api.services.antivirus import infected
from apps.onboarding_api.services.photos import keeping
from apps.onboarding_api.services.pii_integration import vault
from apps.onboarding_api.services.upload_storage import files, retention
from apps.onboarding_api.services.upload_storage.errors import FileGone
from apps.onboarding_api.services.uploads import understanding
from apps.onboarding_api.tests import api_world, factories, quota_world
from apps.onboarding_api.tests.api_world import assert_problem
from apps.onboarding_api.tests.quota_world import Uploading
from apps.task_ledger import conservation
from apps.task_ledger.models import TaskRecord

pytestmark = [pytest.mark.django_db]
ROOT = Path(__file__).resolve().parents[3]
UUID_KEY = re.compile(r"(quarantine|[0-9a-f]{2})/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
Kind = Upload.Kind


@pytest.fixture
def session(own_storage: Path) -> Uploading:
    return quota_world.uploading()


def stored(root: Path) -> set[str]:
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


def make_old(root: Path, *, hours: float) -> None:
    at = time.time() - hours * 3600
    for path in root.rglob("*"):
        if path.is_file():
            os.utime(path, (at, at))


def age(upload: Upload, *, days: int) -> None:
    Upload.objects.filter(pk=upload.pk).update(cdtz=timezone.now() - timedelta(days=days))


def kept_for(settings: Any, **days: Any) -> None:
    settings.UPLOAD_STORAGE = replace(configured.UPLOAD_STORAGE, **days)


# where


@pytest.mark.parametrize(
    "name", ["gate.jpg", "../../etc/passwd.jpg", "%2e%2e%2fa.jpg", "C:\\a\\b.jpg", "a\0b.jpg"]
)
def test_keys_are_made_of_random_bytes_alone(session: Uploading, own_storage: Path, name: str) -> None:
    photo = api_world.photo()
    upload = session.receive(ContentFile(photo.read(), name))
    assert UUID_KEY.fullmatch(upload.storage_key)
    assert stored(own_storage) == {upload.storage_key}
    assert (own_storage / upload.storage_key).stat().st_mode & 0o777 == 0o600


def test_a_photo_leaves_quarantine_as_its_clean_copy(session: Uploading, own_storage: Path) -> None:
    upload = session.receive(api_world.photo(), Kind.METER)
    assert files.is_quarantined(upload.storage_key)
    _prepare(upload)
    assert not files.is_quarantined(upload.storage_key)
    assert {upload.storage_key, upload.thumbnail_key} <= stored(own_storage)


def test_a_document_is_not_quarantined(session: Uploading) -> None:
    upload = session.receive(api_world.text_file(), Kind.DOCUMENT)
    assert UUID_KEY.fullmatch(upload.storage_key)
    assert not files.is_quarantined(upload.storage_key)


def test_both_places_lie_below_the_media_folder(own_storage: Path) -> None:
    assert Path(storages["uploads"].path("a")) == own_storage / "a"
    assert Path(storages["quarantine"].path("a")) == own_storage / "quarantine/a"


def settings_with(**environment: str) -> Any:
    code = (
        "import json; from intelliwiz_config.settings import env;"
        "from intelliwiz_config.settings.security.upload_storage import STORAGES, UPLOAD_STORAGE;"
        "print(json.dumps([STORAGES, env.problems, vars(UPLOAD_STORAGE)], default=str))"
    )
    given = {name: value for name, value in os.environ.items() if not name.startswith("UPLOAD_")}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={**given, **environment}, check=True, capture_output=True
    )
    return json.loads(done.stdout)


def test_s3_is_two_prefixes_of_a_private_bucket() -> None:
    made, problems, _ = settings_with(
        UPLOAD_STORAGE="s3",
        UPLOAD_S3_BUCKET="site-files",
        UPLOAD_S3_REGION="ap-south-1",
        UPLOAD_LINK_SECONDS="60",
    )
    clean, fresh = made["uploads"]["OPTIONS"], made["quarantine"]["OPTIONS"]
    assert made["uploads"]["BACKEND"] == made["quarantine"]["BACKEND"] == "storages.backends.s3.S3Storage"
    assert (clean["bucket_name"], clean["location"]) == ("site-files", "uploads")
    assert (fresh["bucket_name"], fresh["location"]) == ("site-files", "quarantine")
    assert clean["default_acl"] is None
    assert clean["querystring_auth"] is True
    assert clean["querystring_expire"] == 60
    assert clean["access_key"] is None
    assert clean["region_name"] == "ap-south-1"
    assert all("requirements-s3.txt" in line for line in problems)


def test_quarantine_may_be_a_bucket_of_its_own() -> None:
    made, _, _ = settings_with(
        UPLOAD_STORAGE="s3", UPLOAD_S3_BUCKET="clean", UPLOAD_S3_QUARANTINE_BUCKET="fresh"
    )
    assert made["uploads"]["OPTIONS"]["bucket_name"] == "clean"
    assert made["quarantine"]["OPTIONS"]["bucket_name"] == "fresh"


def test_s3_without_a_bucket_stops_the_start() -> None:
    assert "UPLOAD_S3_BUCKET must be set where UPLOAD_STORAGE is s3" in settings_with(UPLOAD_STORAGE="s3")[1]


def test_options_of_s3_are_known_to_the_package() -> None:
    pytest.importorskip("boto3", reason="what files in S3 need beside is in requirements-s3.txt")
    s3 = importlib.import_module("storages.backends.s3")
    made, _, _ = settings_with(UPLOAD_STORAGE="s3", UPLOAD_S3_BUCKET="site-files")
    known = s3.S3Storage(**made["uploads"]["OPTIONS"]).get_default_settings()
    assert made["uploads"]["OPTIONS"].keys() <= known.keys()


# how long


def test_recordings_go_in_their_time_and_everything_else_stays(
    session: Uploading, own_storage: Path, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    kept_for(settings, recording_days=30)
    key = upload_storage.save(ContentFile(b"sound"), fresh=False)
    old = factories.UploadFactory.create(
        session=session.session, kind=Kind.AUDIO, storage_key=key, byte_size=5, content_type="audio/wav"
    )
    document = session.receive(api_world.text_file(), Kind.DOCUMENT)
    age(old, days=31)
    age(document, days=4_000)
    with django_capture_on_commit_callbacks(execute=True):
        assert upload_storage.forget_old_files() == {"recordings": 1, "photos": 0, "documents": 0}
    old.refresh_from_db()
    assert old.file_deleted_at is not None
    assert (old.byte_size, old.original_byte_size) == (0, 5)
    assert stored(own_storage) == {document.storage_key}
    with django_capture_on_commit_callbacks(execute=True):
        assert upload_storage.forget_old_files() == {"recordings": 0, "photos": 0, "documents": 0}


def test_a_file_that_is_forgotten_gives_its_bytes_back(session: Uploading, settings: Any) -> None:
    kept_for(settings, document_days=1)
    document = session.receive(api_world.text_file(), Kind.DOCUMENT)
    age(document, days=2)
    assert session.ledger() == (0, 1, document.byte_size)
    upload_storage.forget_old_files()
    assert session.ledger() == session.rows() == (0, 1, 0)


def test_what_is_younger_stays(session: Uploading, settings: Any) -> None:
    kept_for(settings, document_days=2)
    document = session.receive(api_world.text_file(), Kind.DOCUMENT)
    age(document, days=1)
    assert upload_storage.forget_old_files()["documents"] == 0


def test_photo_and_thumbnail_go_together(
    session: Uploading, own_storage: Path, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    kept_for(settings, photo_days=1)
    upload = session.receive(api_world.photo(), Kind.METER)
    with django_capture_on_commit_callbacks(execute=True):
        _prepare(upload)
    age(upload, days=2)
    with django_capture_on_commit_callbacks(execute=True):
        assert upload_storage.forget_old_files()["photos"] == 1
    assert stored(own_storage) == set()


def test_what_is_asked_of_a_forgotten_file_is_that_it_is_gone(session: Uploading) -> None:
    upload = session.receive(api_world.text_file(), Kind.DOCUMENT)
    retention.forget_file(upload)
    with pytest.raises(FileGone):
        uploads.open_file(upload)
    assert not FileGone.retryable


def _prepare(upload: Upload) -> None:
    """As the media worker does."""
    keeping.clean_copy(upload)
    upload.refresh_from_db()


# alone


def test_a_file_without_a_row_goes_when_it_is_old_enough(session: Uploading, own_storage: Path) -> None:
    kept = session.receive(api_world.text_file(), Kind.DOCUMENT)
    orphans = [upload_storage.save(ContentFile(b"x"), fresh=fresh) for fresh in (True, False)]
    assert upload_storage.sweep().deleted == 0
    make_old(own_storage, hours=23)
    assert upload_storage.sweep().deleted == 0
    make_old(own_storage, hours=25)
    assert upload_storage.sweep(dry_run=True).deleted == 2
    assert set(orphans) <= stored(own_storage)
    swept = upload_storage.sweep()
    assert (swept.deleted, swept.looked_at, swept.missing, swept.is_whole) == (2, 3, (), True)
    assert stored(own_storage) == {kept.storage_key}


def test_names_that_are_not_ours_are_left_alone(session: Uploading, own_storage: Path) -> None:
    other = own_storage / "letters" / "to my sister.txt"
    other.parent.mkdir(parents=True)
    other.write_text("hello")
    make_old(own_storage, hours=1_000)
    upload_storage.sweep()
    assert other.exists()


def test_keys_of_before_are_still_opened_and_still_swept(session: Uploading, own_storage: Path) -> None:
    (own_storage / "scene").mkdir(parents=True)
    named, orphan = (f"scene/{uuid4()}.jpg" for _ in range(2))
    for key in (named, orphan):
        (own_storage / key).write_bytes(b"old")
    upload = factories.UploadFactory.create(session=session.session, storage_key=named)
    make_old(own_storage, hours=25)
    assert upload_storage.sweep().deleted == 1
    with uploads.open_file(upload) as file:
        assert file.read() == b"old"


def test_a_row_without_its_file_is_told(
    session: Uploading, own_storage: Path, caplog: Any, capsys: Any
) -> None:
    upload = session.receive(api_world.text_file(), Kind.DOCUMENT)
    (own_storage / upload.storage_key).unlink()
    with caplog.at_level("ERROR", logger="celery.task"):
        assert upload_storage.sweep().missing == (upload.pk,)
    assert str(upload.pk) in caplog.text
    call_command("sweep_uploads", "--dry-run")
    assert str(upload.pk) in capsys.readouterr().out


def test_a_file_whose_time_was_over_is_not_missed(
    session: Uploading, django_capture_on_commit_callbacks: Any
) -> None:
    upload = session.receive(api_world.text_file(), Kind.DOCUMENT)
    with django_capture_on_commit_callbacks(execute=True):
        retention.forget_file(upload)
    assert upload_storage.sweep().missing == ()


# erased


def test_an_erased_session_leaves_nothing(
    session: Uploading, own_storage: Path, django_capture_on_commit_callbacks: Any
) -> None:
    vault.store(session.pk, "email", "a@example.com", "a@example.com")
    session.receive(api_world.photo())
    session.receive(api_world.text_file(), Kind.DOCUMENT)
    before = conservation.balance().missing
    with django_capture_on_commit_callbacks(execute=True):
        counted = erasure.erase_session(session.pk, dry_run=True)
    assert ConversationSession.objects.filter(pk=session.pk).exists()
    assert len(stored(own_storage)) == 2
    with django_capture_on_commit_callbacks(execute=True):
        erased = erasure.erase_session(session.pk)
    assert erased == counted
    assert (erased.files, erased.tasks, erased.running) == (2, 2, 0)
    assert stored(own_storage) == set()
    for model in (ConversationSession, SessionEvent, Upload, UploadQuota, VaultEntry):
        assert not model.objects.filter(session_id=session.pk).exists(), model
    assert not TaskRecord.objects.filter(subject_id=session.pk).exists()
    assert conservation.balance().missing == before


def test_an_erasure_reaches_kept_answers_and_nobody_elses(session: Uploading, own_storage: Path) -> None:
    other = quota_world.uploading()
    assert session.post_photo(Idempotency_Key="one").status_code == 201
    assert other.post_photo(Idempotency_Key="one").status_code == 201
    assert erasure.erase_session(session.pk, dry_run=True).answers == 1
    assert erasure.erase_session(session.pk).answers == 1
    kept = IdempotencyRecord.objects.exclude(sealed_answer=None)
    assert [record.user_id for record in kept] == [other.user.pk]
    # Carried out it was: it is neither repeated nor shown again.
    assert_problem(session.post_photo(Idempotency_Key="one"), 409, "answer_lost")
    assert other.post_photo(Idempotency_Key="one").headers["Idempotent-Replay"] == "true"
    assert erasure.erase_client(other.session.client_id).answers == 1


def test_an_erasure_reaches_infected_files_and_tells_of_those_without_a_name(
    session: Uploading,
    own_storage: Path,
    settings: Any,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    django_capture_on_commit_callbacks: Any,
) -> None:
    settings.ANTIVIRUS = replace(settings.ANTIVIRUS, infected_folder=tmp_path / "infected")
    for upload_id in (session.receive(api_world.photo()).pk, None):
        infected.put_away(io.BytesIO(b"x"), sha256="0" * 64, byte_size=1, signature="x", upload_id=upload_id)
    assert len(list((tmp_path / "infected").glob("*.sealed"))) == 2
    with django_capture_on_commit_callbacks(execute=True):
        call_command("erase_session", str(session.pk), "--yes")
    assert "1 infected files, 1 tasks" in (told := capsys.readouterr().out)
    assert "1 infected files were refused since it began" in told
    (left,) = InfectedFile.objects.all()
    assert [path.stem for path in (tmp_path / "infected").glob("*.sealed")] == [str(left.pk)]


def test_events_are_as_unchangeable_after_an_erasure_as_before(session: Uploading) -> None:
    other = factories.SessionFactory.create()
    erasure.erase_session(session.pk)
    with pytest.raises(Exception, match="are evidence"):
        SessionEvent.objects.filter(session=other).delete()


def test_a_session_whose_proposal_was_applied_can_be_erased_and_the_site_stays() -> None:
    made = factories.RecommendationFactory.create()
    manager = factories.MembershipFactory.create(client=made.session.client).user
    recommendations.decide(recommendation_id=made.pk, user=manager)
    erased = erasure.erase_session(made.session_id)
    assert erased.rows["onboarding.ChangeSet"] == 1
    assert not Recommendation.objects.filter(session_id=made.session_id).exists()
    (site,) = Site.objects.filter(client=made.session.client)
    assert site.vault_session is None


def test_an_erased_client_leaves_nothing_but_accounts(own_storage: Path) -> None:
    made = factories.RecommendationFactory.create()
    manager = factories.MembershipFactory.create(client=made.session.client).user
    recommendations.decide(recommendation_id=made.pk, user=manager)
    factories.SessionFactory.create(client=made.session.client)
    client = made.session.client
    call_command("erase_session", "--client", client.slug)
    assert Client.objects.filter(pk=client.pk).exists()
    call_command("erase_session", "--client", client.slug, "--yes")
    for model in (ConversationSession, Site, ChangeSet):
        assert not model.objects.filter(client_id=client.pk).exists(), model
    assert not Client.objects.filter(pk=client.pk).exists()
    manager.refresh_from_db()


def test_the_command_says_what_it_cannot_do() -> None:
    with pytest.raises(CommandError, match="name sessions, or a client"):
        call_command("erase_session")
    with pytest.raises(CommandError, match="no such session"):
        call_command("erase_session", str(uuid4()), "--yes")
    with pytest.raises(CommandError, match="no such client"):
        call_command("erase_session", "--client", "nobody")


def test_a_dead_worker_after_an_erasure_finds_nothing(session: Uploading) -> None:
    upload = session.receive(api_world.text_file(), Kind.DOCUMENT)
    erasure.erase_session(session.pk)
    with pytest.raises(Exception, match="no such upload"):
        understanding.understand_upload(upload_id=upload.pk)
