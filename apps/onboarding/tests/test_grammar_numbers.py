"""Numbers, ranges and areas, as people say and type them."""

# ruff: noqa: E501 - tables of utterances read better in full lines

from decimal import Decimal
from typing import Any

import pytest

from apps.onboarding.flows import grammar
from apps.onboarding.flows.grammar.numbers import Number, read
from apps.onboarding.flows.words import hindi_numbers
from apps.onboarding.tests.flow_support import offered, parse, refused, slot, value_of


def _numbers(text: str, language: str = "en") -> list[Decimal]:
    return [item.value for item in read(text, language) if isinstance(item, Number)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("twenty five", 25), ("twenty-five", 25), ("one hundred and fifty", 150), ("a hundred", 100), ("1,50,000", 150_000),
        ("150,000", 150_000), ("1.5 lakh", 150_000), ("one and a half lakh", 150_000), ("two point five million", 2_500_000),
        ("2k", 2_000), ("2 cr", 20_000_000), ("two crore", 20_000_000), ("half a lakh", 50_000), ("a lakh and a half", 150_000),
        ("nineteen hundred", 1_900), ("five hundred thousand", 500_000), ("1 lakh 50 thousand", 150_000), ("a dozen", 12),
        ("two dozen", 24), ("half a dozen", 6), ("two thousand five hundred and twenty", 2_520), ("ninety nine", 99),
        ("three hundred sixty five", 365), ("twelve hundred", 1_200), ("seven lakh", 700_000), ("3.25 lakhs", 325_000),
        ("२०,०००", 20_000), ("२५", 25), ("पच्चीस", 25), ("pacchis", 25), ("pachees", 25), ("ढाई लाख", 250_000),
        ("डेढ़ लाख", 150_000), ("डेढ लाख", 150_000), ("sadhe teen sau", 350), ("साढ़े तीन सौ", 350), ("sava sau", 125),
        ("paune do sau", 175), ("do hazar paanch sau", 2_500), ("एक लाख पचास हज़ार", 150_000), ("सत्रह सौ पचास", 1_750),
        ("aadha lakh", 50_000), ("निन्यानवे", 99), ("ninyanave", 99), ("ekyavan", None), ("chalis", 40), ("chaalees", 40),
        ("बयालीस", 42), ("sattar", 70), ("तीन सौ पैंसठ", 365), ("das hazaar", 10_000), ("٢٥", 25), ("２５", 25),
    ],
)  # fmt: skip
def test_one_number_is_read_exactly(text: str, expected: int | None) -> None:
    assert _numbers(text) == ([] if expected is None else [Decimal(expected)])


def test_every_hindi_number_below_hundred_is_known_in_both_scripts() -> None:
    for script in (hindi_numbers.DEVANAGARI, hindi_numbers.ROMAN):
        assert len(script) == 100
        for index, row in enumerate(script):
            for word in row.split("/"):
                assert _numbers(word, "hi") == [Decimal(index)], word


def test_english_do_is_no_number_and_hindi_do_is() -> None:
    assert _numbers("we do have 5") == [Decimal(5)]
    assert _numbers("do manzil") == [Decimal(2)]


def test_two_numbers_stay_two() -> None:
    assert _numbers("20-25") == [Decimal(20), Decimal(25)]
    assert _numbers("20,25") == [Decimal(20), Decimal(25)]
    assert _numbers("5 and 6") == [Decimal(5), Decimal(6)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5", 5), ("five", 5), ("we have twelve floors", 12), ("there are 7 floors in the building", 7), ("it's got 3", 3),
        ("around 10 floors I think", 10), ("twenty five storeys", 25), ("G+4", 5), ("G + 4", 5), ("ground plus four", 5),
        ("ground + 3 floors", 4), ("ground floor and 3 upper floors", 4), ("ground floor only", 1), ("just one floor", 1), ("single storey", 1), ("double storey building", 2),
        ("पाँच", 5), ("पांच मंज़िलें हैं", 5), ("paanch manzil hai", 5), ("teen manzila", 3), ("bees", 20), ("do", 2),
        ("इमारत में 12 मंजिल हैं", 12), ("not 4 but 5", 5), ("5 not 4", 5), ("4, sorry, 5", 5), ("4 no wait 6", 6), ("4, I mean 5", 5), ("5 (five)", 5), ("total of 8 levels", 8),
        ("the building has 4 floors in total", 4), ("number of floors is 9", 9), ("हमारे यहाँ कुल सात मंजिलें हैं", 7), ("it is a 6 storey building", 6), ("6-storey", 6), ("just 2", 2), ("we've got about fifteen", 15),
        ("15 floors sir", 15), ("five please", 5), ("ok 5", 5), ("yes, 5 floors", 5), ("चार", 4), ("char manzil", 4), ("chhah", 6), ("5.", 5), ("5!", 5), ("  5  ", 5), ("05", 5), ("1 floor", 1), ("one", 1),
    ],
)  # fmt: skip
def test_floors_are_understood(text: str, expected: int) -> None:
    assert value_of("floors", text) == expected


@pytest.mark.parametrize(
    ("text", "choices"),
    [
        ("20 or maybe 50", [20, 50]), ("20-25", [20, 25]), ("5 elephants", [5]), ("5 or 6", [5, 6]), ("maybe 5", [5]), ("5?", [5]),
        ("between 5 and 7", [5, 7]), ("paanch ya chhah", [5, 6]), ("one fifty", [150]), ("at least 5", [5]), ("more than 10", [10]), ("5 except the basement", [5]), ("4 per block", [4]), ("5 plus mezzanine", [5]), ("शायद पाँच", [5]), ("5 floors in tower A and 7 in tower B", [5, 7]), ("not more than 5", [5]),
    ],
)  # fmt: skip
def test_doubtful_floors_are_offered_and_never_taken(text: str, choices: list[int]) -> None:
    assert offered("floors", text) == choices


@pytest.mark.parametrize(
    "text",
    ["many", "a few", "-3", "minus three", "2.5", "two and a half", "200", "0", "zero", "none", "a lot of floors", "tall", "कई", "हाँ", "the red one is nice", "one thousand", "1e5", "NaN", "inf", "??"],
)  # fmt: skip
def test_no_plausible_number_of_floors_is_refused(text: str) -> None:
    assert not isinstance(parse("floors", text), grammar.Understood)


def test_the_range_is_told_when_a_number_is_outside() -> None:
    found = parse("floors", "200")
    assert isinstance(found, grammar.Unclear)
    assert "1" in found.reason
    assert "150" in found.reason


def test_a_fraction_is_asked_again_and_not_rounded() -> None:
    assert refused("floors", "2.5")
    assert refused("area", "1000.123 sq ft")
    assert value_of("area", "1000.12 sq ft") == {"value": 1000.12, "unit": "sq_ft"}


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("20-25", 20, 25), ("20 - 25", 20, 25), ("20 to 25", 20, 25), ("between ten and fifteen", 10, 15), ("from 50 to 60 people", 50, 60),
        ("100", 100, 100), ("about 300 per day", 300, 300), ("2-3 thousand", 2_000, 3_000), ("1.5k to 2k", 1_500, 2_000), ("20 se 25 log", 20, 25),
        ("20 से 25", 20, 25), ("बीस से पच्चीस लोग", 20, 25), ("up to 50", 0, 50), ("less than 40", 0, 40), ("not more than 30", 0, 30), ("at most 20", 0, 20), ("none", 0, 0), ("nobody", None, None),
        ("roughly 40–50 visitors daily", 40, 50), ("somewhere between 100 and 150 visitors", 100, 150), ("5 lakh", None, None), ("we get around 80 guests a day", 80, 80), ("1,000 to 1,500", 1_000, 1_500), ("हर दिन सौ लोग", 100, 100), ("roz 50 log aate hain", 50, 50), ("500 daily", 500, 500),
        ("twenty to thirty", 20, 30), ("20 till 30", 20, 30), ("anywhere from 20 to 30", 20, 30), ("50 to 60 on a usual day", 50, 60), ("it is between 20 to 30", 20, 30), ("10 के बीच 20", None, None), ("bees se tees", 20, 30), ("around 40 people visit every day", 40, 40), ("20 ~ 30", 20, 30), ("0", 0, 0), ("दो सौ तक", 0, 200), ("50 tak", 0, 50),
    ],
)  # fmt: skip
def test_visitors_keep_both_ends_of_a_range(text: str, low: int | None, high: int | None) -> None:
    found = value_of("visitor_volume", text)
    if low is None:
        assert not isinstance(found, dict)
    else:
        assert found == {"low": low, "high": high}


@pytest.mark.parametrize(
    "text", ["500 a month", "50 per week", "10 an hour", "more than 100", "at least 50", "100+", "25 to 20", "many", "20 or 30", "maybe 50", "per month 500"]
)  # fmt: skip
def test_visitors_with_another_period_or_an_open_end_are_asked_again(text: str) -> None:
    assert not isinstance(parse("visitor_volume", text), grammar.Understood)


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("1.5 lakh sq ft", 150_000, "sq_ft"), ("1.5lakh sqft", 150_000, "sq_ft"), ("25000 sq. ft.", 25_000, "sq_ft"), ("25,000 square feet", 25_000, "sq_ft"),
        ("it's about two thousand square metres", 2_000, "sq_m"), ("2000 sq m", 2_000, "sq_m"), ("2000 sqm", 2_000, "sq_m"), ("2000 m2", 2_000, "sq_m"), ("2000 m²", 2_000, "sq_m"),
        ("3.5 acres", 3.5, "acre"), ("two acres", 2, "acre"), ("1 hectare", 1, "hectare"), ("500 gaj", 500, "sq_yd"), ("500 square yards", 500, "sq_yd"),
        ("ढाई लाख वर्ग फुट", 250_000, "sq_ft"), ("दो हज़ार वर्ग मीटर", 2_000, "sq_m"), ("5 एकड़", 5, "acre"), ("dedh lakh sq ft", 150_000, "sq_ft"), ("pachas hazar square feet", 50_000, "sq_ft"),
        ("2 crore sq ft", 20_000_000, "sq_ft"), ("around 1200 sqm in total", 1_200, "sq_m"), ("the site is spread over 40,000 sq ft", 40_000, "sq_ft"), ("twenty five thousand square feet", 25_000, "sq_ft"),
        ("total area is 50000 sft", 50_000, "sq_ft"), ("one lac square feet", 100_000, "sq_ft"), ("one and a half lakh square feet", 150_000, "sq_ft"), ("area 1800 sq mtr", 1_800, "sq_m"), ("10k sq ft", 10_000, "sq_ft"), ("it has a built up area of 75,000 square feet", 75_000, "sq_ft"), ("2500 square meters approximately", 2_500, "sq_m"), ("1,50,000 sq ft", 150_000, "sq_ft"), ("one hundred twenty thousand sq ft", 120_000, "sq_ft"),
    ],
)  # fmt: skip
def test_an_area_keeps_its_unit(text: str, value: float, unit: str) -> None:
    assert value_of("area", text) == {"value": value, "unit": unit}


def test_an_area_without_a_unit_offers_both_units() -> None:
    assert offered("area", "1.5 lakh") == [
        {"value": 150_000, "unit": "sq_ft"},
        {"value": 150_000, "unit": "sq_m"},
    ]


@pytest.mark.parametrize(
    "text",
    ["200 x 100 feet", "200 by 100 ft", "5 sq ft", "big", "sq ft", "-500 sq ft", "10000 to 12000 sq ft", "2000 sq m or 2500 sq m", "50 km", "10 sq km", "2 to 3 lakh sq ft", "more than 5000 sq ft", "a few thousand sq ft", "2000 sq m plus parking", "5 lakh crore sq ft"],
)  # fmt: skip
def test_an_unclear_area_is_never_taken(text: str) -> None:
    assert not isinstance(parse("area", text), grammar.Understood)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("guards_per_shift", "4 guards per shift", 4), ("guards_per_shift", "we need four guards in each shift", 4), ("guards_per_shift", "har shift mein 6 guard", 6), ("guards_per_shift", "छह गार्ड", 6), ("guards_per_shift", "ten security guards", 10), ("guards_per_shift", "8 personnel on duty", 8),
        ("entrances", "3 gates", 3), ("entrances", "one main entrance", 1), ("entrances", "two", 2), ("entrances", "तीन दरवाज़े", 3), ("entrances", "there are 4 entry points", 4),
        ("meter_count", "3", 3), ("meter_count", "5 meters in all", 5), ("cctv_cameras", "48 cameras", 48), ("cctv_cameras", "around 120 cctv cameras", 120), ("beds", "a 250 bedded hospital", 250), ("beds", "300 beds", 300), ("loading_docks", "none", 0), ("loading_docks", "no docks", 0), ("loading_docks", "six loading bays", 6), ("vehicle_gates", "2 gates for vehicles", 2), ("armed_guard_count", "two of them", 2),
    ],
)  # fmt: skip
def test_other_counts_are_understood(name: str, text: str, expected: int) -> None:
    assert value_of(name, text) == expected


@pytest.mark.parametrize(
    "text", ["2 per gate", "4 in the day and 2 at night", "2 guards at each gate", "4 or 5"]
)
def test_guards_counted_by_something_else_are_asked_again(text: str) -> None:
    assert not isinstance(parse("guards_per_shift", text), grammar.Understood)


@pytest.mark.parametrize("name", ["floors", "area", "visitor_volume"])
def test_booleans_and_foreign_types_are_no_numbers(name: str) -> None:
    foreign: list[Any] = [
        True,
        None,
        "5",
        [],
        {},
        {"value": "5", "unit": "sq_ft"},
        float("nan"),
        float("inf"),
    ]
    for value in foreign:
        assert grammar.check(slot(name), value, "en") is not None


@pytest.mark.parametrize(
    ("name", "text"),
    [("area", "1200 sq ft per floor"), ("visitor_volume", "a couple of hundred"), ("floors", "basement plus ground plus 5"), ("floors", "we occupy the 4th floor"), ("floors", "block 5"), ("guards_per_shift", "12 guards in three shifts"), ("visitor_volume", "weekdays 50 weekends 200")],
)  # fmt: skip
def test_numbers_that_count_something_else_are_asked_back(name: str, text: str) -> None:
    assert not isinstance(parse(name, text), grammar.Understood)
