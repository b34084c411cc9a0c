"""Personal answers: found in the raw text at the door, seen only as placeholders afterwards."""

# ruff: noqa: E501 - tables of utterances read better in full lines

import pytest

from apps.onboarding.flows import grammar
from apps.onboarding.tests.flow_support import parse, refused, slot, value_of


def _spans(name: str, text: str) -> list[str]:
    return [text[span.start : span.end] for span in grammar.personal_spans(slot(name), text, "en")]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Ramesh Kumar", ["Ramesh Kumar"]), ("ramesh kumar", ["ramesh kumar"]), ("the contact is Ramesh Kumar, call him", ["Ramesh Kumar"]), ("it's ramesh", ["ramesh"]), ("please call Mrs. Anita Desai", ["Anita Desai"]), ("Mr Sharma", ["Sharma"]), ("Dr. Sunil Rao is the one to call", ["Sunil Rao"]), ("my name is john smith", ["john smith"]), ("ask for Priya", ["Priya"]), ("contact person: R. K. Sharma", ["R. K. Sharma"]), ("A.P.J. Abdul Kalam", ["A.P.J. Abdul Kalam"]), ("Mary-Jane O'Neil", ["Mary-Jane O'Neil"]), ("that would be Suresh Patil from admin", ["Suresh Patil"]), ("you should call Deepak Verma, the facility manager", ["Deepak Verma"]),
        ("रमेश कुमार", ["रमेश कुमार"]), ("उनका नाम रमेश कुमार है", ["रमेश कुमार"]), ("श्री रमेश कुमार जी", ["रमेश कुमार"]), ("naam hai ramesh kumar", ["ramesh kumar"]), ("ramesh ji ko call karo", ["ramesh"]), ("unka naam Sunita Devi hai", ["Sunita Devi"]), ("Will Smith", ["Will Smith"]), ("his name is Mark Young", ["Mark Young"]), ("rahul das", ["rahul das"]), ("Ramesh Kumar or Suresh Patil", ["Ramesh Kumar", "Suresh Patil"]), ("Ramesh Kumar, 98765 43210", ["Ramesh Kumar"]), ("call ramesh kumar on nine eight seven six five four three two one zero", ["ramesh kumar"]), ("José García", ["José García"]), ("the security head, vikram singh rathore", ["vikram singh rathore"]), ("speak to Fatima Sheikh please", ["Fatima Sheikh"]), ("Asha", ["Asha"]), ("our manager Mohit handles emergencies", None), ("emergency contact is neha gupta", ["neha gupta"]), ("Venkata Subramanian Iyer", ["Venkata Subramanian Iyer"]), ("sunny", ["sunny"]), ("it will be handled by kavita menon", ["kavita menon"]), ("मेरा नाम सुनीता देवी है", ["सुनीता देवी"]), ("मिस्टर शर्मा को फोन करें", ["शर्मा"]),
    ],
)  # fmt: skip
def test_names_are_found_and_the_words_around_them_left_out(text: str, names: list[str] | None) -> None:
    found = _spans("emergency_contact_name", text)
    if names is None:
        assert any("Mohit" in name for name in found)
    else:
        assert found == names


@pytest.mark.parametrize(
    ("text", "said", "number"),
    [
        ("9876543210", "9876543210", "+919876543210"), ("98765 43210", "98765 43210", "+919876543210"), ("+91 98765-43210", "+91 98765-43210", "+919876543210"), ("call him on 098765 43210 after six", "098765 43210", "+919876543210"), ("the number is (022) 2345 6789", "(022) 2345 6789", "+912223456789"), ("919876543210", "919876543210", "+919876543210"), ("0091 98765 43210", "0091 98765 43210", "+919876543210"), ("+44 20 7946 0958", "+44 20 7946 0958", "+442079460958"), ("+1 (212) 555-2368", "+1 (212) 555-2368", "+12125552368"),
        ("nine eight seven six five four three two one zero", None, "+919876543210"), ("nine eight double seven five four three two one zero", None, "+919877543210"), ("plus nine one nine eight seven six five four three two one zero", None, "+919876543210"), ("it is nine eight triple seven four three two one oh", "nine eight triple seven four three two one oh", "+919877743210"), ("ninety eight seventy six five four three two one zero", None, "+919876543210"), ("नौ आठ सात छह पांच चार तीन दो एक शून्य", None, "+919876543210"), ("nau aath saat chhah paanch chaar teen do ek zero", None, "+919876543210"), ("९८७६५४३२१०", None, "+919876543210"), ("नौ आठ डबल सात पांच चार तीन दो एक शून्य", None, "+919877543210"), ("ninety eight, seven six five, four three two one zero", None, "+919876543210"), ("mobile 98765.43210", "98765.43210", "+919876543210"),
    ],
)  # fmt: skip
def test_telephone_numbers_are_found_and_brought_to_e164(text: str, said: str | None, number: str) -> None:
    spans = grammar.personal_spans(slot("emergency_contact_phone"), text, "en")
    assert [(span.normalised, span.valid, span.kind) for span in spans] == [(number, True, "PHONE")]
    assert text[spans[0].start : spans[0].end] == (said or text)


@pytest.mark.parametrize(
    "text", ["12345", "98765", "nine eight seven six", "call 112233", "1234567890123456", "00000 00000"]
)
def test_an_incomplete_telephone_number_is_a_span_that_is_not_valid(text: str) -> None:
    spans = grammar.personal_spans(slot("emergency_contact_phone"), text, "en")
    assert [span.valid for span in spans] == [False]
    assert spans[0].normalised is None


def test_the_region_decides_a_number_without_country_code() -> None:
    spans = grammar.personal_spans(slot("emergency_contact_phone"), "(212) 555-2368", "en", region="US")
    assert [span.normalised for span in spans] == ["+12125552368"]


def test_two_telephone_numbers_are_two_spans() -> None:
    spans = grammar.personal_spans(slot("emergency_contact_phone"), "9876543210 or 9123456789, ext 204", "en")
    assert [span.normalised for span in spans] == ["+919876543210", "+919123456789"]
    spans = grammar.personal_spans(slot("emergency_contact_phone"), "9876543210 9123456789", "en")
    assert [span.normalised for span in spans] == ["+919876543210", "+919123456789"]


@pytest.mark.parametrize(
    ("text", "said", "address"),
    [
        ("john.doe@example.com", None, "john.doe@example.com"), ("My email is John.Doe@Example.com.", "John.Doe@Example.com", "john.doe@example.com"), ("john dot doe at example dot com", None, "john.doe@example.com"), ("it is john dot doe at example dot com thanks", "john dot doe at example dot com", "john.doe@example.com"), ("ramesh underscore k at gmail dot com", None, "ramesh_k@gmail.com"), ("ramesh at the rate gmail dot com", None, "ramesh@gmail.com"), ("ramesh at the rate of yahoo dot co dot in", None, "ramesh@yahoo.co.in"), ("info at green hyphen valley dot co dot uk", None, "info@green-valley.co.uk"), ("raj123@site.co.in", None, "raj123@site.co.in"), ("r k sharma one two three at gmail dot com", None, "rksharma123@gmail.com"), ("john @ example . com", None, "john@example.com"), ("रमेश एट जीमेल डॉट कॉम", None, "रमेश@gmail.com"), ("mera email hai rohit dot verma at rediffmail dot com", "rohit dot verma at rediffmail dot com", "rohit.verma@rediffmail.com"), ("write to sales plus west at acme dash tools dot io please", "sales plus west at acme dash tools dot io", "sales+west@acme-tools.io"), ("mark nineteen eighty four at yahoo dot com", None, "mark1984@yahoo.com"), ("p r i y a dot k at outlook dot com", None, "priya.k@outlook.com"), ("ravi@gmail dot com", None, "ravi@gmail.com"), ("send it to info@acme.io", "info@acme.io", "info@acme.io"),
    ],
)  # fmt: skip
def test_email_addresses_are_found_written_and_spoken(text: str, said: str | None, address: str) -> None:
    spans = grammar.personal_spans(slot("emergency_contact_email"), text, "en")
    assert [text[span.start : span.end] for span in spans] == [said or text]
    if address.isascii():
        assert [(span.normalised, span.valid) for span in spans] == [(address, True)]


@pytest.mark.parametrize("text", ["john@", "john@example", "ramesh at gmail", "john..doe@example.com"])
def test_an_incomplete_email_address_is_a_span_that_is_not_valid(text: str) -> None:
    spans = grammar.personal_spans(slot("emergency_contact_email"), text, "en")
    assert [(span.valid, span.normalised) for span in spans] == [(False, None)]


@pytest.mark.parametrize(
    "name", ["emergency_contact_name", "emergency_contact_phone", "emergency_contact_email"]
)
def test_commands_have_no_personal_spans(name: str) -> None:
    for text in (
        "skip",
        "go back",
        "why do you ask?",
        "I don't know",
        "छोड़ो",
        "talk to a person",
        "cancel everything",
        "say that again",
        "that's all",
        "",
    ):
        assert grammar.personal_spans(slot(name), text, "en") == (), text


def test_other_questions_have_no_personal_spans() -> None:
    assert grammar.personal_spans(slot("site_name"), "Ramesh Kumar 9876543210", "en") == ()


def test_a_placeholder_is_the_value() -> None:
    assert (
        value_of("emergency_contact_name", "the contact is [REDACTED_NAME_2], call him")
        == "[REDACTED_NAME_2]"
    )
    assert value_of("emergency_contact_phone", "[REDACTED_PHONE]") == "[REDACTED_PHONE]"
    assert value_of("emergency_contact_email", "it is [REDACTED_EMAIL] ok") == "[REDACTED_EMAIL]"


def test_the_raw_value_is_never_taken() -> None:
    assert refused("emergency_contact_phone", "9876543210")
    assert refused("emergency_contact_name", "Ramesh Kumar")
    assert refused("emergency_contact_phone", "[REDACTED_NAME]")


def test_an_unusable_placeholder_is_refused_with_its_reason() -> None:
    found = parse("emergency_contact_phone", "[REDACTED_PHONE]", facts={"[REDACTED_PHONE]": False})
    assert isinstance(found, grammar.Unclear)
    assert "not complete" in found.reason


def test_two_placeholders_are_a_choice_and_the_same_twice_is_one() -> None:
    found = parse("emergency_contact_name", "[REDACTED_NAME] or [REDACTED_NAME_2]")
    assert isinstance(found, grammar.Ambiguous)
    assert [choice.value for choice in found.choices] == ["[REDACTED_NAME]", "[REDACTED_NAME_2]"]
    assert value_of("emergency_contact_name", "[REDACTED_NAME], yes [REDACTED_NAME]") == "[REDACTED_NAME]"
    both = parse(
        "emergency_contact_name", "[REDACTED_NAME] [REDACTED_NAME_2]", facts={"[REDACTED_NAME]": False}
    )
    assert isinstance(both, grammar.Understood)


@pytest.mark.parametrize(
    "name", ["emergency_contact_name", "emergency_contact_phone", "emergency_contact_email"]
)
def test_what_is_about_another_question_or_picks_a_button_is_no_personal_value(name: str) -> None:
    texts = [
        "keep", "hand_off", "more_questions", "yes", "no", "the first one", "change the number of floors to 5",
        "actually the area is 2000 sq m", "haan", "second", "the site has 12 guards", "please wait", "नहीं",
    ]  # fmt: skip
    for text in texts:
        assert grammar.personal_spans(slot(name), text, "en") == (), text


@pytest.mark.parametrize("text", ["ramesh(at)example(dot)com", "ramesh [at] example [dot] com"])
def test_obfuscated_addresses_are_found_whole(text: str) -> None:
    (span,) = grammar.personal_spans(slot("emergency_contact_email"), text, "en")
    assert (text[span.start : span.end], span.normalised) == (text, "ramesh@example.com")


def test_an_address_without_its_dot_is_found_and_not_valid() -> None:
    (span,) = grammar.personal_spans(slot("emergency_contact_email"), "ramesh at example com", "en")
    assert not span.valid


def test_roles_and_relations_stay_outside_a_name() -> None:
    text = "it would be best to contact Anil Kapoor, our senior electrician, and not my brother"
    assert _spans("emergency_contact_name", text) == ["Anil Kapoor"]
