"""Files that were taken while the virus scanner was away, scanned when it is back, or before they are replaced."""

from __future__ import annotations

import io
import logging
import time
from contextlib import suppress
from functools import partial
from typing import IO

from django.utils import timezone

from apps.onboarding import event_log
from apps.onboarding.errors import NotFound
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
    """How many were found `clean`, `infected`, `missing` (no file any more) and `no_verdict` (they have their turn
    again, after the others). Ends where the scanner is away."""
    told = {"clean": 0, "infected": 0, "missing": 0, "no_verdict": 0}
    if not antivirus.is_on() or not antivirus.answers():
        return told
    until = time.monotonic() + _LONGEST_SECONDS
    # Those looked at longest ago come first: one without a file or a verdict does not stand before the others for ever.
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
    """None where the scanner is away."""
    row = Upload.objects.filter(pk=upload.pk, scan=Upload.Scan.NOT_SCANNED)
    try:
        with storing.open_file(upload) as file:
            verdict = antivirus.scan(iter(partial(file.read, clamd.MOST_PIECE_BYTES), b""))
            if verdict.outcome is Outcome.INFECTED:
                _put_away(file, upload, signature=verdict.detail)
    except FileNotFoundError:
        row.update(mdtz=timezone.now())
        return "missing"
    if verdict.outcome is Outcome.FAULT:
        logger.warning("virus scanner: decision=later fault=%s", verdict.detail)
        if not antivirus.answers():
            return None
        # The scanner is there, and has no word for this file: too large for it, say, or too slow.
        row.update(mdtz=timezone.now())
        return "no_verdict"
    if verdict.outcome is Outcome.CLEAN:
        # What was read here of a photo that was prepared is our copy: it says little of the file that was sent.
        row.update(scan=Upload.Scan.CLEAN if upload.prepared_at is None else Upload.Scan.COPY_CLEAN)
        return "clean"
    _take_away(upload)
    infected.note_new()
    return "infected"


def scan_original(upload: Upload, content: bytes) -> Upload.Scan:
    """The last look at a file that was taken unscanned, before a copy takes its place: CLEAN or, where the scanner is
    still away, NOT_SCANNED.

    Raises `InfectedFile` (put away by then, its upload failed, its file gone), and `ScannerUnavailable` where scanning
    is required by now.
    """
    scan = antivirus.Scan()
    try:
        scan.feed(content)
        verdict = scan.finish()
    finally:
        scan.abandon()
    if verdict is None:
        return Upload.Scan.NOT_SCANNED
    state = antivirus.state_of(verdict)
    if state == Upload.Scan.INFECTED:
        _put_away(io.BytesIO(content), upload, signature=verdict.detail)
        _take_away(upload)
        infected.note_new()
        raise antivirus.InfectedFile("the virus scanner found something", signature=verdict.detail)
    return state


def _put_away(content: IO[bytes], upload: Upload, *, signature: str) -> None:
    """The file goes in any case: a full disk must not keep an infected one where it is."""
    try:
        infected.put_away(
            content,
            sha256=upload.sha256,
            byte_size=upload.byte_size,
            signature=signature,
            upload_id=upload.pk,
        )
    except OSError as error:
        logger.error("infected file: decision=taken_away kept_as=none (%s)", type(error).__name__)


def _take_away(upload: Upload) -> None:
    """The upload has failed, whatever was understood of it; its files go when that is committed."""
    with suppress(NotFound), event_log.writing(upload.session_id) as session:
        row = session.uploads.select_for_update().filter(pk=upload.pk).first()
        if row is None:
            return
        row.status, row.scan = Upload.Status.FAILED, Upload.Scan.INFECTED
        row.error = {
            "code": antivirus.InfectedFile.code,
            "user_message": antivirus.InfectedFile.user_message,
        }
        row.save()
        data = {"upload_id": str(row.pk), "code": antivirus.InfectedFile.code}
        event_log.append(session, event_log.Kind.UPLOAD_FAILED, data)
        retention.forget_file(row)
