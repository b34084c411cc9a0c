"""Beginning and ending an upload in pieces."""

from __future__ import annotations

import secrets
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from apps.onboarding.errors import InvalidInput, NotFound, SessionClosed, TooLarge
from apps.onboarding.models import ResumableUpload, Upload
from apps.onboarding_api.services import access, upload_throttling
from apps.onboarding_api.services.resumable_uploads import parts
from apps.onboarding_api.services.upload_storage import presigning
from apps.onboarding_api.services.upload_throttling import Reservation, shapes
from apps.onboarding_api.services.uploads import Told
from apps.onboarding_api.services.uploads.storing import display_name
from apps.onboarding_api.services.uploads.types import require_extension

if TYPE_CHECKING:
    from django.contrib.auth.models import User

State = ResumableUpload.State


def begin(
    *,
    session_id: UUID,
    user: User,
    kind: Upload.Kind,
    declared_bytes: int,
    name: str,
    told: Told,
    goes_on: bool = False,
) -> ResumableUpload:
    """Room for the whole file is reserved now; its place among those at once is kept if the request `goes_on` to bring
    bytes, until `leave_place`. `NotFound`, `Forbidden`, `SessionClosed`, `InvalidInput`, `TooLarge`,
    `UnsupportedMedia` (by the name), `UploadRefused`."""
    session = access.visible_session(user, session_id)
    access.require_role(user, session.client_id, at_least=access.Role.CONTRIBUTOR)
    if session.is_closed:
        raise SessionClosed(f"the session is {session.current_state}")
    limit = settings.FILE_UPLOAD.max_file_bytes
    if declared_bytes > limit:
        raise TooLarge(f"the file has {declared_bytes} bytes; at most {limit} are taken", max_bytes=limit)
    if declared_bytes == 0:
        raise InvalidInput("the file is empty", user_message="This file is empty. Please send another one.")
    shown = display_name(name)
    require_extension(shown, kind=kind)
    reservation = upload_throttling.reserve(
        session_id=session_id, user=user, kind=kind, declared_bytes=declared_bytes
    )
    try:
        made = ResumableUpload.objects.create(
            session=session,
            user=user,
            upload_id=reservation.upload_id,
            kind=kind,
            declared_bytes=declared_bytes,
            display_name=shown,
            document_type=display_name(told.document_type)[:60],
            latitude=told.latitude,
            longitude=told.longitude,
            captured_at=told.captured_at,
            expires_at=timezone.now() + timedelta(hours=settings.UPLOAD_STORAGE.resumable_hours),
        )
    except BaseException:
        upload_throttling.release(reservation)
        raise
    if not goes_on:
        upload_throttling.set_aside(reservation)
    return made


def reservation_of(found: ResumableUpload) -> Reservation:
    """What it holds of the quotas; Redis is asked again whoever admitted it."""
    return Reservation(
        upload_id=found.upload_id,
        session_id=found.session_id,
        cost=shapes.cost_of(Upload.Kind(found.kind), found.declared_bytes),
        mode="redis",
    )


def hold(found: ResumableUpload) -> None:
    """Its lease begins anew. `UploadRefused` where the room has gone to others meanwhile."""
    upload_throttling.charge(reservation_of(found), received_bytes=found.received_bytes, aim="keep")


def new_token() -> int:
    """By which a place is known to be one request's. Whole in a number of Lua."""
    return secrets.randbelow(2**52) + 1


def take_place(found: ResumableUpload, *, token: int) -> None:
    """As `hold`, and for the time of a lease one of the places among those at once. `UploadRefused`: none is free.

    Where another request brings the same upload (a connection that is dead, as a rule), the place is this one's from
    now on: the other is told by `keep_place`.
    """
    reservation = reservation_of(found)
    upload_throttling.charge(reservation, received_bytes=found.received_bytes, aim="turn", token=token)


def keep_place(found: ResumableUpload, *, token: int) -> None:
    """As `take_place`, but takes it from nobody. `UploadRefused` also where another request has it."""
    reservation = reservation_of(found)
    upload_throttling.charge(reservation, received_bytes=found.received_bytes, aim="stay", token=token)


def leave_place(found: ResumableUpload, *, token: int = 0) -> None:
    """Nothing comes for the moment. Twice is as once; of what has become an upload it does nothing, and, with a
    `token`, nothing where another request has the place."""
    upload_throttling.set_aside(reservation_of(found), token=token)


def discard(found: ResumableUpload) -> None:
    """It was begun by a request that is being refused, so nobody knows of it: nothing stays, also where the request's
    transaction is rolled back. Of what has become an upload it does nothing."""
    if not connection.needs_rollback:
        gone, _ = ResumableUpload.objects.filter(pk=found.pk).exclude(state=State.DONE).delete()
        if not gone:
            return
    upload_throttling.release(reservation_of(found))
    parts.drop(found.pk)


def visible(user: User, resumable_id: UUID) -> ResumableUpload:
    """For those who may upload to its session. `NotFound`, `Forbidden`."""
    found = ResumableUpload.objects.visible_to(user).select_related("session").filter(pk=resumable_id).first()
    if found is None:
        raise NotFound("no such upload")
    access.require_role(user, found.session.client_id, at_least=access.Role.CONTRIBUTOR)
    return found


def terminate(*, resumable_id: UUID, user: User) -> None:
    """Forget it, and give back what it holds. An upload that it has become stays."""
    found = visible(user, resumable_id)
    with transaction.atomic():
        row = ResumableUpload.objects.select_for_update().filter(pk=found.pk).first()
        if row is None:
            raise NotFound("no such upload")
        if row.state == State.OPEN:
            transaction.on_commit(partial(upload_throttling.release, reservation_of(row)), robust=True)
        transaction.on_commit(partial(parts.drop, row.pk), robust=True)
        transaction.on_commit(partial(presigning.drop_posted, [row.pk]), robust=True)
        ResumableUpload.objects.filter(pk=row.pk).delete()
