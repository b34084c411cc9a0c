"""`Idempotency-Key`: the same key and body gives the same answer once; another body 422; still running 409.

The record is claimed in a transaction of its own; the business and the stored answer commit together. A process that
dies in between leaves a claim that lapses after a minute, and no business.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Model, QuerySet
from django.utils import timezone

from apps.onboarding.errors import Conflict, InvalidInput, NotFound, Unprocessable
from apps.onboarding.models import (
    ChangeSet,
    Client,
    ConversationSession,
    IdempotencyRecord,
    Recommendation,
    ResumableUpload,
    Upload,
)
from apps.task_ledger import sealing

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_CLAIM = timedelta(seconds=60)
_BATCH = 200
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_KEY = re.compile(r"[\x21-\x7e]{1,200}")


class KeyReused(Unprocessable):
    code = "idempotency_key_reused"
    user_message = "This request was sent before with other content."
    next_actions = ("use_a_new_key",)


class StillRunning(Conflict):
    code = "request_in_progress"
    retryable = True
    user_message = "The same request is still being worked on."
    next_actions = ("wait", "retry_with_the_same_key")


class AnswerLost(Conflict):
    code = "answer_lost"
    user_message = "This request was carried out before; its answer can no longer be shown."
    next_actions = ("reload",)


@dataclass(frozen=True)
class StoredAnswer:
    status: int
    body: Any
    headers: Mapping[str, str]


def claim(*, user: User, method: str, path: str, key: str, body: bytes) -> IdempotencyRecord | StoredAnswer:
    """A claimed record, to be ended by `keep` or `release`; or the answer that was given before."""
    if not _KEY.fullmatch(key):
        raise InvalidInput(
            "Idempotency-Key takes 1 to 200 visible ASCII characters", next_actions=("use_a_uuid",)
        )
    key_digests = _key_digests(f"{method} {path} {key}")
    body_digests = _fingerprints(body)
    earlier = IdempotencyRecord.objects.filter(user=user, key_digest__in=key_digests[1:])
    if known := earlier.values_list("key_digest", flat=True).first():
        return _known(user, known, body_digests)
    now = timezone.now()
    try:
        with transaction.atomic():
            return IdempotencyRecord.objects.create(
                user=user, key_digest=key_digests[0], body_digest=body_digests[0], locked_until=now + _CLAIM
            )
    except IntegrityError:
        return _known(user, key_digests[0], body_digests)


def _known(user: User, key_digest: str, body_digests: list[str]) -> IdempotencyRecord | StoredAnswer:
    now = timezone.now()
    with transaction.atomic():
        record = (
            IdempotencyRecord.objects.select_for_update().filter(user=user, key_digest=key_digest).first()
        )
        if record is None:
            raise StillRunning("the same request has just ended; send it again", retry_after=1)
        if record.body_digest not in body_digests:
            raise KeyReused("this Idempotency-Key was used with another body")
        if record.status is not None:
            return _opened(record, user)
        if record.locked_until > now:
            raise StillRunning("a request with this key is still running", retry_after=1)
        record.locked_until = now + _CLAIM
        record.save()
        return record


def keep(record: IdempotencyRecord, answer: StoredAnswer) -> None:
    """Store the answer; called in the transaction of the business, which a claim that lapsed rolls back."""
    plain = json.dumps([answer.body, dict(answer.headers)]).encode()
    sealed = sealing.seal(plain, bound_to=binding(record))
    if not _mine(record).update(status=answer.status, sealed_answer=sealed):
        raise StillRunning("this request took so long that its repetition has begun", retry_after=1)


def release(record: IdempotencyRecord) -> None:
    """The request was refused and left nothing behind: the key is free again."""
    _mine(record).delete()


def _mine(record: IdempotencyRecord) -> QuerySet[IdempotencyRecord]:
    """The record, as long as it is still claimed by this request."""
    return IdempotencyRecord.objects.filter(
        pk=record.pk, locked_until=record.locked_until, status__isnull=True
    )


def purge() -> int:
    """Forget answers that are older than the settings keep them."""
    before = timezone.now() - timedelta(hours=settings.ONBOARDING.idempotency_hours)
    return IdempotencyRecord.objects.filter(cdtz__lt=before).delete()[0]


def forget_answers(ids: Collection[str]) -> int:
    """What was answered about any of these (UUIDs as text) goes; how many answers. Whoever repeats such a request is
    told `AnswerLost`: it was carried out, and is not carried out again.

    Which answer is about what only the answers say, so each one that is kept is opened. One whose key is gone says
    nothing to anybody.
    """
    forgotten = 0
    kept = IdempotencyRecord.objects.exclude(sealed_answer=None).order_by("pk")
    for record in kept.iterator(chunk_size=_BATCH):
        assert record.sealed_answer is not None
        try:
            plain = sealing.open_sealed(record.sealed_answer, bound_to=binding(record))
        except sealing.CannotOpen:
            continue
        if not set(_UUID.findall(plain.decode().lower())).isdisjoint(ids):
            forgotten += IdempotencyRecord.objects.filter(pk=record.pk).update(sealed_answer=None)
    return forgotten


def _opened(record: IdempotencyRecord, user: User) -> StoredAnswer:
    assert record.status is not None
    if record.sealed_answer is None:
        raise AnswerLost("the request was carried out; what it was about has been erased")
    try:
        plain = sealing.open_sealed(record.sealed_answer, bound_to=binding(record)).decode()
    except sealing.CannotOpen as error:
        raise AnswerLost(
            "the request was carried out; its answer was sealed by a key that is gone"
        ) from error
    body, headers = json.loads(plain)
    _require_still_visible(body, user)
    return StoredAnswer(status=record.status, body=body, headers=headers)


_OF_A_CLIENT = (Client, ConversationSession, Upload, ResumableUpload, Recommendation, ChangeSet)


def _require_still_visible(body: Any, user: User) -> None:
    """Who has left a client since is not told again what they were told then: `NotFound`, as for the first time."""
    ids = set(_ids_in(body))
    for model in _OF_A_CLIENT:
        named = model.objects.filter(pk__in=ids).count()
        if named != _visible(model, user).filter(pk__in=ids).distinct().count():
            raise NotFound(f"no such {model._meta.verbose_name}")


def _ids_in(answer: Any, key: str = "") -> Iterator[str]:
    """What stands under `id` and `..._id`. Not what people wrote: it may look like the id of something of others."""
    if isinstance(answer, dict):
        for name, one in answer.items():
            yield from _ids_in(one, name)
    elif isinstance(answer, list):
        for one in answer:
            yield from _ids_in(one, key)
    elif isinstance(answer, str) and (key == "id" or key.endswith("_id")) and _UUID.fullmatch(answer):
        yield answer


def _visible(model: type[Model], user: User) -> QuerySet[Any]:
    return model.objects.visible_to(user)  # type: ignore[attr-defined]  # each of them has it


def binding(record: IdempotencyRecord) -> str:
    """What the answer is sealed to."""
    return f"idempotency:{record.user_id}:{record.key_digest}"


def _key_digests(identity: str) -> list[str]:
    """Keyed, newest key first: a path and a key that a person chose may hold a telephone number as well.

    The last is the bare digest that records were found by before; they lapse two days after they were made.
    """
    keyed = sealing.fingerprint(identity, purpose="idempotency-key")
    return [*keyed, hashlib.sha256(identity.encode()).hexdigest()]


def _fingerprints(body: bytes) -> list[str]:
    """Keyed, newest key first: a bare digest of a short body would tell the telephone number in it."""
    return sealing.fingerprint(body.decode("latin-1"), purpose="idempotency")
