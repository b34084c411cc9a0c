"""Whether a photo was sent before, to this client: the very file, or a picture that looks the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models

from apps.onboarding.models import Upload


@dataclass(frozen=True, slots=True)
class Duplicate:
    """The earlier upload, whether the very file came, and whether to the same session."""

    upload_id: UUID
    same_file: bool
    same_session: bool

    def to_json(self) -> dict[str, Any]:
        """What is shown; which upload it is stands in a column."""
        return {"same_file": self.same_file, "same_session": self.same_session}


class Bits(models.Func):
    """A fingerprint of 16 hexadecimal digits as 64 bits; NULL for an empty one."""

    template = "('x' || nullif(%(expressions)s, ''))::bit(64)"
    output_field = models.CharField()


def _differing(fingerprint: str) -> models.Func:
    """In how many bits the stored fingerprint differs. `bit_count` is in PostgreSQL 14, which Django asks for."""
    other = models.Value(fingerprint, output_field=models.CharField())
    return models.Func(
        Bits(models.F("perceptual_hash")),
        Bits(other),
        template="bit_count(%(expressions)s)",
        arg_joiner=" # ",
        output_field=models.BigIntegerField(),
    )


def earlier(upload: Upload, *, client_id: UUID, fingerprint: str, sha256: str) -> Duplicate | None:
    """The earliest photo of the client that is the same one; those of the same session first.

    Pages of a register and meters look alike by nature: for them only the same file counts. Two photos that are
    prepared at the same moment for two sessions of one client may miss each other.
    """
    others = Upload.objects.filter(session__client_id=client_id, kind=upload.kind, prepared_at__isnull=False)
    same = models.Q(original_sha256=sha256)
    if fingerprint and upload.kind == Upload.Kind.SCENE:
        others = others.annotate(bits=_differing(fingerprint))
        same |= models.Q(bits__lte=settings.PHOTOS.duplicate_bits)
    found = (
        others.filter(same)
        .exclude(pk=upload.pk)
        .annotate(elsewhere=~models.Q(session_id=upload.session_id))
        .order_by("elsewhere", "cdtz")
        .first()
    )
    if found is None:
        return None
    return Duplicate(
        upload_id=found.pk,
        same_file=found.original_sha256 == sha256,
        same_session=found.session_id == upload.session_id,
    )
