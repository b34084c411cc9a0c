"""People in a text: what makes a word a name, what leaves it a word, and one person under one placeholder."""

from __future__ import annotations

import pytest

from apps.onboarding_api.services.pii_integration import get_pii_service, strict
from apps.onboarding_api.services.pii_integration.engine import find
from apps.onboarding_api.services.pii_integration.redaction import longer_forms


def found(text: str, policy="balanced") -> list[str]:
    return [text[span.start : span.end] for span in find(text, policy=policy)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("handed the radio to Dawn at 2.30", ["Dawn"]),
        ("@Prudence the lift is stuck again", ["Prudence"]),
        ("the keys are in Thistlewood's office", ["Thistlewood"]),
        ("Present: Tevita Mwangi, Jia Barrowclough", ["Tevita Mwangi", "Jia Barrowclough"]),
        ("INFO user Kamala Van Wyk logged in", ["Kamala Van Wyk"]),
        ("me llamo Carmen Zapatero", ["Carmen Zapatero"]),
        ("M. Marchand arrive demain", ["Marchand"]),
        ("रेखा वर्मा ने गेट 4 बंद किया", ["रेखा वर्मा"]),
        ("namaste main jyoti hoon", ["jyoti"]),
        ("Anneke Hill covers the night shift", ["Anneke Hill"]),
        ("ask tunde wright, he has the key", ["tunde wright"]),
        ("soy Ramón Ortega y Gasset", ["Ramón Ortega y Gasset"]),
        ("Ana Ruiz López y Carlos Pons vienen", ["Ana Ruiz López", "Carlos Pons"]),
        ("hablé con Mª Jesús Campos ayer", ["Mª Jesús Campos"]),
        ("Sun Wei holds the keys", ["Sun Wei"]),
    ],
)
def test_words_around_make_a_name(text, names) -> None:
    assert found(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "we work Mon to Thu, 9 to 6, and are closed on Sun",
        "geöffnet Mo bis Fr",
        "we are opposite Gandhi Maidan",
        "visitor numbers",
        "cerrado los domingos y festivos",
        "the panel runs 10.20.15.40, the old one ran 4.5.1.30",
        "our office is at 12 Park Road",
        "Grace period of 3 days",
    ],
)
def test_places_days_and_versions_stay(text) -> None:
    assert found(text) == []


def test_an_address_is_an_address_where_a_network_is_spoken_of() -> None:
    assert found("ssh from 10.20.15.40 every night") == ["10.20.15.40"]
    assert found("rolled back to 13.39.14.31", policy="strict") == ["13.39.14.31"]


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("GeneratorExit Zunderbyx failed for oluwadamisi", ["Zunderbyx", "oluwadamisi"]),
        ("user ruth trautmann left", ["ruth trautmann"]),
        ("Will Featherstone signed", ["Will Featherstone"]),
    ],
)
def test_strict_takes_what_is_in_no_dictionary(text, taken) -> None:
    assert found(text, policy="strict") == taken


@pytest.mark.parametrize(
    "line",
    [
        "Task background_tasks.onboarding_tasks.process_document[3f0c9a1e-1111-4222-8333-444455556666] succeeded",
        'psycopg.errors.UniqueViolation: duplicate key value violates unique constraint "onboarding_session_pkey"',
        "Scheduler: Sending due task relay-outbox (background_tasks.outbox.relay)",
        "ReadTimeout: HTTPSConnectionPool(host='api.openai.com', port=443): Read timed out.",
    ],
)
def test_logs_stay_readable(line) -> None:
    assert strict.scrub(line) == line


def test_a_first_name_has_the_placeholder_of_the_whole_name() -> None:
    clean = get_pii_service().redact(
        "Asha Verma is the owner. Tell Asha that Ravi Kumar called.", session_id=None
    )
    first, second, third = (word for word in clean.text.replace(".", "").split() if "REDACTED" in word)
    assert first == second
    assert third != first


def test_a_word_of_two_people_means_neither() -> None:
    assert longer_forms(["asha"], ["asha verma", "asha rao"]) == {}
    assert longer_forms(["asha"], ["asha", "asha rao"]) == {}
    assert longer_forms(["asha", "rao"], ["asha rao"]) == {"asha": "asha rao", "rao": "asha rao"}


def test_a_number_on_the_line_after_a_name_is_found() -> None:
    assert "+1-201-437-2345" in found("--\nHarriet Lomax\n+1-201-437-2345 | night desk")
