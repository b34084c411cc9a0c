"""Spoken answers, by the real embedded engine."""

from __future__ import annotations

import logging
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.exceptions import ImproperlyConfigured

from apps.onboarding.flows import grammar
from apps.onboarding_api.services.speech_service import (
    OnboardingSpeechService,
    decode,
    errors,
    hints,
    registry,
    tones,
)
from apps.onboarding_api.services.speech_service.language_model import domain_model
from apps.onboarding_api.services.speech_service.port import SpeechHints
from apps.onboarding_api.tests import factories

MEDIA = Path(__file__).parent / "media"
pytestmark = pytest.mark.django_db


def flow():
    return factories.default_flow().flow()


def flow_sentences() -> tuple[str, ...]:
    return tuple(dict.fromkeys(s for slot in flow().slots for s in grammar.sentences(slot, "en")))


def listen(name: str, *, slot: str | None):
    """What the embedded provider hears where `slot` is being asked."""
    jsgf = grammar.speech_grammar(flow().slot(slot), "en") if slot else None
    expected = SpeechHints(language="en-IN", grammar=jsgf, sentences=flow_sentences())
    return registry.get_speech_provider().transcribe(
        decode.decode_audio((MEDIA / name).read_bytes()), expected
    )


def session_asking(slot: str, **fields):
    session = factories.SessionFactory(flow_version=factories.default_flow(), **fields)
    session.dialogue = {**session.dialogue, "current": slot}
    session.save()
    return session


@pytest.mark.parametrize(
    ("name", "slot", "said"),
    [
        ("voice_site_type.wav", "site_type", "hospital"),
        ("voice_area.wav", "area", "twelve thousand square feet"),
        ("voice_floors.wav", "floors", "five floors"),
        ("voice_cctv.wav", "cctv", "yes"),
        ("voice_guards.wav", "guards_per_shift", "six guards"),
        ("voice_back.wav", "area", "go back"),
        ("voice_hours.webm", "operating_hours", "nine a m to six p m"),
        ("voice_hours.mp3", "operating_hours", "nine a m to six p m"),
        ("voice_hours.m4a", "operating_hours", "nine a m to six p m"),
    ],
)
def test_answer_to_the_question_is_heard_word_for_word(name, slot, said):
    heard = listen(name, slot=slot)
    assert (heard.text, heard.draft) == (said, False)
    assert heard.confidence is not None
    assert 0.3 < heard.confidence <= 1


def test_answer_to_another_question_is_heard_by_the_flows_sentences():
    heard = listen("voice_hours.wav", slot="site_type")
    assert (heard.text, heard.mode, heard.draft) == ("nine a m to six p m", "domain", False)


def test_other_words_are_a_draft_and_never_an_answer():
    heard = listen("voice_off_topic.wav", slot="floors")
    assert (heard.mode, heard.draft) == ("dictation", True)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["sound_noise.wav", "sound_hum.wav", "sound_babble.wav"])
def test_noise_gives_no_transcript(name):
    with pytest.raises(errors.SpeechNotUnderstood):
        listen(name, slot="floors")


def test_what_was_heard_before_changes_nothing():
    first = listen("voice_floors.wav", slot="floors")
    listen("voice_off_topic.wav", slot="cctv")
    again = listen("voice_floors.wav", slot="floors")
    assert (again.text, again.mode) == (first.text, first.mode)
    assert again.confidence == pytest.approx(first.confidence, abs=0.03)


def test_language_without_a_model_is_refused_with_a_way_on():
    audio = decode.decode_audio((MEDIA / "voice_cctv.wav").read_bytes())
    with pytest.raises(errors.SpeechLanguageUnsupported) as refused:
        registry.get_speech_provider().transcribe(audio, SpeechHints(language="hi"))
    assert "type_answer" in refused.value.next_actions


def test_unusable_grammar_falls_back_to_the_flows_sentences():
    audio = decode.decode_audio((MEDIA / "voice_floors.wav").read_bytes())
    broken = SpeechHints(
        language="en", grammar="#JSGF V1.0;\ngrammar x;\npublic <x> = zzqx;\n", sentences=flow_sentences()
    )
    assert registry.get_speech_provider().transcribe(audio, broken).mode == "domain"


def test_service_gives_the_sanitised_transcript_and_logs_nothing_of_it(caplog):
    session = session_asking("emergency_contact_phone")
    with caplog.at_level(logging.DEBUG), (MEDIA / "voice_phone.wav").open("rb") as recording:
        result = OnboardingSpeechService().transcribe_voice_input(recording, "en", session.session_id)
    assert result["pii_redacted"]
    assert "REDACTED" in result["transcript"]
    assert "nine eight four" not in result["transcript"]
    assert "nine eight four" not in caplog.text
    assert (result["mode"], result["draft"], result["provider"]) == ("grammar", False, "embedded")
    assert result["duration_seconds"] == pytest.approx(3.55, abs=0.1)


def test_hints_follow_the_question_of_the_session():
    expected = hints.hints_for(session_asking("floors").session_id, "en")
    assert expected.grammar is not None
    assert "grammar floors;" in expected.grammar
    assert "five floors" in expected.sentences or len(expected.sentences) > 100


def test_session_without_a_flow_has_bare_hints():
    session = factories.SessionFactory(flow_version=None, dialogue={})
    assert hints.hints_for(session.session_id, "en") == SpeechHints(language="en")


def test_unknown_provider_names_the_setting(settings):
    from dataclasses import replace

    settings.SPEECH = replace(settings.SPEECH, provider=f"none-{uuid4().hex[:4]}")
    with pytest.raises(ImproperlyConfigured, match="SPEECH_PROVIDER"):
        registry.get_speech_provider()


def test_a_model_of_too_few_words_is_none():
    assert domain_model(["yes"], is_known=lambda _word: True) is None
    assert domain_model(["qqzx floors", "zzyx"], is_known=lambda word: word == "floors") is None


def test_word_salad_is_not_familiar():
    model = domain_model(["five floors", "nine a m to six p m"], is_known=lambda _word: True)
    assert model is not None
    assert model.familiar_share("five floors") == 1
    assert model.familiar_share("to nine floors a p") < 0.5


def test_speech_is_no_tone():
    assert tones.is_tone(decode.decode_audio((MEDIA / "sound_hum.wav").read_bytes()))
    assert not tones.is_tone(decode.decode_audio((MEDIA / "voice_floors.wav").read_bytes()))
