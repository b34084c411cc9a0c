"""Files that were taken while the virus scanner was away, scanned when it is back."""

from __future__ import annotations

import logging
import time
from functools import partial

from django.utils import timezone

from apps.onboarding import event_log
from apps.onboarding.models import Upload
from apps.onboarding_api.services import antivirus
from apps.onboarding_api.services.antivirus import clamd, infected
from apps.onboarding_api.services.upload_storage import retention
from apps.onboarding_api.services.uploads import storing

logger = logging.getLogger("security")
_BATCH = 100
_LONGEST_SECONDS = 120
Outcome = clamd.Outcome


def scan_waiting() -> dict[str, int]:
    """How many were found `clean`, `infected` and `missing` (no file any more). Ends where the scanner fails."""
    told = {"clean": 0, "infected": 0, "missing": 0}
    if not antivirus.is_on() or not antivirus.answers():
        return told
    until = time.monotonic() + _LONGEST_SECONDS
    # Those that were looked at longest ago come first: one without a file does not stand before the others for ever.
    waiting = Upload.objects.filter(scan=Upload.Scan.NOT_SCANNED, file_deleted_at__isnull=True)
    for upload in waiting.order_by("mdtz")[:_BATCH]:
        if time.monotonic() > until:
            break
        outcome = _scan(upload)
        if outcome is None:
            break
        told[outcome] += 1
    return told


def _scan(upload: Upload) -> str | None:
    """None where the scanner gave no verdict."""
    row = Upload.objects.filter(pk=upload.pk, scan=Upload.Scan.NOT_SCANNED)
    try:
        with storing.open_file(upload) as file:
            verdict = antivirus.scan(iter(partial(file.read, clamd.MOST_PIECE_BYTES), b""))
            if verdict.outcome is Outcome.INFECTED:
                infected.put_away(
                    file,
                    sha256=upload.sha256,
                    byte_size=upload.byte_size,
                    signature=verdict.detail,
                    upload_id=upload.pk,
                )
    except FileNotFoundError:
        row.update(mdtz=timezone.now())
        return "missing"
    if verdict.outcome is Outcome.FAULT:
        logger.warning("virus scanner: decision=later fault=%s", verdict.detail)
        return None
    if verdict.outcome is Outcome.CLEAN:
        row.update(scan=Upload.Scan.CLEAN)
        return "clean"
    _take_away(upload)
    infected.note_new()
    return "infected"


def _take_away(upload: Upload) -> None:
    """The upload has failed, whatever was understood of it; its files go when that is committed."""
    with event_log.writing(upload.session_id) as session:
        row = session.uploads.select_for_update().get(pk=upload.pk)
        row.status, row.scan = Upload.Status.FAILED, Upload.Scan.INFECTED
        row.error = {
            "code": antivirus.InfectedFile.code,
            "user_message": antivirus.InfectedFile.user_message,
        }
        row.save()
        data = {"upload_id": str(row.pk), "code": antivirus.InfectedFile.code}
        event_log.append(session, event_log.Kind.UPLOAD_FAILED, data)
        retention.forget_file(row)
