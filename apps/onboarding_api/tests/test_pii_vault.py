"""The vault: who gets which placeholder, and who may read it back."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.onboarding.models import Client, ConversationSession, VaultEntry
from apps.onboarding_api.services.pii_integration import get_pii_service, vault

pytestmark = pytest.mark.django_db


def new_session() -> ConversationSession:
    client = Client.objects.create(name="Client", slug=uuid.uuid4().hex)
    return ConversationSession.objects.create(client=client)


@pytest.fixture
def session() -> ConversationSession:
    return new_session()


def test_second_value_of_a_kind_is_numbered(session):
    assert vault.store(session.pk, "EMAIL", "a@x.com", "a@x.com") == "[REDACTED_EMAIL]"
    assert vault.store(session.pk, "EMAIL", "b@x.com", "b@x.com") == "[REDACTED_EMAIL_2]"
    assert vault.store(session.pk, "PHONE", "98765 43210", "+919876543210") == "[REDACTED_PHONE]"


def test_same_normalised_value_keeps_its_placeholder(session):
    first = vault.store(session.pk, "PHONE", "98765 43210", "+919876543210")
    assert vault.store(session.pk, "PHONE", "+91-98765-43210", "+919876543210") == first
    assert VaultEntry.objects.filter(session=session).count() == 1


def test_value_is_sealed_at_rest(session):
    vault.store(session.pk, "EMAIL", "jane@example.com", "jane@example.com")
    entry = VaultEntry.objects.get(session=session)
    assert b"jane" not in bytes(entry.sealed)
    assert "jane" not in entry.lookup


def test_lookups_of_two_sessions_cannot_be_compared(session):
    other = new_session()
    for one in (session, other):
        vault.store(one.pk, "EMAIL", "jane@example.com", "jane@example.com")
    assert len(set(VaultEntry.objects.values_list("lookup", flat=True))) == 2


def test_never_across_sessions(session):
    other = new_session()
    placeholder = vault.store(session.pk, "EMAIL", "jane@example.com", "jane@example.com")
    assert vault.reveal(other.pk, placeholder) is None
    assert vault.restore_text(other.pk, f"write to {placeholder}") == f"write to {placeholder}"


def test_entry_copied_to_another_session_does_not_open(session):
    other = new_session()
    placeholder = vault.store(session.pk, "EMAIL", "jane@example.com", "jane@example.com")
    entry = VaultEntry.objects.get(session=session)
    VaultEntry.objects.create(
        session=other, placeholder=placeholder, kind="EMAIL", lookup=entry.lookup, sealed=entry.sealed
    )
    assert vault.reveal(other.pk, placeholder) is None


def test_both_forms_can_be_read(session):
    placeholder = vault.store(session.pk, "PHONE", "nine eight", "+919876543210")
    assert vault.reveal(session.pk, placeholder) == "nine eight"
    assert vault.reveal(session.pk, placeholder, form="normalised") == "+919876543210"


def test_restore_json_walks_every_string_with_one_query(session):
    mail = vault.store(session.pk, "EMAIL", "jane@example.com", "jane@example.com")
    name = vault.store(session.pk, "NAME", "Jane Roe", "jane roe")
    value = {
        "tool": [{"to": mail, "body": f"Dear {name}, {mail}", "n": 3, "ok": True, "none": None}],
        name: [],
    }
    with CaptureQueriesContext(connection) as queries:
        restored = vault.restore_json(session.pk, value)
    assert len(queries) == 1
    assert restored == {
        "tool": [
            {
                "to": "jane@example.com",
                "body": "Dear Jane Roe, jane@example.com",
                "n": 3,
                "ok": True,
                "none": None,
            }
        ],
        "Jane Roe": [],
    }
    assert value["tool"][0]["to"] == mail


def test_restored_value_is_not_read_again(session):
    first = vault.store(session.pk, "EMAIL", "a@x.com", "a@x.com")
    second = vault.store(session.pk, "NAME", first, "odd")
    assert vault.restore_text(session.pk, second) == first


def test_text_without_placeholders_needs_no_query(session, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert vault.restore_text(session.pk, "two lifts") == "two lifts"


def test_expired_entries_are_gone_and_kept_ones_stay(session):
    old = vault.store(session.pk, "EMAIL", "a@x.com", "a@x.com")
    kept = vault.store(session.pk, "EMAIL", "b@x.com", "b@x.com")
    assert vault.keep(session.pk, [kept]) == 1
    VaultEntry.objects.filter(session=session, expires_at__isnull=False).update(
        expires_at=timezone.now() - timedelta(days=1)
    )
    assert vault.reveal(session.pk, old) is None
    assert vault.purge_expired() == 1
    assert vault.reveal(session.pk, kept) == "b@x.com"


def test_value_given_again_after_expiry_lives_again(session):
    placeholder = vault.store(session.pk, "EMAIL", "a@x.com", "a@x.com")
    VaultEntry.objects.filter(session=session).update(expires_at=timezone.now() - timedelta(days=1))
    assert vault.store(session.pk, "EMAIL", "a@x.com", "a@x.com") == placeholder
    assert vault.reveal(session.pk, placeholder) == "a@x.com"


def test_placeholder_of_a_purged_value_is_never_given_out_again(session):
    old = vault.store(session.pk, "EMAIL", "a@x.com", "a@x.com")
    VaultEntry.objects.update(expires_at=timezone.now() - timedelta(days=1))
    assert vault.purge_expired() == 1
    assert vault.purge_expired() == 0
    assert bytes(VaultEntry.objects.get().sealed) == b""
    assert vault.store(session.pk, "EMAIL", "a@x.com", "a@x.com") != old
    assert vault.reveal(session.pk, old) is None


def test_store_inside_an_outer_transaction_leaves_it_usable(session):
    with transaction.atomic():
        vault.store(session.pk, "EMAIL", "a@x.com", "a@x.com")
        with pytest.raises(vault.UnknownSessionError):
            vault.store(uuid.uuid4(), "EMAIL", "a@x.com", "a@x.com")
        assert VaultEntry.objects.filter(session=session).count() == 1


def test_unknown_session_gets_irreversible_placeholders():
    redaction = get_pii_service().redact("mail jane@example.com", session_id=uuid.uuid4())
    assert redaction.text == "mail [REDACTED_EMAIL]"
    assert redaction.pii["reversible"] is False
    assert not VaultEntry.objects.exists()
