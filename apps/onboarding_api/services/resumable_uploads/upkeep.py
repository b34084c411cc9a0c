"""What goes on between the requests: leases are kept, whole files finished, others given up in their time."""

from __future__ import annotations

import logging
import time
from datetime import timedelta
from functools import partial

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from apps.onboarding.errors import DomainError
from apps.onboarding.models import ResumableUpload
from apps.onboarding_api.services import upload_throttling
from apps.onboarding_api.services.resumable_uploads import creating, finishing, parts

logger = logging.getLogger("celery.task")
State = ResumableUpload.State
_BATCH = 200
_MOST_SECONDS = 60.0
_REMEMBERED = timedelta(days=1)
"""So long whoever comes late is told that it is gone, rather than that it never was."""
_SETTLING = timedelta(seconds=15)
"""The request that brought the last piece finishes the file; who looks earlier than this would only wait for it."""


def keep_leases() -> None:
    """Called by the keeper, several times in each lease. What no longer fits is told when its next piece comes."""
    alive = ResumableUpload.objects.filter(state=State.OPEN, expires_at__gt=timezone.now())
    for found in alive.order_by("pk").iterator(chunk_size=_BATCH):
        try:
            creating.hold(found)
        except upload_throttling.UploadRefused:
            continue


def tend() -> dict[str, int]:
    """`{finished, refused, expired, forgotten}`. Called by the calendar."""
    until = time.monotonic() + _MOST_SECONDS
    finished, refused = _finish_whole(until)
    return {"finished": finished, "refused": refused, "expired": _expire(), "forgotten": _forget()}


def _finish_whole(until: float) -> tuple[int, int]:
    """Files whose last request died after the last piece, or met a scanner that was away."""
    whole = ResumableUpload.objects.filter(
        state=State.OPEN,
        received_bytes=F("declared_bytes"),
        expires_at__gt=timezone.now(),
        mdtz__lt=timezone.now() - _SETTLING,
    )
    finished = refused = 0
    for pk in whole.order_by("mdtz").values_list("pk", flat=True)[:_BATCH]:
        if time.monotonic() > until:
            break
        try:
            finishing.finish(resumable_id=pk)
        except DomainError as error:
            refused += not error.retryable
        else:
            finished += 1
    return finished, refused


def _expire() -> int:
    late = ResumableUpload.objects.filter(state=State.OPEN, expires_at__lte=timezone.now())
    with transaction.atomic():
        found = list(late.select_for_update(skip_locked=True)[:_BATCH])
        for one in found:
            one.state = State.EXPIRED
            one.save(update_fields=["state", "mdtz"])
            transaction.on_commit(partial(parts.drop, one.pk), robust=True)
            transaction.on_commit(
                partial(upload_throttling.release, creating.reservation_of(one)), robust=True
            )
    return len(found)


def _forget() -> int:
    """Rows that are long over, and parts that no open row names."""
    ended = ~Q(state=State.OPEN) & Q(expires_at__lt=timezone.now() - _REMEMBERED)
    forgotten, _ = ResumableUpload.objects.filter(ended).delete()
    stored = list(parts.stored())
    still_open = ResumableUpload.objects.filter(pk__in=stored, state=State.OPEN)
    for pk in set(stored) - set(still_open.values_list("pk", flat=True)):
        parts.drop(pk)
    return forgotten
