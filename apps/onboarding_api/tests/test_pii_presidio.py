"""Presidio around the engine (workers only)."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from apps.onboarding_api.services import health
from apps.onboarding_api.services.pii_integration import get_pii_service, service
from background_tasks.worker_start import load_second_scan

presidio = pytest.importorskip("apps.onboarding_api.services.pii_integration.presidio")


def test_analyzer_offers_the_engines_spans():
    text = "mail priya dot k at outlook dot com or call 98765 43210"
    found = {
        (one.entity_type, text[one.start : one.end]) for one in presidio.build_analyzer().analyze(text, "en")
    }
    assert ("EMAIL_ADDRESS", "priya dot k at outlook dot com") in found
    assert ("PHONE_NUMBER", "98765 43210") in found


def test_only_wanted_entities_are_given():
    recogniser = presidio.OnboardingRecognizer()
    assert [one.entity_type for one in recogniser.analyze("a@x.com 98765 43210", ["PHONE_NUMBER"])] == [
        "PHONE_NUMBER"
    ]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("[REDACTED_NAME] opens at 9, call [REDACTED_PHONE]", 0),
        ("order number 4111111111111111", 0),
        ("two lifts and 1.5 lakh sq ft", 0),
        ("write to bob@example.com", 1),
        ("4111111111111111", 1),
    ],
)
def test_second_scan_counts_what_is_left(text, count):
    assert presidio.second_scan(text) == count


def test_second_scan_reads_long_text_in_pieces():
    assert presidio.second_scan("word " * 3_000 + "bob@example.com") >= 1


def test_suffix_list_never_comes_from_the_network():
    import tldextract.tldextract

    assert tldextract.tldextract.TLD_EXTRACTOR.suffix_list_urls == ()


def test_worker_asks_presidio_too(monkeypatch):
    monkeypatch.setattr(service, "_other_scan", None)
    monkeypatch.setattr(service, "_other_spans", None)
    service.use_presidio()
    assert service._other_scan is presidio.second_scan
    assert get_pii_service().redact("mail a@x.com").text == "mail [REDACTED_EMAIL]"


def test_worker_without_presidio_calls_no_text_safe_and_tells(monkeypatch):
    def missing() -> None:
        raise ImportError("no spaCy here")

    monkeypatch.setattr(service, "_other_scan", None)
    monkeypatch.setattr(service, "_other_spans", None)
    queues = SimpleNamespace(consume_from={"media": None})
    worker = SimpleNamespace(hostname="media@here", app=SimpleNamespace(amqp=SimpleNamespace(queues=queues)))
    with monkeypatch.context() as patch:
        patch.setattr(service, "use_presidio", missing)
        load_second_scan(sender=worker)
    assert not get_pii_service().redact("six guards").safe_for_llm
    assert health._second_scan() == "degraded (Presidio is away in 1 workers: ImportError)"
    load_second_scan(sender=worker)
    assert get_pii_service().redact("six guards").safe_for_llm
    assert health._second_scan() == "ok"


def test_model_that_is_not_installed_is_named(settings):
    from django.core.exceptions import ImproperlyConfigured

    settings.PII = type(settings.PII)(enabled=True, spacy_model="xx_no_such_model", vault_days=1)
    with pytest.raises(ImproperlyConfigured, match="PII_SPACY_MODEL"):
        presidio._nlp()


@pytest.mark.parametrize(
    ("text", "language", "entity", "value"),
    [
        ("mera number saat saat double zero ek do teen char paanch chhe hai", "hi", "PHONE_NUMBER", None),
        ("hablar con el señor Gómez", "es", "PERSON", "Gómez"),
        ("ich heiße Friederike Oltmanns", "de", "PERSON", "Friederike Oltmanns"),
        ("اسمي يوسف القحطاني", "ar", "PERSON", "يوسف القحطاني"),
        ("je m'appelle Solange Diarra", "fr", "PERSON", "Solange Diarra"),
    ],
)
def test_engine_is_offered_in_every_language(text, language, entity, value):
    found = [one for one in presidio.build_analyzer().analyze(text, language) if one.entity_type == entity]
    assert found
    assert value is None or value in [text[one.start : one.end] for one in found]


def test_further_recognisers_of_a_call_work_beside_the_engine():
    from presidio_analyzer import Pattern, PatternRecognizer

    badge = PatternRecognizer(supported_entity="BADGE", patterns=[Pattern("badge", r"BDG-\d{4}", 0.9)])
    found = presidio.build_analyzer().analyze(
        "ask Priya for BDG-4711", "en", ad_hoc_recognizers=[badge], entities=["BADGE", "PERSON"]
    )
    assert {one.entity_type for one in found} == {"BADGE", "PERSON"}


def test_countries_of_presidio_are_in_the_registry():
    names = {one.name for one in presidio.build_analyzer().registry.recognizers}
    assert {"UsSsnRecognizer", "EsNifRecognizer", "OnboardingRecognizer"} <= names


def test_every_kind_of_the_engine_has_a_name_in_presidio():
    from apps.onboarding_api.services.pii_integration import engine

    assert set(presidio.ENTITY) == set(engine.KINDS)
