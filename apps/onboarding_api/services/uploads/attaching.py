"""Attaching a file to a session, and committing the task that understands it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.core.files import File

from apps.onboarding import event_log
from apps.onboarding.errors import SessionClosed
from apps.onboarding.models import ConversationSession, Upload
from apps.onboarding_api.services import upload_throttling
from apps.onboarding_api.services.uploads.storing import Stored, discard, display_name, store_file
from apps.task_ledger.enqueue import enqueue

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_TASK_OF_KIND = {
    Upload.Kind.SCENE: "understand_photo",
    Upload.Kind.REGISTER: "understand_photo",
    Upload.Kind.METER: "understand_photo",
    Upload.Kind.DOCUMENT: "understand_document",
}


@dataclass(frozen=True)
class Told:
    """What came with a file. Degrees, north and east positive; a place needs both."""

    document_type: str = ""
    latitude: float | None = None
    longitude: float | None = None
    captured_at: datetime | None = None

    @property
    def position(self) -> tuple[float, float] | None:
        if self.latitude is None or self.longitude is None:
            return None
        return self.latitude, self.longitude


def receive(
    *,
    session_id: UUID,
    user: User,
    file: File,
    kind: Upload.Kind,
    document_type: str = "",
    latitude: float | None = None,
    longitude: float | None = None,
    captured_at: datetime | None = None,
) -> Upload:
    """Check, store and attach a file, with its task, all or nothing, within the quotas of the session."""
    _require_open(session_id)
    told = Told(document_type, latitude, longitude, captured_at)
    with upload_throttling.reserved(
        session_id=session_id, user=user, kind=kind, declared_bytes=file.size
    ) as reservation:
        return take_in(reservation, file=file, kind=kind, user=user, told=told)


def take_in(
    reservation: upload_throttling.Reservation, *, file: File, kind: Upload.Kind, user: User, told: Told
) -> Upload:
    """Check, store and attach a file that is whole, however it came; its room is reserved."""
    stored = store_file(file=file, kind=kind)
    return _attach_with_task(
        reservation,
        stored,
        user=user,
        document_type=display_name(told.document_type)[:60],
        captured_at=told.captured_at,
        position=told.position,
    )


def _require_open(session_id: UUID) -> None:
    """A closed session says so, and not that it has taken enough. Under its lock it is looked at again."""
    state = ConversationSession.objects.filter(pk=session_id).values_list("current_state", flat=True).first()
    if state in ConversationSession.CLOSED_STATES:
        raise SessionClosed(f"the session is {state}")


def _attach_with_task(
    reservation: upload_throttling.Reservation,
    stored: Stored,
    *,
    user: User,
    document_type: str,
    captured_at: datetime | None,
    position: tuple[float, float] | None,
) -> Upload:
    try:
        with event_log.writing(reservation.session_id) as session:
            if session.is_closed:
                raise SessionClosed(f"the session is {session.current_state}")
            upload = attach(session=session, stored=stored, actor=user, reservation=reservation)
            upload.document_type = document_type
            upload.captured_at = captured_at
            if position is not None:
                upload.latitude, upload.longitude = position
                upload.position_source = "request"
            upload.task_id = uuid4()
            upload.save()
            enqueue(
                _TASK_OF_KIND[stored.kind],
                kwargs={"upload_id": str(upload.pk)},
                task_id=upload.task_id,
                client_id=session.client_id,
                subject_id=session.session_id,
            )
    except BaseException:
        discard(stored)
        raise
    return upload


def attach(
    *,
    session: ConversationSession,
    stored: Stored,
    actor: User,
    reservation: upload_throttling.Reservation,
) -> Upload:
    """The row and the event, in a locked session; refused where the rows leave no room for it."""
    upload_throttling.settle(reservation, actual_bytes=stored.byte_size)
    upload = Upload.objects.create(
        pk=reservation.upload_id,
        session=session,
        kind=stored.kind,
        storage_key=stored.storage_key,
        display_name=stored.display_name,
        content_type=stored.content_type,
        byte_size=stored.byte_size,
        sha256=stored.sha256,
        scan=stored.scan,
    )
    data = {
        "upload_id": str(upload.pk),
        "kind": upload.kind,
        "bytes": upload.byte_size,
        "name": upload.display_name,
    }
    event_log.append(session, event_log.Kind.UPLOAD_ATTACHED, data, actor=actor)
    return upload
