"""Values restored in streams and tool calls: at any split as in one piece, and never across sessions."""

from __future__ import annotations

import json
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.onboarding.models import ConversationSession
from apps.onboarding_api.services.pii_integration import get_pii_service, placeholders, vault
from apps.onboarding_api.services.pii_integration.streams import StreamRestorer, restore_arguments
from apps.onboarding_api.tests import factories

pytestmark = pytest.mark.django_db
VALUES = (
    ("EMAIL", "asha@x.com"), ("EMAIL", 'o"brien\\@x.com'), ("NAME", "आशा वर्मा"), ("PHONE", "+91 98765 43210"),
    ("NAME", "[REDACTED_EMAIL]"),
)  # fmt: skip


@pytest.fixture
def session() -> ConversationSession:
    made = factories.SessionFactory.create()
    for kind, value in VALUES:
        vault.store(made.pk, kind, value, value.lower())
    return made


def streamed(session: ConversationSession, pieces: list[str] | list[bytes]) -> str:
    stream = StreamRestorer(session.pk)
    return "".join([*(stream.feed(piece) for piece in pieces), stream.finish()])


TEXTS = (
    "write to [REDACTED_EMAIL], or [REDACTED_EMAIL_2].",
    "नमस्ते [REDACTED_NAME]! [REDACTED_PHONE]",
    "[REDACTED_EMAIL][REDACTED_EMAIL_2][REDACTED_NAME_2]",
    "I typed [REDACTED\\_EMAIL] and [REDACTED\\\\_EMAIL_2]",
    "[REDACTED_EMAIL_9] [REDACTED_IBAN] [REDACTED_] [REDACTED [[REDACTED_EMAIL] [red] [",
)


@pytest.mark.parametrize("text", TEXTS)
def test_every_split_gives_what_the_whole_gives(text: str, session: ConversationSession) -> None:
    whole = vault.restore_text(session.pk, text)
    data = text.encode()
    for at in range(len(data) + 1):
        assert streamed(session, [data[:at], data[at:]]) == whole
    assert streamed(session, [bytes([one]) for one in data]) == whole


def test_two_thousand_round_trips_at_random_splits(session: ConversationSession) -> None:
    choice = random.Random(20)
    service = get_pii_service()
    for number in range(2_000):
        said = f"call me on +91 98765 4{number:04d} or mail p{number}@x.com"
        clean = service.redact(said, session_id=None).text if number % 50 else TEXTS[number % len(TEXTS)]
        data = clean.encode()
        cuts = sorted(choice.randrange(len(data) + 1) for _ in range(choice.randrange(6)))
        pieces = [data[a:b] for a, b in zip([0, *cuts], [*cuts, len(data)], strict=True)]
        assert streamed(session, pieces) == vault.restore_text(session.pk, clean)


def test_redacted_words_come_back_exactly() -> None:
    session = factories.SessionFactory.create()
    said = 'I am Asha Verma, mail asha.verma@x.com; I typed [REDACTED_EMAIL] and [REDACTED\\_NAME] "so"'
    clean = get_pii_service().redact(said, session_id=session.pk).text
    assert "asha.verma@x.com" not in clean
    for at in range(len(clean)):
        assert streamed(session, [clean[:at], clean[at:]]) == said


def test_values_of_another_session_never_appear(session: ConversationSession) -> None:
    other = factories.SessionFactory.create()
    for text in TEXTS:
        assert streamed(other, [text]) == vault.restore_text(other.pk, text)
        assert not any(value in streamed(other, [text]) for _, value in VALUES[:4])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(alphabet=st.sampled_from(list("[]REDACTED_EMAIL\\_23 xनé")), max_size=60),
    cuts=st.lists(st.integers(0, 60), max_size=5),
)
def test_mangled_placeholders_are_restored_or_left_alone(
    text: str, cuts: list[int], session: ConversationSession
) -> None:
    places = sorted(min(cut, len(text)) for cut in cuts)
    pieces = [text[a:b] for a, b in zip([0, *places], [*places, len(text)], strict=True)]
    assert streamed(session, pieces) == placeholders.fill(text, dict(_known(session)).get)


def _known(session: ConversationSession) -> list[tuple[str, str]]:
    return [(kept.placeholder, kept.value.given) for kept in vault.everything(session.pk)]


def test_ordinary_text_is_not_held_back(session: ConversationSession) -> None:
    stream = StreamRestorer(session.pk)
    assert stream.feed("see [1] and ") == "see [1] and "
    assert stream.feed("[REDACTED_EM") == ""
    assert stream.feed("AIL] now") == "asha@x.com now"


@pytest.mark.parametrize("form", ["given", "normalised"])
def test_tool_call_keeps_its_shape_whatever_the_value(form: vault.Form, session: ConversationSession) -> None:
    arguments = json.dumps({"to": ["[REDACTED_EMAIL_2]"], "n": 1, "note": "for [REDACTED_NAME]"})
    found = restore_arguments(session.pk, arguments, form=form)
    assert found["to"] == ['o"brien\\@x.com']
    assert found["note"] == "for आशा वर्मा"


def test_tool_call_that_is_no_json_is_refused(session: ConversationSession) -> None:
    with pytest.raises(ValueError, match="Expecting"):
        restore_arguments(session.pk, '{"to": [REDACTED_EMAIL]')
