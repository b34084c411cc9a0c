"""Reserve, charge, settle, release: the life of an upload as its session's quotas see it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection, transaction

from apps.onboarding.models import Upload
from apps.onboarding_api.services.security import telling
from apps.onboarding_api.services.security.decisions import Decision
from apps.onboarding_api.services.security.identity import Names
from apps.onboarding_api.services.upload_throttling import alone, errors, ledger, places, shapes
from apps.onboarding_api.services.upload_throttling.ledger import Known
from apps.onboarding_api.services.upload_throttling.shapes import Cost, Reservation
from apps.onboarding_api.services.upload_throttling.shared import get_shared
from apps.task_ledger.dead_letters.errors import RedriveRefused

if TYPE_CHECKING:
    from django.contrib.auth.models import User

logger = logging.getLogger("security")
_NOTHING = Cost(photos=0, documents=0, bytes=0)


@contextmanager
def reserved(
    *, session_id: UUID, user: User, kind: Upload.Kind, declared_bytes: int
) -> Iterator[Reservation]:
    """A reservation for the time of the block; given back where the block fails, left to the rows where it ends."""
    reservation = reserve(session_id=session_id, user=user, kind=kind, declared_bytes=declared_bytes)
    try:
        yield reservation
    except BaseException:
        release(reservation)
        raise
    _leave(reservation)


def reserve(*, session_id: UUID, user: User, kind: Upload.Kind, declared_bytes: int) -> Reservation:
    """Room in all quotas of the session, or in none. `UploadRefused` (fits later), `QuotaSpent` (never will).

    It lasts for the lease of the settings; `charge` begins that anew, `settle` and `release` end it.
    """
    quotas = settings.UPLOAD_QUOTAS
    cost = shapes.cost_of(kind, declared_bytes)
    reservation = Reservation(upload_id=uuid4(), session_id=session_id, cost=cost, mode="redis")
    known = _read(session_id)
    decision = get_shared().decide(
        upload_id=reservation.upload_id,
        session_id=session_id,
        cost=cost,
        known=known,
        quotas=quotas,
        aim="new",
    )
    if decision is None:
        place = places.take(session_id, places=quotas.uploads_at_once)
        reservation = replace(reservation, mode="rows", slot=place)
        decision = alone.decide(known, cost, quotas, has_place=place is not None)
    if not decision.allowed:
        _give_back_place(reservation)
        _tell(decision, session_id=session_id, who=f"user:{user.pk}")
        raise errors.refused(decision)
    return reservation


def charge(
    reservation: Reservation,
    *,
    received_bytes: int,
    aim: Literal["again", "turn", "stay", "keep"] = "again",
    token: int = 0,
) -> Reservation:
    """For uploads in pieces: so many bytes have come by now. Raises where they pass the quota; the lease begins anew.

    The reservation that goes on; it never holds less than was declared. `aim` is what becomes of its place: "again"
    has one, "turn" has one if one is free or its own (else `UploadRefused`), "stay" as well, but not where a request of
    another `token` has it, "keep" changes nothing about it. Where Redis is away nobody knows of the places of pieces.
    """
    cost = replace(reservation.cost, bytes=max(reservation.cost.bytes, received_bytes))
    known = _read(reservation.session_id)
    quotas = settings.UPLOAD_QUOTAS
    decision = None
    if reservation.mode == "redis":
        decision = get_shared().decide(
            upload_id=reservation.upload_id,
            session_id=reservation.session_id,
            cost=cost,
            known=known,
            quotas=quotas,
            aim=aim,
            token=token,
        )
    if decision is None:
        # Its place in the burst it has already.
        decision = alone.decide(replace(known, rows=()), cost, quotas)
    if not decision.allowed:
        _tell(decision, session_id=reservation.session_id, who="-")
        raise errors.refused(decision)
    return replace(reservation, cost=cost)


def set_aside(reservation: Reservation, *, token: int = 0) -> None:
    """Nothing comes for the moment: the place is free for others, the rest stays held until the lease ends. With a
    `token` only if the place is still that request's."""
    _leave(reservation, token=token)


def settle(reservation: Reservation, *, actual_bytes: int) -> None:
    """Room in the rows, in the transaction of the upload's row, which has to follow with `upload_id` as its key.

    What counts is the row; this only makes sure that no quota is passed, whatever Redis knew. `QuotaSpent`,
    `UploadRefused`.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "settle belongs into the transaction of the upload's row"
        )
    cost = replace(reservation.cost, bytes=actual_bytes)
    _require_room(reservation.session_id, cost, counts_burst=reservation.mode == "rows")
    transaction.on_commit(partial(_settled, reservation), robust=True)


def release(reservation: Reservation) -> None:
    """Give everything back, except that the burst was begun. Twice is as once; after `settle` the rows decide."""
    get_shared().end(upload_id=reservation.upload_id, session_id=reservation.session_id, aim="release")
    _give_back_place(reservation)


def readmit(upload: Upload) -> None:
    """Before a failed upload counts again, in its transaction. `RedriveRefused` where others have taken its room."""
    cost = replace(
        shapes.cost_of(Upload.Kind(upload.kind), 0), bytes=0
    )  # its bytes were counted all the time
    try:
        _require_room(upload.session_id, cost, counts_burst=False)
    except errors.UploadRefused as error:
        raise RedriveRefused("other uploads have taken its place in the quota of the session") from error


def quota_state(session_id: UUID) -> Decision:
    """Where the session stands, uploads under way included. `mode` tells who says so: Redis, or the rows alone."""
    known, quotas = _read(session_id), settings.UPLOAD_QUOTAS
    found = get_shared().decide(
        upload_id=session_id, session_id=session_id, cost=_NOTHING, known=known, quotas=quotas, aim="look"
    )
    return found or alone.decide(known, _NOTHING, quotas)


def _require_room(session_id: UUID, cost: Cost, *, counts_burst: bool) -> None:
    quotas = settings.UPLOAD_QUOTAS
    while True:
        has_room = ledger.admit(session_id, cost, quotas)
        if has_room and not counts_burst:
            return
        known = _read(session_id)
        decision = alone.decide(known if counts_burst else replace(known, rows=()), cost, quotas)
        if not decision.allowed:
            _tell(decision, session_id=session_id, who="-")
            raise errors.refused(decision)
        if has_room:
            return
        # Something was given back between the two looks: look again.


def _settled(reservation: Reservation) -> None:
    """After the commit: Redis hears what the rows say now. Where it does not hear, the next who asks tells it."""
    get_shared().end(
        upload_id=reservation.upload_id,
        session_id=reservation.session_id,
        aim="settled",
        known=_read(reservation.session_id),
    )


def _leave(reservation: Reservation, *, token: int = 0) -> None:
    """The block is through. Its transaction may not be: until it is, the cost is still held, the place no more."""
    get_shared().end(
        upload_id=reservation.upload_id, session_id=reservation.session_id, aim="finish", token=token
    )
    _give_back_place(reservation)


def _give_back_place(reservation: Reservation) -> None:
    # In a transaction the place ends with it: nothing could be asked of one that has failed.
    if reservation.slot is not None and not connection.in_atomic_block:
        places.give_back(reservation.session_id, reservation.slot)


def _read(session_id: UUID) -> Known:
    """The rows of the last minute, and of as long as a lease may be old."""
    seconds = shapes.BURST_SECONDS + settings.UPLOAD_QUOTAS.lease_seconds
    return ledger.read(session_id, latest_seconds=seconds)


def _tell(decision: Decision, *, session_id: UUID, who: str) -> None:
    """One line for each refusal. Neither session nor user can be read from it."""
    names = Names(settings.SECRET_KEY)
    told: tuple[Any, ...] = (
        decision.mode,
        ",".join(decision.violated),
        "-" if decision.retry_after is None else decision.retry_after,
        telling.letters(names.digest(["session", str(session_id)])),
        who if who == "-" else telling.letters(names.digest([who])),
    )
    logger.warning(
        "upload quota: decision=refused mode=%s violated=%s retry_after=%s session=%s who=%s", *told
    )
