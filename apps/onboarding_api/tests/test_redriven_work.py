"""What a failed task leaves behind in the business, and what sending it back does to it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from celery import current_app

from apps.onboarding import event_log
from apps.onboarding.models import ConversationSession, Turn, Upload
from apps.onboarding_api.services import uploads
from apps.onboarding_api.services.conversation import processing, proposing
from apps.onboarding_api.services.uploads import understanding
from apps.onboarding_api.tests import factories
from apps.task_ledger import outcomes
from apps.task_ledger.celery_task import LedgerTask
from apps.task_ledger.dead_letters import redrive
from apps.task_ledger.dead_letters.errors import RedriveRefused
from apps.task_ledger.enqueue import enqueue
from apps.task_ledger.execution import execute
from apps.task_ledger.models import TaskRecord
from background_tasks import onboarding_tasks

pytestmark = pytest.mark.django_db(transaction=True)
Kind, State = event_log.Kind, event_log.State
FAILURE = {"code": "unknown", "class": "X", "message": "", "retryable": False}


def dead(name: str, *, task_id: Any, subject_id: Any = None, **kwargs: Any) -> TaskRecord:
    record = enqueue(name, task_id=task_id, subject_id=subject_id, kwargs=kwargs)
    task = current_app.tasks[name]
    assert isinstance(task, LedgerTask)
    outcomes.write_dead(task, record, FAILURE)
    record.refresh_from_db()
    return record


@pytest.fixture
def upload() -> Upload:
    made: Upload = factories.UploadFactory.create(status=Upload.Status.RECEIVED, task_id=uuid4())
    return made


def test_upload_of_a_dead_task_has_failed_at_once(upload: Upload) -> None:
    dead("understand_photo", task_id=upload.task_id, upload_id=str(upload.pk))
    upload.refresh_from_db()
    assert upload.status == Upload.Status.FAILED
    assert upload.session.events.filter(kind=Kind.UPLOAD_FAILED).count() == 1


def test_upload_of_a_task_that_dies_in_a_worker_has_failed_at_once(
    upload: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: Any) -> None:
        raise ValueError("no")

    monkeypatch.setattr(understanding, "understand_upload", fail)
    enqueue("understand_photo", task_id=upload.task_id, kwargs={"upload_id": str(upload.pk)})
    assert upload.task_id is not None
    execute(onboarding_tasks.understand_photo, upload.task_id)
    upload.refresh_from_db()
    assert upload.status == Upload.Status.FAILED


def test_mender_finishes_no_task_but_its_own(upload: Upload) -> None:
    assert upload.task_id is not None
    understanding.fail_upload(task_id=upload.task_id, error=FAILURE)
    upload.refresh_from_db()
    assert upload.status == Upload.Status.FAILED


def test_redriven_upload_waits_to_be_understood_again(upload: Upload) -> None:
    record = dead("understand_photo", task_id=upload.task_id, upload_id=str(upload.pk))
    redrive.redrive(record.pk)
    upload.refresh_from_db()
    assert (upload.status, upload.error) == (Upload.Status.RECEIVED, None)
    assert upload.session.events.filter(kind=Kind.WORK_RESUMED).exists()


@pytest.fixture
def turn() -> Turn:
    """A turn whose task died before it was understood."""
    session = factories.SessionFactory.create()
    made: Turn = factories.TurnFactory.create(
        session=session, status=Turn.Status.ADMITTED, task_id=uuid4(), commands=[]
    )
    dead(
        "process_conversation_step",
        task_id=made.task_id,
        subject_id=session.pk,
        conversation_id=str(session.pk),
        context={"turn_id": str(made.pk)},
    )
    made.refresh_from_db()
    assert made.status == Turn.Status.FAILED
    return made


def test_turn_of_a_dead_task_is_open_again_when_it_is_sent_back(turn: Turn) -> None:
    assert turn.task_id is not None
    redrive.redrive(turn.task_id)
    turn.refresh_from_db()
    assert turn.status == Turn.Status.ADMITTED


@pytest.fixture
def spoken(turn: Turn) -> Upload:
    """The recording of a turn whose task died before it was heard."""
    made: Upload = factories.UploadFactory.create(
        session=turn.session, kind=Upload.Kind.AUDIO, status=Upload.Status.FAILED
    )
    Turn.objects.filter(pk=turn.pk).update(upload=made, text="")
    return made


def test_recording_of_a_turn_that_is_sent_back_waits_to_be_heard(turn: Turn, spoken: Upload) -> None:
    assert turn.task_id is not None
    redrive.redrive(turn.task_id)
    spoken.refresh_from_db()
    assert spoken.status == Upload.Status.RECEIVED
    processing.fail_turn(task_id=turn.task_id, error=FAILURE)
    spoken.refresh_from_db()
    assert (spoken.status, spoken.error["code"]) == (Upload.Status.FAILED, "unknown")  # type: ignore[index]  # set
    uploads.keep_heard(spoken.pk)
    spoken.refresh_from_db()
    assert (spoken.status, spoken.error) == (Upload.Status.UNDERSTOOD, None)


@pytest.mark.parametrize("gone", [{"scan": "infected"}, {"file_deleted_at": "2026-01-01T00:00Z"}], ids=str)
def test_turn_whose_recording_nobody_can_hear_is_not_sent_back(
    turn: Turn, spoken: Upload, gone: dict[str, str]
) -> None:
    Upload.objects.filter(pk=spoken.pk).update(**gone)
    assert turn.task_id is not None
    with pytest.raises(RedriveRefused, match="file"):
        redrive.redrive(turn.task_id)
    turn.refresh_from_db()
    assert turn.status == Turn.Status.FAILED


def test_answer_given_since_is_not_overrun(turn: Turn) -> None:
    factories.TurnFactory.create(session=turn.session, number=turn.number + 1)
    assert turn.task_id is not None
    with pytest.raises(RedriveRefused, match="answered again"):
        redrive.redrive(turn.task_id)


def test_answer_corrected_since_is_not_overrun(turn: Turn) -> None:
    with event_log.writing(turn.session_id) as session:
        event_log.append(session, Kind.ANSWER_SET, {"slot": "site_name"})
    assert turn.task_id is not None
    with pytest.raises(RedriveRefused, match="answered again"):
        redrive.redrive(turn.task_id)
    turn.refresh_from_db()
    assert turn.status == Turn.Status.FAILED


def test_turn_of_a_session_that_has_ended_stays_failed(turn: Turn) -> None:
    ConversationSession.objects.filter(pk=turn.session_id).update(current_state=State.CANCELLED)
    with pytest.raises(RedriveRefused):
        processing.reopen_turn(task_id=turn.task_id)  # type: ignore[arg-type]  # made with one


def test_turn_that_was_understood_only_misses_its_proposal(turn: Turn) -> None:
    Turn.objects.update(commands=[{"kind": "done"}])
    assert turn.task_id is not None
    redrive.redrive(turn.task_id)
    turn.refresh_from_db()
    assert turn.status == Turn.Status.UNDERSTOOD
    assert turn.session.current_state == State.GENERATING_RECOMMENDATIONS


def test_session_waits_for_its_proposal_again() -> None:
    session = factories.SessionFactory.create()
    ConversationSession.objects.update(current_state=State.GENERATING_RECOMMENDATIONS)
    record = dead(
        "generate_recommendations", task_id=uuid4(), subject_id=session.pk, session_id=str(session.pk)
    )
    session.refresh_from_db()
    assert session.current_state != State.GENERATING_RECOMMENDATIONS
    redrive.redrive(record.pk)
    session.refresh_from_db()
    assert session.current_state == State.GENERATING_RECOMMENDATIONS


def test_proposal_is_not_made_beside_an_open_answer() -> None:
    session = factories.SessionFactory.create()
    factories.TurnFactory.create(session=session, status=Turn.Status.ADMITTED)
    with pytest.raises(RedriveRefused):
        proposing.resume(session_id=session.pk)
