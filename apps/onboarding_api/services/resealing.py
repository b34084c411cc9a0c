"""Moving what is sealed under older keys to the newest, while everything runs.

A value is read, sealed anew and written back only where it is still the one that was read; who works with it meanwhile
loses nothing. After it, an old key may leave the ring: `count_by_key` tells when nothing needs it any more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from apps.onboarding.models import IdempotencyRecord, VaultEntry
from apps.onboarding_api.services import idempotency
from apps.onboarding_api.services.pii_integration import vault
from apps.task_ledger import sealing
from apps.task_ledger.models import TaskRecord

_BATCH = 500


@dataclass(frozen=True)
class Sealed:
    """A column of sealed values and what each is bound to."""

    rows: Callable[[], QuerySet[Any]]
    column: str
    binding: Callable[[Any], str]
    beside: Callable[[Any, bytes], dict[str, Any]] | None = None
    """Columns that depend on the key as well, made anew of the row and its plain value."""


KINDS = {
    "vault": Sealed(
        lambda: VaultEntry.objects.exclude(sealed=b""),
        "sealed",
        lambda entry: vault.binding(entry.session_id, entry.placeholder),
        lambda entry, plain: {"lookup": vault.lookup_of(entry, plain)},
    ),
    "tasks": Sealed(TaskRecord.objects.all, "sealed_payload", lambda record: record.binding),
    "answers": Sealed(
        lambda: IdempotencyRecord.objects.exclude(sealed_answer=None), "sealed_answer", idempotency.binding
    ),
}
"""Everything that is sealed."""


@dataclass
class Progress:
    resealed: int = 0
    unreadable: int = 0
    """Sealed by a key that is not in the ring, or altered: left as they are."""


def count_by_key(kind: str) -> Counter[str]:
    """Key id -> how many values of that kind it seals."""
    sealed = KINDS[kind]
    values = sealed.rows().values_list(sealed.column, flat=True).order_by()
    return Counter(sealing.key_of(value) for value in values.iterator(chunk_size=_BATCH))


def reseal(kind: str) -> Progress:
    """Seal every value of that kind with the newest key. May be stopped and run again, and run twice at once."""
    sealed, newest, done = KINDS[kind], sealing.newest_key(), Progress()
    for row in sealed.rows().order_by("pk").iterator(chunk_size=_BATCH):
        value = bytes(getattr(row, sealed.column))
        if sealing.key_of(value) == newest:
            continue
        bound_to = sealed.binding(row)
        try:
            plain = sealing.open_sealed(value, bound_to=bound_to)
        except sealing.CannotOpen:
            done.unreadable += 1
            continue
        anew = {
            sealed.column: sealing.seal(plain, bound_to=bound_to),
            **(sealed.beside(row, plain) if sealed.beside else {}),
        }
        unchanged = sealed.rows().filter(pk=row.pk, **{sealed.column: value})
        done.resealed += unchanged.update(**anew)
    return done
