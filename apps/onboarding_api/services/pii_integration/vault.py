"""The per-session vault: what a placeholder stands for, sealed, readable only within its session.

Every call makes one query (storing: one look and one insert under the session's row lock). A value is found again by a
keyed digest of its normalised form, so the same value always gets the same placeholder.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import CharField, Q
from django.db.models import Value as Constant
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from apps.onboarding.models.session import ConversationSession
from apps.onboarding.models.vault import VaultEntry
from apps.onboarding_api.services.pii_integration import placeholders
from apps.task_ledger import sealing

_GONE = "gone-"
_log = logging.getLogger("security")
Form = Literal["given", "normalised"]
"""The value as the person gave it, or its canonical form (E.164, lower-case address)."""


@dataclass(frozen=True, slots=True)
class Value:
    kind: str
    given: str
    normalised: str


@dataclass(frozen=True, slots=True)
class Kept:
    """An opened entry."""

    placeholder: str
    value: Value


class UnknownSessionError(LookupError):
    """There is no such session, so there is no vault for it."""


def as_session(session_id: UUID | str | None) -> UUID | None:
    """The id as a UUID, or None where it is none."""
    if isinstance(session_id, UUID) or session_id is None:
        return session_id
    try:
        return UUID(str(session_id))
    except ValueError:
        return None


def binding(session_id: UUID, placeholder: str) -> str:
    return f"vault:{session_id}:{placeholder}"


def _open(entry: VaultEntry) -> Kept | None:
    """None where the key is gone or the bytes were altered: the placeholder then stays, and the log tells."""
    try:
        plain = sealing.open_sealed(entry.sealed, bound_to=binding(entry.session_id, entry.placeholder))
    except sealing.CannotOpen as error:
        _log.warning("A vault entry of session %s cannot be opened: %s", entry.session_id, error)
        return None
    given, normalised = json.loads(plain)
    return Kept(entry.placeholder, Value(entry.kind, given, normalised))


def _alive() -> Q:
    return Q(expires_at__isnull=True) | Q(expires_at__gt=timezone.now())


def everything(session_id: UUID) -> tuple[Kept, ...]:
    """All values of a session that can be opened. One query."""
    entries = VaultEntry.objects.filter(_alive(), session_id=session_id).order_by("pk")
    return tuple(kept for entry in entries if (kept := _open(entry)) is not None)


def store_all(session_id: UUID, values: Sequence[Value]) -> list[str]:
    """The placeholder of each value, new ones sealed and kept for `settings.PII.vault_days`.

    The session's row is locked meanwhile (the lock its turns take too, so the order of locks is one), and two processes
    that store at once agree. `UnknownSessionError` where there is no such session.
    """
    lookups = [_digests(session_id, value) for value in values]
    expires_at = timezone.now() + timedelta(days=settings.PII.vault_days)
    with transaction.atomic():
        locked = ConversationSession.objects.select_for_update(no_key=True).filter(pk=session_id)
        if not locked.values_list("pk", flat=True).first():
            raise UnknownSessionError(str(session_id))
        entries = list(VaultEntry.objects.filter(session_id=session_id))
        known = {(entry.kind, entry.lookup): entry.placeholder for entry in entries}
        _prolong(entries, lookups, expires_at)
        highest: dict[str, int] = {}
        for entry in entries:
            highest[entry.kind] = max(highest.get(entry.kind, 0), placeholders.number_of(entry.placeholder))
        fresh: list[VaultEntry] = []
        result = []
        for value, digests in zip(values, lookups, strict=True):
            found = next((known[value.kind, one] for one in digests if (value.kind, one) in known), None)
            if found is None:
                highest[value.kind] = highest.get(value.kind, 0) + 1
                found = known[value.kind, digests[0]] = placeholders.name(value.kind, highest[value.kind])
                fresh.append(_sealed(session_id, found, value, digests[0], expires_at))
            result.append(found)
        VaultEntry.objects.bulk_create(fresh)
    return result


def _digests(session_id: UUID, value: Value) -> list[str]:
    return sealing.fingerprint(value.normalised, purpose=f"vault:{session_id}:{value.kind}")


def lookup_of(entry: VaultEntry, plain: bytes) -> str:
    """The digest by which an entry is found again, by the newest key."""
    given, normalised = json.loads(plain)
    return _digests(entry.session_id, Value(entry.kind, given, normalised))[0]


def _prolong(entries: list[VaultEntry], lookups: list[list[str]], expires_at: datetime) -> None:
    """A value that is given again lives as long as a new one."""
    given = {digest for digests in lookups for digest in digests}
    now = timezone.now()
    late = [
        entry.pk
        for entry in entries
        if entry.lookup in given and entry.expires_at and entry.expires_at <= now
    ]
    if late:
        VaultEntry.objects.filter(pk__in=late).update(expires_at=expires_at)


def _sealed(
    session_id: UUID, placeholder: str, value: Value, lookup: str, expires_at: datetime
) -> VaultEntry:
    plain = json.dumps([value.given, value.normalised], ensure_ascii=False).encode("utf-8", "surrogatepass")
    return VaultEntry(
        session_id=session_id,
        placeholder=placeholder,
        kind=value.kind,
        lookup=lookup,
        sealed=sealing.seal(plain, bound_to=binding(session_id, placeholder)),
        expires_at=expires_at,
    )


def store(session_id: UUID | str, kind: str, value: str, normalised: str) -> str:
    """The placeholder for one value. `UnknownSessionError` where there is no such session."""
    session = as_session(session_id)
    if session is None:
        raise UnknownSessionError(str(session_id))
    return store_all(session, [Value(kind, value, normalised)])[0]


def _values(session_id: UUID | str, named: Iterable[str], form: Form) -> dict[str, str]:
    """What these placeholders stand for in this session. One query, none where nothing is named."""
    session, wanted = as_session(session_id), sorted(set(named))
    if session is None or not wanted:
        return {}
    entries = VaultEntry.objects.filter(_alive(), session_id=session, placeholder__in=wanted)
    opened = (_open(entry) for entry in entries)
    return {
        kept.placeholder: kept.value.given if form == "given" else kept.value.normalised
        for kept in opened
        if kept
    }


def reveal(session_id: UUID | str, placeholder: str, *, form: Form = "given") -> str | None:
    """What one placeholder stands for, or None where this session has no such value."""
    return _values(session_id, [placeholder], form).get(placeholder)


def restore_text(session_id: UUID | str, text: str, *, form: Form = "given") -> str:
    """The text with this session's values put back. Placeholders it does not know stay as they are."""
    return placeholders.fill(text, _values(session_id, placeholders.named_in([text]), form).get)


def restore_json(session_id: UUID | str, value: Any, *, form: Form = "given") -> Any:
    """The same for every string in a JSON value, keys included; the value given is not changed."""
    values = _values(session_id, placeholders.named_in(_strings(value)), form)
    return _filled(value, values)


def _strings(value: Any) -> Iterable[str]:
    pending = [value]
    while pending:
        one = pending.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            pending += [*one.keys(), *one.values()]
        elif isinstance(one, list | tuple):
            pending += one


def _filled(value: Any, values: dict[str, str]) -> Any:
    if isinstance(value, str):
        return placeholders.fill(value, values.get)
    if isinstance(value, dict):
        return {_filled(key, values): _filled(one, values) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_filled(one, values) for one in value]
    return value


def keep(session_id: UUID | str, named: Iterable[str]) -> int:
    """These entries no longer expire: an applied site refers to them. How many there were."""
    session = as_session(session_id)
    if session is None:
        return 0
    return VaultEntry.objects.filter(session_id=session, placeholder__in=list(named)).update(expires_at=None)


def purge_expired() -> int:
    """Forgets the values that have outlived their time. How many there were.

    The emptied rows stay as long as their session: were a placeholder given out again, old text of the session would
    show the new value.
    """
    gone = VaultEntry.objects.filter(expires_at__lte=timezone.now()).exclude(lookup__startswith=_GONE)
    return gone.update(sealed=b"", lookup=Concat(Constant(_GONE), Cast("pk", CharField())))
