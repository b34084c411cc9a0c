"""`safe_for_llm` fails closed, whatever fails; and no unsafe text gets to a model outside this process."""

from __future__ import annotations

import uuid
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from django.db import OperationalError
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from apps.onboarding.errors import SafetyRefused
from apps.onboarding.flows.definition import Flow, load_flow
from apps.onboarding.flows.dialogue import open_dialogue
from apps.onboarding_api.services import provider_calls
from apps.onboarding_api.services.llm import (
    CheckRequest,
    LlmService,
    MakeRequest,
    SiteContext,
    UnderstandRequest,
)
from apps.onboarding_api.services.llm.safety import refuse_personal
from apps.onboarding_api.services.pii_integration import engine, get_pii_service, service, vault
from apps.onboarding_api.tests import factories
from apps.onboarding_api.tests.pii_planting import PLANTED
from apps.onboarding_api.tests.recommendation_factories import HOSPITAL, TODAY, make
from apps.onboarding_api.tests.test_llm_service import OutsideProvider

FLOW = Flow.from_definition(load_flow("facility_onboarding"))
FAULTS = (ValueError, RecursionError, MemoryError, KeyError, UnicodeDecodeError)
TEXTS = st.text(max_size=200) | st.sampled_from([PLANTED, "six guards", "[REDACTED_NAME]", " "])
many = hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
GOOD = make(HOSPITAL).proposal
pii = get_pii_service()


def _fault(kind: type[BaseException]) -> BaseException:
    return kind("utf-8", b"", 0, 1, "x") if kind is UnicodeDecodeError else kind(PLANTED)


@many
@given(text=TEXTS.filter(bool), kind=st.sampled_from(FAULTS))
def test_detector_that_fails_makes_every_text_unsafe(text: str, kind: type[BaseException]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "find", _raising(_fault(kind)))
        found = pii.redact(text)
    assert not found.safe_for_llm
    assert found.text == "[REDACTED_TEXT]"


@many
@given(text=TEXTS, kind=st.sampled_from(FAULTS))
def test_second_scan_that_fails_makes_every_text_unsafe(text: str, kind: type[BaseException]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(service, "_other_scan", _raising(_fault(kind)))
        assert not pii.redact(text).safe_for_llm


@many
@given(text=TEXTS)
def test_second_scan_that_finds_something_makes_every_text_unsafe(text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(service, "_other_scan", lambda _: 1)
        assert not pii.redact(text).safe_for_llm


@many
@given(text=TEXTS)
def test_redaction_that_is_switched_off_makes_every_text_unsafe(text: str, settings: Any) -> None:
    settings.PII = replace(settings.PII, enabled=False)
    assert not pii.redact(text).safe_for_llm
    assert not pii.sanitize_voice_transcript(text, None)["safe_for_llm"]
    assert not pii.sanitize_ocr_result(text, None)["safe_for_llm"]
    assert not pii.sanitize_image_analysis_labels([text], None)["safe_for_llm"]


@pytest.mark.django_db
@pytest.mark.parametrize("text", [PLANTED, "six guards", ""])
@pytest.mark.parametrize("call", ["everything", "store_all"])
def test_vault_that_is_away_lets_no_text_through(
    text: str, call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = factories.SessionFactory.create()
    monkeypatch.setattr(vault, call, _raising(OperationalError("away")))
    try:
        found = pii.redact(text, session_id=session.pk)
    except OperationalError:
        return  # nothing was stored, queued or sent
    assert call == "store_all"
    assert found.text == text != PLANTED


@pytest.mark.django_db
def test_unknown_session_gets_a_clean_text_that_cannot_be_turned_back() -> None:
    found = pii.redact(PLANTED, session_id=uuid.uuid4())
    assert (found.reversible, found.counts) == (False, {"NAME": 1, "PHONE": 1, "EMAIL": 1})
    assert "Kulkarni" not in found.text


def test_empty_text_is_safe_and_has_nothing() -> None:
    found = pii.redact("")
    assert (found.text, found.counts, found.safe_for_llm) == ("", {}, True)


def _unsafe_texts() -> list[str]:
    dice = Random(5)
    values = (
        lambda: f"+91 9{dice.randint(10**8, 10**9 - 1)}", lambda: f"maria.{dice.randint(10, 99)}@orange.fr",
        lambda: "4111 1111 1111 1111", lambda: f"192.0.2.{dice.randint(1, 254)}", lambda: "DE89 3704 0044 0532 0130 00",
        lambda: "Mr. Rohan Deshpande", lambda: "priya dot sharma at gmail dot com",
    )  # fmt: skip
    around = (
        "call {} now",
        "{}",
        "the contact is {} since May",
        "मेरा नंबर {} है",
        "escriba a {}",
        "x {}\tz",
        "([REDACTED_NAME] {})",
    )
    return [dice.choice(around).format(dice.choice(values)()) for _ in range(500)]


def test_no_unsafe_text_reaches_an_outside_model() -> None:
    """500 texts, each as an answer (called safe by mistake), among answers to propose from, and to be checked."""
    outside = OutsideProvider()
    llm = LlmService(provider=outside)
    state = open_dialogue(FLOW, "en").state
    site = SiteContext(client_name="Acme", today=TODAY)
    for number, text in enumerate(_unsafe_texts()):
        asking = UnderstandRequest(flow=FLOW, state=state, text=text, language="en", is_safe=number % 2 == 0)
        with pytest.raises(SafetyRefused):
            llm.understand(asking)
        if number % 10 == 0:
            answers = {**HOSPITAL, "notes": text}
            with pytest.raises(SafetyRefused):
                llm.make(MakeRequest(flow=FLOW, answers=answers, site=site))
            with pytest.raises(SafetyRefused):
                llm.check(CheckRequest(proposal=GOOD, answers=answers, today=TODAY))
    assert outside.seen == []


@pytest.mark.parametrize(
    "value", [9822051337, [{"call": 9822051337.0}], {9822051337: 1}, b"six", {"six"}, TODAY]
)
def test_numbers_that_dial_and_what_is_no_json_reach_no_outside_model(value: Any) -> None:
    with pytest.raises(SafetyRefused):
        refuse_personal(["six guards", 6, 1.5, True, None, value])


@pytest.mark.django_db
def test_what_the_session_knows_reaches_no_outside_model() -> None:
    session = factories.SessionFactory.create()
    vault.store_all(session.pk, [vault.Value("NAME", "Zunderbyx", "zunderbyx")])
    answers = {"notes": "the lock of the pump room is zunderbyx"}
    refuse_personal(answers)
    with provider_calls.about(session.pk), pytest.raises(SafetyRefused):
        refuse_personal(answers)


def _raising(error: BaseException) -> Any:
    def fail(*_: Any, **__: Any) -> Any:
        raise error

    return fail
