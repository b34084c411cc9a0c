"""Languages and countries are files; words that decide; what identifies a person in each country."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from apps.onboarding_api.services.pii_integration.engine import Policy, checksums, find, lexicon, packs
from apps.onboarding_api.services.pii_integration.normal import normalise


def kinds(text: str, policy: Policy = "balanced") -> list[tuple[str, str]]:
    return [(span.kind, text[span.start : span.end]) for span in find(text, policy=policy)]


def test_packs_are_found_by_being_there():
    folder = Path(packs.__file__).parent
    assert len(packs.all_languages()) == len([*(folder / "languages").glob("[a-z]*.py")]) == 6
    assert len(packs.all_countries()) == len([*(folder / "countries").glob("[a-z]*.py")]) == 8


def test_every_language_says_what_it_must():
    for pack in packs.all_languages():
        for attribute in (
            "announces",
            "suggests",
            "titles",
            "roles",
            "joins",
            "stops",
            "numbers",
            "at",
            "dot",
            "home",
        ):
            assert getattr(pack, attribute), (pack.code, attribute)
        assert {"PHONE", "DOB", "PASSPORT", "NOT"} <= set(pack.cues), pack.code


def test_number_words_of_two_languages_agree():
    worth: dict[str, set[int]] = {}
    for pack in packs.all_languages():
        for word, value in pack.numbers.items():
            worth.setdefault(word, set()).add(value)
    assert {word for word, values in worth.items() if len(values) > 1} == set()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("driving licence MH12 20110012345 on file", ("LICENCE", "MH12 20110012345")),
        ("my NI number is AB 12 34 56 C", ("IDENTITY", "AB 12 34 56 C")),
        ("nhs number 943 476 5919", ("IDENTITY", "943 476 5919")),
        ("Steuer-ID 86095742719", ("IDENTITY", "86095742719")),
        ("numéro de sécurité sociale 1 85 05 78 006 084 91", ("IDENTITY", "1 85 05 78 006 084 91")),
        ("mi DNI es 12345678Z", ("IDENTITY", "12345678Z")),
        ("Emirates ID 784-1985-1234567-1", ("IDENTITY", "784-1985-1234567-1")),
        ("iqama 2123456789", ("IDENTITY", "2123456789")),
        ("la plaque est AB-123-CD", ("PLATE", "AB-123-CD")),
        ("Kennzeichen B-MA 4711", ("PLATE", "B-MA 4711")),
        ("passeport 12AB34567", ("PASSPORT", "12AB34567")),
        (
            "main makaan number 12, sector 9, Noida mein rehta hoon",
            ("ADDRESS", "makaan number 12, sector 9, Noida"),
        ),
        ("le mot de passe est Chat_77!x", ("SECRET", "Chat_77!x")),
        ("camera login admin:Pa55w0rd@10.0.4.12", ("URL", "admin:Pa55w0rd@10.0.4.12")),
    ],
)
def test_what_identifies_is_found_by_its_kind(text, found):
    assert kinds(text) == [found]


@pytest.mark.parametrize(
    "text",
    [
        "Lotus Court 3762 has two gates",
        "Green Valley Tower",
        "Rose Garden Apartments needs a third guard",
        "el edificio se llama Torre del Valle",
        "nous sommes rue Victor Hugo",
        "نحن في شارع الملك عبدالعزيز",
        "der Richter wohnt oben",
        "bill number 9876543210",
        "फाइल और बिल नंबर 9876543210",
        "upgrade to 10.2.8.114 of the firmware is version 10.2.8.114",
        "Guard and Manager both need a badge",
        "asset AC-101-BX and AC-102-BX",
    ],
)
def test_sites_roles_and_counts_stay(text):
    assert kinds(text) == []


@pytest.mark.parametrize(
    ("text", "goes"),
    [
        ("conversation-8000@f3ab21c ready", False),
        ("celery@worker-1: sync with media-8001@host-a", False),
        ("user bob@intranet logged in", True),
        ("user@localhost", True),
        ("john-1984@intranet", True),
    ],
)
def test_processes_are_no_mailboxes(text, goes):
    assert bool(kinds(text, "strict")) is goes


@pytest.mark.parametrize(
    "spellings",
    [
        ("Asha Verma", "ASHA  VERMA", "asha verma", "Dr. Asha Verma", "Asha Verma's"),
        ("José Núñez", "Jose Nunez"),
        ("j o h n", "John"),
    ],
)
def test_one_person_has_one_normal_form(spellings):
    assert len({normalise("NAME", spelling) for spelling in spellings}) == 1


@pytest.mark.parametrize(
    ("check", "right", "wrong"),
    [
        (checksums.health_service, "9434765919", "9434765918"),
        (checksums.german_tax, "86095742719", "86095742718"),
        (checksums.french_number, "185057800608491", "185057800608490"),
        (checksums.spanish_letter, "12345678Z", "12345678A"),
        (checksums.spanish_letter, "X1234567L", "X1234567M"),
    ],
)
def test_check_digits_of_countries(check, right, wrong):
    assert check(right)
    assert not check(wrong)


def test_word_of_two_kinds_is_no_sure_name():
    for word in ("guard", "monday", "tower", "grace", "pierre", "आशा"):
        assert not lexicon.marks(word) & lexicon.GIVEN, word


def test_engine_alone_loads_neither_a_framework_nor_a_model():
    code = (
        "import re, sys; from apps.onboarding_api.services.pii_integration import engine; "
        "engine.find('my name is Asha, call 98765 43210'); "
        "print([name for name in ('django', 'spacy', 'presidio_analyzer', 'numpy') if name in sys.modules]); "
        "print(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1])"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=settings.BASE_DIR, capture_output=True, text=True, check=True
    )
    loaded, kilobytes = run.stdout.splitlines()
    assert loaded == "[]"
    assert int(kilobytes) < 60 * 1024


def test_the_joined_table_is_what_its_lists_make():
    """Where this fails, a list or a pack has changed: `python -m scripts.make_gazetteer --join`."""
    assert lexicon.JOINED.read_text(encoding="utf-8").partition("\n")[0] == lexicon.seal()
    assert lexicon.table() == lexicon.joined()


@pytest.mark.parametrize(
    ("digits", "region"),
    [
        ("9845012345", "IN"),
        ("07400123456", "GB"),
        ("4155550132", "US"),
        ("0612345678", "FR"),
        ("612345678", "ES"),
    ],
)
def test_national_numbers_dial_whole(digits, region):
    assert checksums.dials(digits, (region,))
    assert not checksums.dials(digits[:-3], (region,))
