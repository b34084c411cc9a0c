"""Choices, lists of choices, counted things, yes and no, and free text."""

# ruff: noqa: E501 - tables of utterances read better in full lines

from typing import Any

import pytest

from apps.onboarding.flows import grammar
from apps.onboarding.tests.flow_support import offered, parse, refused, value_of


@pytest.mark.parametrize(
    ("name", "expected", "texts"),
    [
        ("site_type", "office", ["office", "it's an office building", "Corporate office", "an IT park", "ऑफिस", "दफ्तर", "daftar hai", "offce", "a tech park in Bangalore", "it is our head office"]),
        ("site_type", "retail", ["shopping mall", "a supermarket", "दुकान", "retail store", "it's a shop", "showroom", "dukaan"]),
        ("site_type", "warehouse", ["warehouse", "godown", "ware house", "गोदाम", "a logistics park", "distribution center", "wearhouse", "it's a big warehouse", "cold storage"]),
        ("site_type", "factory", ["factory", "manufacturing plant", "कारखाना", "fectory", "a production unit", "karkhana", "chemical plant"]),
        ("site_type", "hospital", ["hospital", "hospitl", "nursing home", "अस्पताल", "it is a clinic", "aspatal", "multispeciality hospital"]),
        ("site_type", "residential", ["housing society", "gated community", "apartments", "residential complex", "सोसाइटी", "a residential tower"]),
        ("site_type", "school", ["school", "college", "it's a university campus", "स्कूल", "engineering college"]),
        ("site_type", "data_centre", ["data centre", "data center", "datacenter", "डेटा सेंटर"]),
        ("site_type", "bank", ["bank branch", "ATM", "बैंक"]),
        ("site_type", "factory", ["not a warehouse, a factory", "warehouse, no sorry, factory", "it's not an office but a factory"]),
        ("site_type", "other", ["something else", "other"]),
        ("shift_pattern", "three_8h", ["three shifts", "3 shifts", "8h x 3", "three shifts of eight hours", "8 hour shifts", "8 hours each", "तीन शिफ्ट", "teen shift", "3x8", "eight hours", "aath ghante ki teen shift"]),
        ("shift_pattern", "two_12h", ["two shifts", "12 hours", "12h x 2", "day and night", "two 12 hour shifts", "दो शिफ्ट", "do shift", "barah ghante", "12 hour shifts please", "2 shifts of 12 hours", "दिन और रात"]),
        ("shift_pattern", "day_only", ["day only", "only during the day", "day shift", "general shift", "सिर्फ़ दिन", "sirf din mein", "days only"]),
        ("shift_pattern", "night_only", ["night only", "only at night", "night shift only", "सिर्फ़ रात", "sirf raat ko", "nights only"]),
        ("visitor_management", "paper_register", ["paper register", "in a register", "we use a logbook", "manually", "रजिस्टर में"]),
        ("visitor_management", "digital_system", ["a digital system", "with an app", "on a tablet", "software"]),
        ("visitor_management", "badge", ["badges", "visitor pass", "we give them a badge"]),
        ("visitor_management", "no_process", ["not at all", "they are not registered", "no process"]),
    ],
)  # fmt: skip
def test_a_choice_is_found_by_label_synonym_or_misspelling(
    name: str, expected: str, texts: list[str]
) -> None:
    assert {text: value_of(name, text) for text in texts} == dict.fromkeys(texts, expected)


@pytest.mark.parametrize(
    ("name", "text", "choices"),
    [
        ("site_type", "office or warehouse", ["office", "warehouse"]), ("site_type", "maybe a school", ["school"]), ("site_type", "a factory with a warehouse", ["factory", "warehouse"]), ("site_type", "hospital and hotel", ["hospital", "hotel"]), ("site_type", "office and something with planes", ["office"]),
    ],
)  # fmt: skip
def test_a_doubtful_choice_is_offered(name: str, text: str, choices: list[str]) -> None:
    assert offered(name, text) == choices


@pytest.mark.parametrize(
    "text", ["spaceship", "not a warehouse", "big", "yes", "5", "the usual", "bahut bada", "xyz"]
)
def test_an_unknown_choice_is_never_taken(text: str) -> None:
    assert not isinstance(parse("site_type", text), grammar.Understood)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("risks", "theft and fire", ["theft", "fire"]), ("risks", "fire, theft", ["theft", "fire"]), ("risks", "theft, fire, no flooding", ["theft", "fire"]), ("risks", "we worry about theft mostly", ["theft"]), ("risks", "mainly burglary and trespassing", ["theft", "unauthorised_entry"]), ("risks", "none", ["none"]), ("risks", "nothing in particular", ["none"]), ("risks", "no risks", ["none"]), ("risks", "chori aur aag", ["theft", "fire"]), ("risks", "चोरी, आग और बाढ़", ["theft", "fire", "flooding"]), ("risks", "power cuts & water logging", ["flooding", "power_failure"]), ("risks", "crowds during festivals, theft at night", ["theft", "crowd"]), ("risks", "कोई नहीं", ["none"]), ("risks", "vandalizm", ["vandalism"]), ("risks", "there has been some pilferage", ["theft"]), ("risks", "theft but not fire", ["theft"]), ("risks", "gas leaks, chemical spills", ["hazardous_materials"]), ("risks", "1. theft 2. fire", ["theft", "fire"]), ("risks", "intruders", ["unauthorised_entry"]),
        ("meters", "electricity and water but no gas", ["electricity", "water"]), ("meters", "electric, dg and water", ["electricity", "water", "diesel_generator"]), ("meters", "बिजली और पानी", ["electricity", "water"]), ("meters", "all of them", ["electricity", "water", "gas", "diesel_generator"]), ("meters", "everything except gas", ["electricity", "water", "diesel_generator"]), ("meters", "all but gas", ["electricity", "water", "diesel_generator"]), ("meters", "none of these", ["none"]), ("meters", "only power", ["electricity"]), ("meters", "bijli, pani, gas", ["electricity", "water", "gas"]), ("meters", "electricity meter, water meter and a generator", ["electricity", "water", "diesel_generator"]), ("meters", "2 electricity meters and one water meter", ["electricity", "water"]), ("meters", "सभी", ["electricity", "water", "gas", "diesel_generator"]), ("meters", "just the water meter please", ["water"]), ("meters", "gas nahi, bijli aur pani", ["electricity", "water"]), ("meters", "we have electricity, water and gas", ["electricity", "water", "gas"]), ("meters", "kuch nahi", ["none"]), ("meters", "गैस नहीं है, बाकी सब", ["electricity", "water", "diesel_generator"]), ("risks", "कुछ खास नहीं", ["none"]), ("meters", "no meters", ["none"]),
    ],
)  # fmt: skip
def test_several_choices_are_found_and_denied_ones_left_out(
    name: str, text: str, expected: list[str]
) -> None:
    assert value_of(name, text) == expected


@pytest.mark.parametrize(
    ("name", "text"),
    [("risks", "theft and aliens"), ("risks", "theft or fire"), ("meters", "electricity or gas"), ("meters", "electricity and solar"), ("meters", "maybe water"), ("risks", "dragons"), ("meters", "no gas"), ("meters", "5"), ("risks", "none and theft")],
)  # fmt: skip
def test_a_list_with_something_unknown_is_never_taken_in_silence(name: str, text: str) -> None:
    assert not isinstance(parse(name, text), grammar.Understood)


def _items(**counts: int) -> list[dict[str, Any]]:
    return [{"item": item, "count": count} for item, count in counts.items()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2 lifts, 1 generator and 4 fire extinguishers", _items(lift=2, diesel_generator=1, fire_extinguisher=4)),
        ("two lifts and a generator", _items(lift=2, diesel_generator=1)),
        ("we have three elevators, two DG sets and ten extinguishers", _items(lift=3, diesel_generator=2, fire_extinguisher=10)),
        ("lifts 2, generators 1", _items(lift=2, diesel_generator=1)),
        ("lifts: 2; chillers: 3", _items(lift=2, chiller=3)),
        ("2 x lifts + 1 x transformer", _items(lift=2, transformer=1)),
        ("do lift aur teen agnishamak", _items(lift=2, fire_extinguisher=3)),
        ("2 लिफ्ट, 1 जनरेटर और 4 अग्निशामक", _items(lift=2, diesel_generator=1, fire_extinguisher=4)),
        ("दो लिफ्ट और एक जनरेटर", _items(lift=2, diesel_generator=1)),
        ("one escalator", _items(escalator=1)), ("an elevator and a UPS", _items(lift=1, ups=1)), ("a dozen fire extinguishers", _items(fire_extinguisher=12)),
        ("3 pizza ovens and one elevator", [{"item": "pizza ovens", "count": 3}, {"item": "lift", "count": 1}]),
        ("no. of lifts: 2, no. of pumps: 3", _items(lift=2, water_pump=3)),
        ("2 lifts 1 generator 4 fire extinguishers", _items(lift=2, diesel_generator=1, fire_extinguisher=4)),
        ("there are 2 passenger lifts and there is 1 service elevator", None), ("none", []), ("nothing", []), ("kuch nahi", []),
        ("2 lifts and no generator", _items(lift=2)), ("5 ACs and 2 water pumps", _items(air_conditioner=5, water_pump=2)), ("2 elevetors", _items(lift=2)), ("20 cctv cameras, 1 boom barrier", _items(cctv_camera=20, boom_barrier=1)), ("lift - 2, dg - 1", _items(lift=2, diesel_generator=1)), ("ek lift", _items(lift=1)),
    ],
)  # fmt: skip
def test_counted_things_are_found(text: str, expected: list[dict[str, Any]] | None) -> None:
    found = value_of("assets", text)
    assert found == expected if expected is not None else not isinstance(found, list)


@pytest.mark.parametrize(
    "text",
    ["lifts and fire extinguishers", "some lifts", "2 or 3 lifts", "2.5 lifts", "two hundred", "lots of pumps", "many", "lifts", "0 lifts", "2 3 lifts", "10000 lifts", "2 lifts maybe 3"],
)  # fmt: skip
def test_things_without_a_sure_count_are_asked_again(text: str) -> None:
    assert not isinstance(parse("assets", text), grammar.Understood)


def test_the_missing_count_is_named() -> None:
    found = parse("assets", "2 lifts and fire extinguishers")
    assert isinstance(found, grammar.Unclear)
    assert "fire extinguishers" in found.reason


YES = [
    "yes",
    "Yes please",
    "yeah",
    "yep",
    "sure",
    "of course",
    "we do",
    "yes we do",
    "haan",
    "haan ji",
    "हाँ",
    "हां",
    "जी हाँ",
    "जी",
    "bilkul",
    "ji haan",
    "absolutely",
    "that's right",
    "yes, there are cameras",
    "we have cameras",
    "there are 20 of them, yes",
    "cameras hain",
    "कैमरे लगे हैं",
    "yup!",
    "certainly",
    "ok",
    "definitely yes",
    "y",
    "we have CCTV everywhere",
    "हाँ जी, हैं",
    "it's fully covered by cctv, yes",
]
NO = [
    "no",
    "nope",
    "not really",
    "no we don't",
    "we don't have any",
    "nahi",
    "nahin",
    "नहीं",
    "जी नहीं",
    "nahi hai",
    "there are no cameras",
    "not yet",
    "of course not",
    "no cameras",
    "without cameras",
    "none",
    "no, not at all",
    "there aren't any",
    "not at the moment",
    "nahi ji",
    "कोई कैमरा नहीं है",
    "bilkul nahi",
    "No.",
    "n",
    "never",
    "not needed",
    "negative",
]
UNSURE = [
    "maybe",
    "perhaps",
    "depends",
    "sometimes",
    "yes and no",
    "blue",
    "5",
    "half of them",
    "no idea",
    "why?",
    "yes or no?",
    "शायद",
    "pata nahi",
    "both",
]


@pytest.mark.parametrize(("expected", "texts"), [(True, YES), (False, NO)])
def test_yes_and_no_have_many_words(expected: bool, texts: list[str]) -> None:
    assert {text: value_of("cctv", text) for text in texts} == dict.fromkeys(texts, expected)


@pytest.mark.parametrize("text", UNSURE)
def test_neither_yes_nor_no_is_refused(text: str) -> None:
    assert refused("cctv", text)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("site_name", "Green Valley Tower", "Green Valley Tower"), ("site_name", "The site is called Green Valley Tower.", "Green Valley Tower"), ("site_name", "it's called Orion Mall", "Orion Mall"), ("site_name", "site name is Prestige Tech Park", "Prestige Tech Park"), ("site_name", "007 House", "007 House"), ("site_name", "  Acme   HQ ", "Acme HQ"), ("site_name", "साइट का नाम है ग्रीन वैली", "ग्रीन वैली"), ("site_name", "iska naam Shanti Niketan hai", "Shanti Niketan"), ("site_name", "The Grand", "The Grand"), ("site_name", "\"Blue Ridge\"", "Blue Ridge"), ("site_name", "name: Tower 7", "Tower 7"), ("site_name", "the name of the site is Alpha One", "Alpha One"),
        ("city", "Pune", "Pune"), ("city", "it's in Pune", "Pune"), ("city", "New Delhi", "New Delhi"), ("city", "in the city of Jaipur", "Jaipur"), ("city", "पुणे", "पुणे"), ("city", "the city is Navi Mumbai", "Navi Mumbai"), ("city", "It is in Kolkata.", "Kolkata"), ("city", "we are based in Hyderabad", "Hyderabad"), ("city", "Indore", "Indore"),
        ("address", "12 MG Road, near City Mall, 2nd floor", "12 MG Road, near City Mall, 2nd floor"), ("address", "the address is 0042 Park Street", "0042 Park Street"), ("address", "it's at Plot 7, Sector 62, Noida", "Plot 7, Sector 62, Noida"), ("address", "पता है 12 एमजी रोड", "12 एमजी रोड"),
        ("notes", "Please use gate 2 after 8 pm.", "Please use gate 2 after 8 pm."), ("notes", "line one\nline two", "line one\nline two"), ("site_name", "Zero\u200bWidth \u202eTower", "ZeroWidth Tower"),
    ],
)  # fmt: skip
def test_free_text_keeps_what_was_said_without_the_words_around_it(
    name: str, text: str, expected: str
) -> None:
    assert value_of(name, text) == expected


@pytest.mark.parametrize("text", ["no", "-", "?", "x", "none", "...", "nothing", "a" * 200, "\u200b\u200b"])
def test_no_real_text_is_refused(text: str) -> None:
    assert refused("site_name", text)


@pytest.mark.parametrize(
    ("name", "text"),
    [("assets", "a pair of lifts"), ("assets", "10 fire extinguishers of 5 kg"), ("assets", "four passenger lifts and two service lifts"), ("site_type", "hospitel"), ("cctv", "being installed next month"), ("risks", "theft and stray dogs")],
)  # fmt: skip
def test_what_could_be_misread_is_asked_back(name: str, text: str) -> None:
    assert not isinstance(parse(name, text), grammar.Understood)


def test_nouns_may_stand_before_their_numbers() -> None:
    assert value_of("assets", "lift 2 generator 1") == _items(lift=2, diesel_generator=1)
    assert value_of("assets", "lift 2 nos, dg 1 no") == _items(lift=2, diesel_generator=1)
