"""What others do to an upload while a worker understands it stays done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from apps.onboarding import event_log
from apps.onboarding.errors import Unprocessable
from apps.onboarding.models import MeterReading, Upload
from apps.onboarding_api.services.uploads import scanning_later, understanding
from apps.onboarding_api.tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_storage")]
Status = Upload.Status
Meanwhile = Callable[[Callable[[Upload], None]], Upload]


def delete(upload: Upload) -> None:
    upload.delete()


def find_clean(upload: Upload) -> None:
    Upload.objects.filter(pk=upload.pk).update(scan=Upload.Scan.CLEAN)


@pytest.fixture(params=["understood", "unreadable"])
def meanwhile(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Meanwhile:
    """Has a meter understood, or found unreadable, while something happens to it."""
    upload = factories.UploadFactory.create(kind=Upload.Kind.METER)

    def run(happens: Callable[[Upload], None]) -> Upload:
        def read(_: Upload) -> dict[str, Any]:
            happens(Upload.objects.get(pk=upload.pk))
            if request.param == "unreadable":
                raise Unprocessable("no meter")
            return {"value": "00123", "status": "read"}

        monkeypatch.setattr(understanding, "_read", read)
        return upload

    return run


def test_upload_that_was_found_infected_meanwhile_stays_failed(meanwhile: Meanwhile) -> None:
    upload = meanwhile(scanning_later._take_away)
    assert understanding.understand_upload(upload_id=upload.pk)["status"] == "failed"
    row = Upload.objects.get(pk=upload.pk)
    assert row.error is not None
    assert (row.status, row.scan, row.error["code"]) == (
        Status.FAILED,
        Upload.Scan.INFECTED,
        "infected_file",
    )
    assert row.file_deleted_at is not None
    assert (row.byte_size, row.findings) == (0, {})
    assert not MeterReading.objects.exists()
    assert [event.kind for event in row.session.events.filter(kind__startswith="upload_")] == [
        "upload_failed"
    ]


def test_upload_that_was_deleted_meanwhile_stays_deleted(meanwhile: Meanwhile) -> None:
    upload = meanwhile(delete)
    assert understanding.understand_upload(upload_id=upload.pk)["status"] == "gone"
    assert not Upload.objects.exists()
    assert not upload.session.events.filter(kind__startswith="upload_").exists()


def test_what_others_wrote_on_the_row_meanwhile_stays(meanwhile: Meanwhile) -> None:
    upload = meanwhile(find_clean)
    assert understanding.understand_upload(upload_id=upload.pk)["status"] in {"understood", "failed"}
    assert Upload.objects.get(pk=upload.pk).scan == Upload.Scan.CLEAN


def test_dead_task_does_not_fail_what_was_understood_while_it_waited_for_the_lock(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    upload = factories.UploadFactory.create(task_id=uuid4())
    writing = event_log.writing

    def after_another(session_id: Any) -> Any:
        Upload.objects.filter(pk=upload.pk).update(status=Status.UNDERSTOOD)
        return writing(session_id)

    monkeypatch.setattr(event_log, "writing", after_another)
    understanding.fail_upload(task_id=upload.task_id, error={"code": "poison"})
    assert Upload.objects.get(pk=upload.pk).status == Status.UNDERSTOOD
    assert not upload.session.events.filter(kind="upload_failed").exists()


def test_dead_task_fails_its_upload() -> None:
    upload = factories.UploadFactory.create(task_id=uuid4())
    understanding.fail_upload(task_id=upload.task_id, error={"code": "poison"})
    row = Upload.objects.get(pk=upload.pk)
    assert row.error is not None
    assert (row.status, row.error["code"]) == (Status.FAILED, "poison")
