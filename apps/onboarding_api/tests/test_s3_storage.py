"""Files in an object store, by boto3 and django-storages, against a store that checks every signature and policy."""

from __future__ import annotations

import base64
import json
import os
import runpy
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from django.conf import settings as configured
from django.core.files.base import ContentFile
from django.utils import timezone

from apps.onboarding.models import Upload
from apps.onboarding_api.services import erasure, resumable_uploads, upload_storage
from apps.onboarding_api.services.photos import keeping
from apps.onboarding_api.services.upload_storage import files, presigning
from apps.onboarding_api.services.upload_storage.errors import StorageUnavailable
from apps.onboarding_api.services.uploads import understanding
from apps.onboarding_api.tests import api_world, quota_world, s3_server
from apps.onboarding_api.tests.api_world import Caller, assert_problem
from apps.onboarding_api.tests.quota_world import Uploading
from apps.onboarding_api.tests.s3_server import Store

pytest.importorskip("boto3", reason="what files in S3 need beside is in requirements-s3.txt")
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kept_connection")]
SETTINGS = Path(__file__).resolve().parents[3] / "intelliwiz_config/settings/security/upload_storage.py"
LARGE = os.urandom(9 * 1024 * 1024)
"""boto3 sends it in parts."""


@pytest.fixture(scope="module")
def running() -> Iterator[Store]:
    with s3_server.running() as store:
        yield store


@pytest.fixture(scope="module")
def storages_of(running: Store) -> dict[str, Any]:
    """As the settings make them of these variables."""
    given = {
        "UPLOAD_STORAGE": "s3",
        "UPLOAD_S3_BUCKET": s3_server.BUCKET,
        "UPLOAD_S3_REGION": s3_server.REGION,
        "UPLOAD_S3_ENDPOINT": running.address,
        "UPLOAD_S3_ACCESS_KEY": s3_server.ACCESS_KEY,
        "UPLOAD_S3_SECRET_KEY": s3_server.SECRET,
        "UPLOAD_S3_ADDRESSING": "path",
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in given.items():
            patch.setenv(name, value)
        made: dict[str, Any] = runpy.run_path(str(SETTINGS))["STORAGES"]
    return made


@pytest.fixture
def store(running: Store, storages_of: dict[str, Any], settings: Any, own_storage: Path) -> Store:
    running.__dict__.update(vars(Store(address=running.address)))
    settings.STORAGES = storages_of
    settings.UPLOAD_STORAGE = replace(configured.UPLOAD_STORAGE, backend="s3")
    return running


@pytest.fixture
def session() -> Uploading:
    return quota_world.uploading()


# files


@pytest.mark.parametrize("content", [b"small", LARGE], ids=["at once", "in parts"])
def test_a_file_is_stored_read_and_deleted(store: Store, content: bytes) -> None:
    fresh = upload_storage.save(ContentFile(content), fresh=True)
    clean = upload_storage.save(ContentFile(content), fresh=False)
    assert set(store.objects) == {fresh, f"uploads/{clean}"}
    for key in (fresh, clean):
        assert files.exists(key)
        assert abs(files.modified_at(key) - timezone.now()) < timedelta(seconds=30)
        with files.open_file(key) as file:
            assert file.read() == content
    assert set(files.stored_keys()) == {fresh, clean}
    for key in (fresh, clean):
        files.delete(key)
        files.delete(key)
        assert not files.exists(key)
    assert store.objects == {}
    assert "AccessDenied" not in store.refusals


def test_what_is_not_there_is_said_as_of_a_folder(store: Store) -> None:
    for ask in (files.open_file, files.modified_at):
        with pytest.raises(FileNotFoundError):
            ask(f"3f/{uuid4()}")


def test_every_page_of_a_listing_is_read_and_other_names_are_left(store: Store) -> None:
    store.page = 2
    keys = {upload_storage.save(ContentFile(b"x"), fresh=number % 2 == 0) for number in range(9)}
    store.objects["uploads/report.pdf"] = store.objects["quarantine/parts/x"] = s3_server.Stored(b"not ours")
    assert set(files.stored_keys()) == keys


@pytest.mark.parametrize("code", ["SlowDown", "SignatureDoesNotMatch"])
def test_a_store_that_refuses_is_a_503(
    store: Store, settings: Any, storages_of: dict[str, Any], code: str
) -> None:
    key = upload_storage.save(ContentFile(b"x"), fresh=False)
    store.fails = code == "SlowDown"
    if not store.fails:
        other = {"OPTIONS": {**storages_of["uploads"]["OPTIONS"], "secret_key": "another"}}
        settings.STORAGES = {**storages_of, "uploads": {**storages_of["uploads"], **other}}
    for ask in (files.open_file, files.exists, files.delete):
        with pytest.raises(StorageUnavailable):
            ask(key)
    with pytest.raises(StorageUnavailable):
        upload_storage.save(ContentFile(b"x"), fresh=False)
    assert len(store.objects) == 1


def test_a_file_is_there_when_it_was_opened(store: Store) -> None:
    key = upload_storage.save(ContentFile(b"whole"), fresh=False)
    with files.open_file(key) as file:
        store.fails = True
        assert file.read() == b"whole"


# posted directly


def post(form: presigning.Form, content: bytes, **instead: str) -> httpx.Response:
    return httpx.post(form.url, data={**form.fields, **instead}, files={"file": ("gate.jpg", content)})


def test_a_form_takes_the_declared_size_and_no_other(store: Store) -> None:
    name = uuid4()
    form = presigning.presigned_form(name, byte_size=1_000)
    assert post(form, b"x" * 1_001).status_code == 400
    assert post(form, b"x" * 999).status_code == 400
    assert store.refusals == ["EntityTooLarge", "EntityTooSmall"]
    assert store.objects == {}
    assert post(form, b"x" * 1_000).status_code == 204
    assert set(store.objects) == {presigning.key_of(name)}


@pytest.mark.parametrize("by", ["terminating", "erasing"])
def test_what_was_posted_goes_with_what_it_was_posted_for(
    store: Store, session: Uploading, django_capture_on_commit_callbacks: Any, by: str
) -> None:
    ask = Caller(session.user)
    asked = {"session_id": str(session.pk), "filename": "gate.jpg", "kind": "scene", "byte_size": 10}
    made = ask("POST", "/api/v1/onboarding/uploads/direct/", asked).json()
    sent = httpx.post(made["url"], data=made["fields"], files={"file": ("gate.jpg", b"x" * 10)})
    assert (sent.status_code, len(store.objects)) == (204, 1)
    with django_capture_on_commit_callbacks(execute=True):
        if by == "erasing":
            erasure.erase_session(session.pk)
        else:
            name = UUID(made["resumable_id"])
            resumable_uploads.terminate(resumable_id=name, user=session.user)
    assert store.objects == {}


def wider(form: presigning.Form) -> str:
    """The policy with another range; what was signed was another one."""
    policy = json.loads(base64.b64decode(form.fields["policy"]))
    policy["conditions"] = [
        one if "content-length-range" not in one else [*one[:2], 9**9] for one in policy["conditions"]
    ]
    return base64.b64encode(json.dumps(policy).encode()).decode()


def test_a_form_cannot_be_bent(store: Store) -> None:
    form = presigning.presigned_form(uuid4(), byte_size=10)
    bent: list[dict[str, str]] = [
        {"key": f"uploads/3f/{uuid4()}"},
        {"key": f"{form.fields['key']}/../../uploads/3f"},
        {"acl": "public-read"},
        {"success_action_redirect": "https://elsewhere.example/"},
        {"policy": wider(form)},
        {"x-amz-signature": "0" * 64},
        {"x-amz-credential": form.fields["x-amz-credential"].replace(s3_server.REGION, "us-east-1")},
    ]
    for instead in bent:
        assert post(form, b"x" * 10, **instead).status_code == 403, instead
    assert store.objects == {}


def test_a_form_ends_with_its_time(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    form = presigning.presigned_form(uuid4(), byte_size=10)
    said = json.loads(base64.b64decode(form.fields["policy"]))["expiration"]
    lasts = datetime.fromisoformat(said) - datetime.now(UTC)
    assert 0 < lasts.total_seconds() <= configured.UPLOAD_STORAGE.link_seconds
    settings = replace(configured.UPLOAD_STORAGE, backend="s3", link_seconds=-5)
    monkeypatch.setattr(configured, "UPLOAD_STORAGE", settings)
    assert post(presigning.presigned_form(uuid4(), byte_size=10), b"x" * 10).status_code == 403


# from end to end


def test_a_photo_goes_through_the_store_from_the_form_to_the_download(
    store: Store, session: Uploading, django_capture_on_commit_callbacks: Any
) -> None:
    photo, ask = api_world.photo(side=400).read(), Caller(session.user)
    asked = {"session_id": str(session.pk), "filename": "gate.jpg", "kind": "scene", "byte_size": len(photo)}
    made = ask("POST", "/api/v1/onboarding/uploads/direct/", asked).json()
    complete = f"/api/v1/onboarding/uploads/direct/{made['resumable_id']}/complete/"
    assert_problem(ask("POST", complete), 409, "file_not_arrived")
    sent = httpx.post(made["url"], data=made["fields"], files={"file": ("gate.jpg", photo)})
    assert sent.status_code == 204
    with django_capture_on_commit_callbacks(execute=True):
        upload_id = ask("POST", complete).json()["upload_id"]
    upload = Upload.objects.get(pk=upload_id)
    assert set(store.objects) == {upload.storage_key}
    assert files.is_quarantined(upload.storage_key)
    with django_capture_on_commit_callbacks(execute=True):
        keeping.clean_copy(upload)
    upload.refresh_from_db()
    assert set(store.objects) == {f"uploads/{upload.storage_key}", f"uploads/{upload.thumbnail_key}"}
    link = ask("GET", f"/api/v1/onboarding/uploads/{upload_id}/file/").json()["url"]
    served = Caller()("GET", link)
    got = b"".join(served) if served.streaming else served.content
    assert got == store.objects[f"uploads/{upload.storage_key}"].content
    store.fails = True
    assert Caller()("GET", link).status_code == 503
    with pytest.raises(StorageUnavailable):
        understanding.understand_upload(upload_id=upload.pk)
