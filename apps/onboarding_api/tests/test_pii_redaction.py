"""The redaction service: what leaves it carries no personal value, and the person's own words come back."""

from __future__ import annotations

import io
import json
import logging
import subprocess
import sys
import threading
import uuid
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from apps.onboarding.models import Client, ConversationSession, VaultEntry
from apps.onboarding_api.services.pii_integration import engine, get_pii_service, placeholders, service, vault
from apps.onboarding_api.services.pii_integration.keys import scrub_json
from apps.onboarding_api.services.pii_integration.normal import normalise

pii = get_pii_service()


@dataclass(frozen=True)
class Asked:
    """What the flow's grammar hands over (`apps.onboarding.flows`)."""

    start: int
    end: int
    kind: str
    normalised: str | None = None
    valid: bool = True


def new_session() -> ConversationSession:
    return ConversationSession.objects.create(client=Client.objects.create(name="C", slug=uuid.uuid4().hex))


@pytest.fixture
def session(db) -> ConversationSession:
    return new_session()


SPOKEN = [
    ("en", "my email is priya dot sharma at gmail dot com and two lifts", "two lifts"),
    ("hi", "मेरा ईमेल रवि डॉट कुमार एट जीमेल डॉट कॉम है और दो लिफ्ट", "दो लिफ्ट"),
    ("es", "mi correo es maria punto lopez arroba gmail punto com", "mi correo es"),
    ("fr", "mon adresse est luc point martin arobase orange point fr", "mon adresse est"),
    ("de", "meine mail ist anna punkt weber at gmx punkt de", "meine mail ist"),
    ("ar", "بريدي khalid@example.ae و المبنى من 12 طابق", "12 طابق"),
]


@pytest.mark.parametrize(("language", "said", "kept"), SPOKEN)
def test_email_redaction_in_voice_transcripts(session, language, said, kept):
    result = pii.sanitize_voice_transcript(said, session.pk, language=language)
    assert "[REDACTED_EMAIL]" in result["sanitized_transcript"]
    assert kept in result["sanitized_transcript"]
    assert result["pii_redacted"] is True
    assert result["redaction_metadata"]["by_type"]["EMAIL"] == 1
    assert result["redaction_metadata"]["redactions_count"] >= 1
    assert result["safe_for_llm"] is True
    assert vault.restore_text(session.pk, result["sanitized_transcript"]) == said


@pytest.mark.parametrize(
    "scanned",
    [
        "Tel: (2I2) 555-O142",
        "Tel 212.555.0142 Fax 212.555.0143",
        "Mob 98765 43210",
        "Tel:2125550142Email:a.b@ex.co",
    ],
)
def test_phone_redaction_in_ocr_results(session, scanned):
    result = pii.sanitize_ocr_result(scanned, str(session.pk), document_type="register")
    assert "[REDACTED_PHONE]" in result["sanitized_text"]
    assert not any(digits in result["sanitized_text"] for digits in ("0142", "O142", "0143", "43210"))
    assert result["redaction_metadata"]["by_type"]["PHONE"] >= 1
    assert result["safe_for_llm"] is True


VALUES = {
    "my name is priya sharma and my number is nine eight seven six five four three two one zero": [
        "priya", "sharma", "nine eight seven", "two one zero",
    ],
    "the manager is Rakesh Verma, rakesh.v@corp.example, +91 98765 43210": ["Rakesh", "Verma", "@", "98765"],
    "card 4111 1111 1111 1111, aadhaar 2341 2341 2346, PAN AAAPL1234C": ["4111", "2341", "AAAPL1234C"],
    "the api key is sk-abcdefghijklmnopqrstuvwxyz012345": ["abcdefgh"],
}  # fmt: skip


@pytest.mark.parametrize("text", VALUES)
def test_pii_not_sent_to_llm(session, text):
    redaction = pii.redact(text, session_id=session.pk)
    assert redaction.safe_for_llm is True
    assert not [value for value in VALUES[text] if value in redaction.text]
    stored = json.dumps([redaction.pii, redaction.counts, redaction.placeholders, redaction.facts])
    assert not [value for value in VALUES[text] if value in stored]


def test_text_that_was_not_proven_clean_is_not_safe(session, monkeypatch):
    monkeypatch.setattr(service, "_leaks", lambda *_: True)
    assert pii.redact("two lifts", session_id=session.pk).safe_for_llm is False


def test_failing_detector_withholds_the_text_but_loses_nothing(session, monkeypatch):
    def broken(*_, **__):
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(engine, "find", broken)
        redaction = pii.redact("call jane@example.com", session_id=session.pk)
    assert redaction.text == "[REDACTED_TEXT]"
    assert redaction.safe_for_llm is False
    assert vault.restore_text(session.pk, redaction.text) == "call jane@example.com"


def test_second_scan_that_fails_is_not_safe(session, monkeypatch):
    def broken(_):
        raise RuntimeError

    monkeypatch.setattr(service, "_other_scan", broken)
    assert pii.redact("two lifts", session_id=session.pk).safe_for_llm is False


def test_second_scanner_that_sees_something_is_heard(session, monkeypatch):
    monkeypatch.setattr(service, "_other_scan", lambda _: 1)
    assert pii.redact("two lifts", session_id=session.pk).safe_for_llm is False


def test_pii_not_in_logs(session):
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    spec = dict(django_settings.LOGGING["formatters"]["scrubbed"])
    module, _, name = spec.pop("()").rpartition(".")
    handler.setFormatter(getattr(sys.modules[module], name)(**spec))
    logger = logging.getLogger("celery.task.pii-test")
    logger.addHandler(handler)
    logger.propagate = False
    try:
        logger.warning("answer %s of %r", "jane.roe@example.org", {"phone": "+91 98765 43210"})
        try:
            raise KeyError("jane.roe@example.org")
        except KeyError:
            logger.exception("while reading %s", session.pk, stack_info=True)
    finally:
        logger.removeHandler(handler)
    written = stream.getvalue()
    assert "jane" not in written
    assert "98765" not in written
    assert "[REDACTED_EMAIL]" in written
    assert "[REDACTED_PHONE]" in written
    assert str(session.pk) in written
    assert "test_pii_redaction.py" in written


def test_what_the_flow_asked_for_goes_even_where_nothing_detects_it(session):
    text = "it is qwxz zzyx"
    redaction = pii.redact(text, session_id=session.pk, personal=[Asked(6, 15, "name", "qwxz zzyx")])
    assert redaction.text == "it is [REDACTED_NAME]"
    assert redaction.facts == {"[REDACTED_NAME]": True}


def test_asked_for_value_wins_over_what_was_found_and_nothing_of_it_stays(session):
    text = "my name is Priya Sharma"
    redaction = pii.redact(text, session_id=session.pk, personal=[Asked(11, 16, "NAME", "priya")])
    assert redaction.text == "my name is [REDACTED_NAME] [REDACTED_NAME_2]"
    assert vault.reveal(session.pk, "[REDACTED_NAME]") == "Priya"


def test_asked_for_value_carries_its_canonical_form_and_validity(session):
    redaction = pii.redact(
        "12345", session_id=session.pk, personal=[Asked(0, 5, "phone", "+9112345", valid=False)]
    )
    assert redaction.facts == {"[REDACTED_PHONE]": False}
    assert vault.reveal(session.pk, "[REDACTED_PHONE]", form="normalised") == "+9112345"


def test_positions_beyond_the_text_are_cut(session):
    assert (
        pii.redact("abc", session_id=session.pk, personal=[Asked(1, 99, "NAME")]).text == "a[REDACTED_NAME]"
    )


def test_value_of_an_earlier_turn_is_known_later(session):
    pii.redact("x", session_id=session.pk, personal=[Asked(0, 1, "NAME", "qwxzor zzyx")])
    vault.store(session.pk, "NAME", "Qwxzor Zzyx", "qwxzor zzyx")
    assert "qwxzor" not in pii.redact("ask qwxzor for the keys", session_id=session.pk).text


def test_same_value_gets_the_same_placeholder_in_every_turn_and_spelling(session):
    first = pii.redact("call 98765 43210", session_id=session.pk)
    second = pii.redact(
        "my number is nine eight seven six five four three two one zero", session_id=session.pk
    )
    assert first.placeholders == second.placeholders == ("[REDACTED_PHONE]",)


def test_no_session_works_without_a_database(django_assert_max_num_queries):
    for session_id in (None, "", "not-a-uuid", "../../etc"):
        redaction = pii.redact("mail a@x.com or b@x.com or a@x.com", session_id=session_id)
        assert redaction.text == "mail [REDACTED_EMAIL] or [REDACTED_EMAIL_2] or [REDACTED_EMAIL]"
        assert redaction.pii["reversible"] is False
        assert redaction.safe_for_llm is True


def test_clean_text_costs_one_query_and_a_value_three(session, django_assert_num_queries):
    with django_assert_num_queries(1):
        pii.redact("two lifts and one generator", session_id=session.pk)
    with django_assert_num_queries(6):  # look, savepoint, lock, look, insert, release
        pii.redact("call 98765 43210", session_id=session.pk)


@pytest.mark.parametrize(
    "typed",
    [
        "[REDACTED_EMAIL]",
        "[REDACTED\\_EMAIL]",
        "[REDACTED\\\\_EMAIL_2]",
        "x [REDACTED_EMAIL_2] y",
        "[REDACTED_",
        "[REDACTED",
    ],
)
def test_typed_placeholder_never_becomes_a_value_and_comes_back_as_typed(session, typed):
    vault.store(session.pk, "EMAIL", "jane@example.com", "jane@example.com")
    redaction = pii.redact(f"I typed {typed} here", session_id=session.pk)
    restored = vault.restore_text(session.pk, redaction.text)
    assert restored == f"I typed {typed} here"
    assert not placeholders.named_in([redaction.text])


def test_restoring_never_crosses_sessions(session):
    other = new_session()
    mine = pii.redact("mail jane@example.com", session_id=session.pk)
    theirs = pii.redact("mail bob@example.com", session_id=other.pk)
    assert mine.text == theirs.text
    assert vault.restore_text(other.pk, mine.text) == "mail bob@example.com"


def test_labels_keep_their_shape_and_numbers(session):
    labels: list[str | dict[str, Any]] = [
        "hard hat",
        {"description": "Mob 98765 43210", "score": 0.93, "box": [1, 2]},
        {"text": "a@x.com"},
    ]
    result = pii.sanitize_image_analysis_labels(labels, session.pk)
    assert result["sanitized_labels"] == [
        "hard hat",
        {"description": "Mob [REDACTED_PHONE]", "score": 0.93, "box": [1, 2]},
        {"text": "[REDACTED_EMAIL]"},
    ]
    assert result["redaction_metadata"]["redactions_count"] == 2
    assert result["pii_redacted"] is True
    assert pii.sanitize_image_analysis_labels([], session.pk)["pii_redacted"] is False


@pytest.mark.parametrize("nothing", ["", None])
def test_nothing_is_no_error(session, nothing):
    assert pii.sanitize_voice_transcript(nothing, session.pk)["sanitized_transcript"] == ""
    assert pii.sanitize_ocr_result(nothing, session.pk)["sanitized_text"] == ""


def test_switched_off_leaves_the_text_and_is_never_safe(session, settings):
    settings.PII = type(settings.PII)(enabled=False, spacy_model="", vault_days=1)
    redaction = pii.redact("mail a@x.com", session_id=session.pk)
    assert (redaction.text, redaction.safe_for_llm) == ("mail a@x.com", False)
    assert pii.sanitize_image_analysis_labels(["a@x.com"], session.pk)["safe_for_llm"] is False


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("PHONE", "nine eight seven six five, four three two one zero", ("+919876543210", True)),
        ("PHONE", "+44 20 7946 0958", ("+442079460958", True)),
        ("PHONE", "12345", ("12345", False)),
        ("EMAIL", "Priya dot K at outlook dot com", ("priya.k@outlook.com", True)),
        ("EMAIL", "bob@intranet", ("bob@intranet", False)),
        ("NAME", " Priya   SHARMA", ("priya sharma", True)),
        ("IBAN", "DE89 3704 0044 0532 0130 00", ("DE89370400440532013000", True)),
        ("CARD", "4111-1111 1111 1111", ("4111111111111111", True)),
    ],
)
def test_one_normal_form(kind, value, expected):
    assert normalise(kind, value) == expected


def test_scrub_is_irreversible_and_can_be_repeated():
    once = pii.scrub("Key (email)=(bob@corp.local) already exists, call +91 98765 43210")
    assert once == "Key (email)=([REDACTED_EMAIL]) already exists, call [REDACTED_PHONE]"
    assert pii.scrub(once) == once


def test_scrub_json_knows_what_stands_under_a_name():
    value = {
        "full_name": "qwx zzy", "phone": 9876543210, "Authorization": {"a": "b"}, "retries": 2, "ok": True,
        "none": None,
        "password": "", "args": ["ana@example.com", ("x", 1.5)], "task": {"name": "site_survey"}, "a@x.com": 1,
        "contact": {"name": "Qwx", "role": "guard"}, "session": "110bcd25-a55d-453a-8046-1297901ea002",
    }  # fmt: skip
    assert scrub_json(value) == {
        "full_name": "[REDACTED_NAME]", "phone": "[REDACTED_PHONE]", "Authorization": "[REDACTED_SECRET]", "retries": 2,
        "ok": True, "none": None, "password": "", "args": ["[REDACTED_EMAIL]", ["x", 1.5]],
        "task": {"name": "site_survey"},
        "[REDACTED_EMAIL]": 1, "contact": {"name": "[REDACTED_NAME]", "role": "guard"},
        "session": "110bcd25-a55d-453a-8046-1297901ea002",
    }  # fmt: skip


def test_scrub_json_ends_on_deep_input():
    deep: list = ["ana@example.com"]
    for _ in range(200):
        deep = [deep]
    assert "ana@" not in json.dumps(scrub_json(deep))


CHUNKS = st.one_of(
    st.sampled_from(
        ["mail a@x.com", "call 98765 43210", "my name is Priya Sharma", "[REDACTED_EMAIL]", "[REDACTED\\_NAME]",
         "two lifts", "SSN 512-34-6789", "IBAN GB82WEST12345698765432", "मेरा नाम अनिल कुमार है",
         "card 4111 1111 1111 1111", "\n", "\x00"]
    ),
    st.text(max_size=40),
)  # fmt: skip


@pytest.mark.django_db
@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(chunks=st.lists(CHUNKS, max_size=6), view=st.sampled_from(["text", "speech", "ocr"]))
def test_restoring_what_was_redacted_gives_the_words_back(chunks, view):
    """Exactly, wherever each value is spelled one way; a second spelling comes back as the first."""
    session = new_session()
    text = ", ".join(chunks)
    redaction = pii.redact(text, session_id=session.pk, view=view)
    restored = vault.restore_text(session.pk, redaction.text)
    spellings: dict[tuple[str, str], set[str]] = {}
    for span in engine.find(text, view=view):
        given_form = text[span.start : span.end]
        spellings.setdefault((span.kind, normalise(span.kind, given_form)[0]), set()).add(given_form)
    if all(len(forms) == 1 for forms in spellings.values()):
        assert restored == text
    assert redaction.pii["redactions_count"] == sum(redaction.counts.values())


@pytest.mark.django_db(transaction=True)
def test_two_at_once_agree_on_every_placeholder():
    session = new_session()
    answers: dict[int, list[str]] = {}
    together = threading.Barrier(3)

    def store(worker: int) -> None:
        together.wait()
        values = [f"{number}@x.com" for number in range(8)]
        if worker == 1:
            values.reverse()
        given_out = {value: vault.store(session.pk, "EMAIL", value, value) for value in values}
        answers[worker] = [given_out[f"{number}@x.com"] for number in range(8)]
        connection.close()

    threads = [threading.Thread(target=store, args=(worker,)) for worker in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers[0] == answers[1] == answers[2]
    assert len(set(answers[0])) == 8
    assert VaultEntry.objects.filter(session=session).count() == 8


def test_web_process_loads_no_model_library():
    code = (
        "import django; django.setup()\n"
        "from apps.onboarding_api.services.pii_integration import get_pii_service\n"
        "assert get_pii_service().redact('my name is Priya, 98765 43210').counts == {'NAME': 1, 'PHONE': 1}\n"
        "import sys; print([name for name in ('spacy', 'presidio_analyzer', 'tldextract') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip().splitlines()[-1] == "[]"
