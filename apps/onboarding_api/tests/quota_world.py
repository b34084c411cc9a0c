"""Sessions that upload, and time that passes by making what is known of them older."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import redis
from django.conf import settings
from django.contrib.auth.models import User
from django.core.files import File
from django.db import connection, transaction

from apps.onboarding.models import ConversationSession, Upload, UploadQuota
from apps.onboarding_api.services import upload_throttling, uploads
from apps.onboarding_api.services.upload_throttling import Reservation, shapes
from apps.onboarding_api.tests import api_world, factories
from apps.onboarding_api.tests.api_world import Caller

Kind = Upload.Kind


@dataclass(frozen=True)
class Uploading:
    """A session and a contributor of its client."""

    session: ConversationSession
    user: User

    @property
    def pk(self) -> UUID:
        return self.session.pk

    def reserve(self, kind: Upload.Kind = Kind.SCENE, size: int = 1_000) -> Reservation:
        return upload_throttling.reserve(session_id=self.pk, user=self.user, kind=kind, declared_bytes=size)

    def store(self, reservation: Reservation, *, size: int | None = None) -> Upload:
        """Settle it with its row."""
        cost = reservation.cost
        kind = Kind.SCENE if cost.photos else Kind.DOCUMENT if cost.documents else Kind.AUDIO
        size = cost.bytes if size is None else size
        with transaction.atomic():
            upload_throttling.settle(reservation, actual_bytes=size)
            return factories.UploadFactory.create(
                pk=reservation.upload_id, session=self.session, kind=kind, byte_size=size
            )

    def take(self, kind: Upload.Kind = Kind.SCENE, size: int = 1_000) -> Upload:
        return self.store(self.reserve(kind, size))

    def receive(self, file: File, kind: Upload.Kind = Kind.SCENE) -> Upload:
        return uploads.receive(session_id=self.pk, user=self.user, file=file, kind=kind)

    def has_already(self, count: int, **of: Any) -> None:
        """Rows that were stored long ago."""
        made = factories.UploadFactory.create_batch(count, session=self.session, **of)
        ids = [one.pk for one in made]
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE onboarding_upload SET attached_at = attached_at - interval '1 day' WHERE id = ANY(%s)",
                [ids],
            )

    def post_photo(self, **headers: str) -> Any:
        form = {"session_id": str(self.pk), "photo": api_world.photo()}
        return Caller(self.user)("POST", "/api/v1/onboarding/site-audit/", form=form, **headers)

    def post_document(self, file: File | None = None) -> Any:
        form = {"session_id": str(self.pk), "document": file or api_world.text_file()}
        return Caller(self.user)("POST", "/api/v1/onboarding/documents/", form=form)

    def used(self) -> dict[str, int]:
        """By policy, uploads under way included."""
        states = upload_throttling.quota_state(self.pk).limits
        return {state.policy: state.quota - state.remaining for state in states}

    def ledger(self) -> tuple[int, int, int]:
        found = UploadQuota.objects.filter(pk=self.pk).values_list("photos", "documents", "bytes").first()
        return found or (0, 0, 0)

    def rows(self) -> tuple[int, int, int]:
        """What the ledger has to say, counted from the rows."""
        found = list(Upload.objects.filter(session_id=self.pk).values_list("kind", "status", "byte_size"))
        readable = [kind for kind, status, _ in found if status != Upload.Status.FAILED]
        photos = sum(kind in shapes.PHOTO_KINDS for kind in readable)
        return photos, readable.count(Kind.DOCUMENT), sum(size for _, _, size in found)

    def let_pass(self, seconds: float) -> None:
        """As if everything about the session in Redis, and its rows, were so much older."""
        client: Any = redis.Redis.from_url(settings.REDIS_URL, decode_responses=True)
        key, past = f"upload-quota:{self.pk}", round(seconds * 1_000_000)
        for name, value in client.hgetall(key).items():
            if name.startswith("lease:"):
                ends, place, *cost = value.split()
                aged = (int(ends) - past, max(0, int(place) - past))
                client.hset(key, name, " ".join(map(str, (*aged, *cost))))
        for member, at in client.zrange(f"{key}:burst", 0, -1, withscores=True):
            client.zadd(f"{key}:burst", {member: at - past})
        self.let_pass_of_rows(seconds)

    def let_pass_of_rows(self, seconds: float) -> None:
        """As if its rows alone were so much older."""
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE onboarding_upload SET attached_at = attached_at - make_interval(secs => %s)"
                " WHERE session_id = %s",
                [seconds, self.pk],
            )


def uploading() -> Uploading:
    member = factories.MembershipFactory.create()
    return Uploading(factories.SessionFactory.create(client=member.client, user=member.user), member.user)
