"""Understanding an upload, in a media worker: what a photo shows, a meter reads, a register or a document says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from apps.onboarding import event_log
from apps.onboarding.errors import DomainError, NotFound
from apps.onboarding.models import ConversationSession, MeterReading, Upload
from apps.onboarding_api.services import upload_throttling
from apps.onboarding_api.services.document_service import OnboardingDocumentService
from apps.onboarding_api.services.image_analysis import OnboardingImageAnalysisService
from apps.onboarding_api.services.ocr_service import OnboardingOCRService
from apps.onboarding_api.services.photos import keeping
from apps.onboarding_api.services.uploads.heard import require_file
from apps.onboarding_api.services.uploads.storing import open_file
from apps.task_ledger import execution

Kind = Upload.Kind


def understand_upload(*, upload_id: UUID) -> dict[str, Any]:
    """Understand and store the findings. A file that cannot be read is a finding, not a fault of the task."""
    upload = Upload.objects.select_related("session").filter(pk=upload_id).first()
    if upload is None:
        raise NotFound("no such upload")
    if upload.status != Upload.Status.RECEIVED:
        return _summary(upload)
    try:
        findings = _read(upload)
    except DomainError as error:
        if error.retryable:
            raise
        return _keep_failure(upload, {"code": error.code, "user_message": error.user_message} | error.extra)
    with execution.fenced(), event_log.writing(upload.session_id) as session:
        row = _still_received(upload.pk)
        if row is None:
            return _as_it_became(upload)
        row.status, row.findings = Upload.Status.UNDERSTOOD, findings
        row.save(update_fields=("status", "findings", "mdtz"))
        if row.kind == Kind.METER:
            _keep_reading(row, findings)
        event_log.append(session, event_log.Kind.UPLOAD_UNDERSTOOD, _event_data(row))
        execution.finish(_summary(row))
    return _summary(row)


def fail_upload(*, task_id: UUID, error: Mapping[str, Any]) -> None:
    """The upload's task is dead. Called where its end is written, or by who mends: it finishes no task itself."""
    found = Upload.objects.filter(task_id=task_id, status=Upload.Status.RECEIVED).first()
    if found is None:
        return
    with event_log.writing(found.session_id) as session:
        row = _still_received(found.pk)
        if row is not None:
            told = {"code": error.get("code", "unknown"), "user_message": "This file could not be read."}
            _fail(row, session, told)


def reopen_upload(*, task_id: UUID) -> None:
    """The dead task of an upload is sent back: the upload waits to be understood again. `RedriveRefused` where its file
    is infected, or kept no more."""
    found = Upload.objects.filter(task_id=task_id, status=Upload.Status.FAILED).first()
    if found is None:
        return
    with event_log.writing(found.session_id) as session:
        upload = session.uploads.select_for_update().get(pk=found.pk)
        require_file(upload)
        upload_throttling.readmit(upload)
        upload.status, upload.error = Upload.Status.RECEIVED, None
        upload.save()
        event_log.append(session, event_log.Kind.WORK_RESUMED, {"upload_id": str(upload.pk)})


def _read(upload: Upload) -> dict[str, Any]:
    if keeping.is_photo(upload):
        return _look_at(upload)
    with open_file(upload) as file:
        return OnboardingDocumentService().read(
            file, upload.session_id, content_type=upload.content_type, document_type=upload.document_type
        )


def _look_at(upload: Upload) -> dict[str, Any]:
    """What a photo shows, by its clean copy: what was read is what is kept."""
    photo, session_id = keeping.clean_copy(upload), upload.session_id
    match upload.kind:
        case Kind.DOCUMENT:
            found = OnboardingDocumentService().read(
                photo, session_id, content_type=upload.content_type, document_type=upload.document_type
            )
        case Kind.METER:
            found = OnboardingOCRService().read_meter(photo, session_id)
        case Kind.REGISTER:
            found = OnboardingOCRService().read_register(photo, session_id)
        case _:
            found = OnboardingImageAnalysisService().analyze(photo, session_id, kind=upload.kind)
    return found | {"photo": upload.findings["photo"]}


def _keep_reading(upload: Upload, findings: Mapping[str, Any]) -> None:
    MeterReading.objects.update_or_create(
        upload=upload,
        defaults={
            "value": findings.get("value") or "",
            "unit": findings.get("unit") or "",
            "confidence": findings.get("confidence") or 0,
            "candidates": findings.get("candidates") or [],
            "needs_confirmation": findings.get("status") != "read",
        },
    )


def _keep_failure(upload: Upload, error: dict[str, Any]) -> dict[str, Any]:
    with execution.fenced(), event_log.writing(upload.session_id) as session:
        row = _still_received(upload.pk)
        if row is None:
            return _as_it_became(upload)
        _fail(row, session, error)
        execution.finish(_summary(row))
    return _summary(row)


def _still_received(upload_id: UUID) -> Upload | None:
    """The row as it is now, locked; None where it was deleted, or somebody else said meanwhile what became of it.

    Understanding takes seconds. In that time the virus scanner may fail the upload, or a person may delete it.
    """
    waiting = Upload.objects.select_for_update().filter(pk=upload_id, status=Upload.Status.RECEIVED)
    return waiting.first()


def _as_it_became(upload: Upload) -> dict[str, Any]:
    """Nothing is written over what others wrote; `status` is theirs, or `gone`."""
    status = Upload.objects.filter(pk=upload.pk).values_list("status", flat=True).first()
    return _summary(upload) | {"status": status or "gone"}


def _fail(upload: Upload, session: ConversationSession, error: dict[str, Any]) -> None:
    upload.status, upload.error = Upload.Status.FAILED, error
    upload.save(update_fields=("status", "error", "mdtz"))
    event_log.append(
        session, event_log.Kind.UPLOAD_FAILED, {"upload_id": str(upload.pk), "code": error["code"]}
    )


def _event_data(upload: Upload) -> dict[str, Any]:
    keys = ("value", "unit", "status", "confidence", "rows", "pages", "redaction_metadata")
    found = {key: upload.findings[key] for key in keys if key in upload.findings}
    found["rows"] = len(found["rows"]) if isinstance(found.get("rows"), list) else found.get("rows")
    if upload.position_verdict:
        found["position_verdict"] = upload.position_verdict
    return {
        "upload_id": str(upload.pk),
        "kind": upload.kind,
        **{k: v for k, v in found.items() if v is not None},
    }


def _summary(upload: Upload) -> dict[str, Any]:
    return {"upload_id": str(upload.pk), "session_id": str(upload.session_id), "status": upload.status}
