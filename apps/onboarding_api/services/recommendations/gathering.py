"""What a session knows: collected for the maker and the checker."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from apps.onboarding.models import Client, ConversationSession, MeterReading, Upload
from apps.onboarding_api.services.llm import ExistingSite, MakeRequest, SiteContext, UploadSummary
from apps.onboarding_api.services.pii_integration import normal, vault


def make_request(session: ConversationSession) -> MakeRequest:
    """Everything that the maker may use of this session."""
    version = session.flow_version
    return MakeRequest(
        flow=None if version is None else version.flow(),
        answers=dict(session.collected_data),
        skipped=tuple(session.dialogue.get("skipped") or ()),
        uploads=summarise_uploads(session),
        site=SiteContext(
            client_name=session.client.name,
            today=today_at(session.client),
            existing=existing_sites(session.client),
        ),
        language=session.language,
    )


def today_at(client: Client) -> date:
    """The date where the client is."""
    return timezone.now().astimezone(client.zone).date()


def existing_sites(client: Client) -> tuple[ExistingSite, ...]:
    rows = client.sites.order_by("code").values_list("pk", "code", "name")
    return tuple(ExistingSite(id=str(pk), code=code, name=name) for pk, code, name in rows)


def known_facts(session: ConversationSession) -> dict[str, bool]:
    """Placeholder -> whether its value is valid: by the vault, and as the turns found it by the flow's
    grammar."""
    facts = {
        kept.placeholder: normal.normalise(kept.value.kind, kept.value.given)[1]
        for kept in vault.everything(session.session_id)
    }
    for found in session.turns.order_by("number").values_list("facts", flat=True):
        facts.update(found)
    return facts


def summarise_uploads(session: ConversationSession) -> tuple[UploadSummary, ...]:
    """Photos and documents in the order they came, with the readings that a person confirmed."""
    kinds = (Upload.Kind.SCENE, Upload.Kind.REGISTER, Upload.Kind.METER, Upload.Kind.DOCUMENT)
    uploads = session.uploads.filter(kind__in=kinds).exclude(status=Upload.Status.FAILED)
    readings = {
        reading.upload_id: reading
        for reading in MeterReading.objects.filter(upload__session=session, confirmed_at__isnull=False)
    }
    return tuple(_summary(upload, readings.get(upload.pk)) for upload in uploads.order_by("cdtz", "pk"))


def _summary(upload: Upload, reading: MeterReading | None) -> UploadSummary:
    return UploadSummary(
        id=str(upload.pk),
        kind=upload.kind,
        document_type=upload.document_type,
        findings=upload.findings,
        latitude=upload.latitude,
        longitude=upload.longitude,
        reading=reading.confirmed_value if reading else "",
        unit=reading.unit if reading else "",
    )
