"""Moving to a new key while everything runs."""

from __future__ import annotations

from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command

from apps.onboarding.models import IdempotencyRecord, VaultEntry
from apps.onboarding_api.services import idempotency, resealing
from apps.onboarding_api.services.pii_integration import vault
from apps.onboarding_api.tests import factories
from apps.task_ledger import sealing
from apps.task_ledger.enqueue import enqueue
from apps.task_ledger.models import TaskRecord

pytestmark = pytest.mark.django_db
NEW = ("new", b"n" * 32)


@pytest.fixture
def rotated(monkeypatch: pytest.MonkeyPatch) -> None:
    """One value of each kind, sealed by the old key; the new one is first in the ring now."""
    session = factories.SessionFactory.create()
    vault.store(session.pk, "EMAIL", "Asha@x.com", "asha@x.com")
    enqueue("ledger_pulse", kwargs={"word": "kept"})
    claimed = idempotency.claim(
        user=factories.UserFactory.create(), method="POST", path="/x", key="k1", body=b"{}"
    )
    assert isinstance(claimed, IdempotencyRecord)
    idempotency.keep(claimed, idempotency.StoredAnswer(status=200, body={"a": 1}, headers={}))
    monkeypatch.setattr(settings, "SEALING_KEYS", (NEW, *settings.SEALING_KEYS))


@pytest.fixture
def old_key_gone(rotated: None, monkeypatch: pytest.MonkeyPatch) -> None:
    for kind in resealing.KINDS:
        resealing.reseal(kind)
    monkeypatch.setattr(settings, "SEALING_KEYS", (NEW,))


@pytest.mark.parametrize("kind", list(resealing.KINDS))
def test_everything_moves_to_the_newest_key(kind: str, rotated: None) -> None:
    assert "new" not in resealing.count_by_key(kind)
    done = resealing.reseal(kind)
    assert (done.resealed, done.unreadable) == (1, 0)
    assert resealing.count_by_key(kind) == {"new": 1}
    assert resealing.reseal(kind).resealed == 0


def test_vault_opens_without_the_old_key(old_key_gone: None) -> None:
    entry = VaultEntry.objects.get()
    assert vault.reveal(entry.session_id, "[REDACTED_EMAIL]") == "Asha@x.com"


def test_same_value_keeps_its_placeholder_without_the_old_key(old_key_gone: None) -> None:
    session_id = VaultEntry.objects.get().session_id
    assert vault.store(session_id, "EMAIL", "asha@x.com", "asha@x.com") == "[REDACTED_EMAIL]"


def test_arguments_open_without_the_old_key(old_key_gone: None) -> None:
    assert TaskRecord.objects.get().arguments() == ([], {"word": "kept"})


def test_value_that_changes_meanwhile_is_left_to_its_writer(
    rotated: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    seal = sealing.seal

    def overtaken(plain: bytes, *, bound_to: str) -> bytes:
        monkeypatch.setattr(sealing, "seal", seal)
        other = TaskRecord.objects.get()
        other.seal([], {"word": "newer"})
        other.save()
        return seal(plain, bound_to=bound_to)

    monkeypatch.setattr(sealing, "seal", overtaken)
    assert resealing.reseal("tasks").resealed == 0
    assert TaskRecord.objects.get().arguments() == ([], {"word": "newer"})


def test_value_of_a_lost_key_is_counted_and_left(rotated: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "SEALING_KEYS", (NEW,))
    assert resealing.reseal("tasks").unreadable == 1


def test_kept_answer_of_a_lost_key_is_told_as_such(rotated: None, monkeypatch: pytest.MonkeyPatch) -> None:
    record = IdempotencyRecord.objects.get()
    lost = (("lost", settings.SEALING_KEYS[1][1]),)
    monkeypatch.setattr(settings, "SEALING_KEYS", lost)
    with pytest.raises(idempotency.AnswerLost):
        idempotency.claim(user=record.user, method="POST", path="/x", key="k1", body=b"{}")


def test_command_says_which_key_seals_how_much(rotated: None) -> None:
    told = StringIO()
    call_command("reseal", "--status", stdout=told)
    assert f"tasks: {settings.SEALING_KEYS[-1][0]} seals 1" in told.getvalue()
    call_command("reseal", stdout=told)
    assert "tasks: new seals 1" in told.getvalue()
