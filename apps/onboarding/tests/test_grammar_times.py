"""Opening hours, lengths of time, days and dates."""

# ruff: noqa: E501 - tables of utterances read better in full lines

from typing import Any

import pytest

from apps.onboarding.flows import grammar
from apps.onboarding.tests.flow_support import offered, parse, refused, value_of

ALL_DAY = {"from": "00:00", "to": "24:00"}


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("9 to 6", "09:00", "18:00"), ("9-6", "09:00", "18:00"), ("9am-9pm", "09:00", "21:00"), ("9 am to 9 pm", "09:00", "21:00"), ("9 a.m. to 6 p.m.", "09:00", "18:00"), ("9AM - 6PM", "09:00", "18:00"),
        ("0600 hrs to 1800 hrs", "06:00", "18:00"), ("0600-1800", "06:00", "18:00"), ("06:00 to 22:00", "06:00", "22:00"), ("9:30 to 18:00", "09:30", "18:00"), ("from nine in the morning until six in the evening", "09:00", "18:00"), ("half past eight to six", "08:30", "18:00"),
        ("half past eight to quarter to seven", "08:30", "18:45"), ("quarter past nine to five thirty", "09:15", "17:30"), ("nine thirty to five thirty", "09:30", "17:30"), ("9.30 to 6.30", "09:30", "18:30"), ("8 to 8", "08:00", "20:00"), ("10 to 7", "10:00", "19:00"), ("7 to 7", "07:00", "19:00"), ("7 to 3", "07:00", "15:00"),
        ("we open at 8 and close at 8", "08:00", "20:00"), ("opens at 10am closes at 10pm", "10:00", "22:00"), ("10pm to 6am", "22:00", "06:00"), ("noon to midnight", "12:00", "24:00"), ("12 noon to 8 pm", "12:00", "20:00"), ("6am to midnight", "06:00", "24:00"), ("eighteen hundred to oh six hundred hours", "18:00", "06:00"), ("nine o'clock to six o'clock", "09:00", "18:00"),
        ("subah 9 baje se raat 8 baje", "09:00", "20:00"), ("subah 9 baje se raat 8 baje tak", "09:00", "20:00"), ("सुबह नौ बजे से रात आठ बजे तक", "09:00", "20:00"), ("सुबह 9 से शाम 6", "09:00", "18:00"), ("subah nau se shaam chhe", "09:00", "18:00"), ("साढ़े नौ बजे से साढ़े छह बजे", "09:30", "18:30"), ("sadhe nau se sadhe chhe", "09:30", "18:30"), ("sava nau baje se paune saat baje tak", "09:15", "18:45"), ("सुबह १० बजे से शाम ७ बजे तक", "10:00", "19:00"), ("dopahar 12 baje se raat 10 baje", "12:00", "22:00"),
        ("9 to 6pm", "09:00", "18:00"), ("9am to 6", "09:00", "18:00"), ("8:00 AM till 5:00 PM", "08:00", "17:00"), ("between 9 and 5", "09:00", "17:00"), ("office hours are 9 to 5", "09:00", "17:00"), ("10 in the morning to 10 at night", "10:00", "22:00"), ("from 7am until 11pm every day", "07:00", "23:00"), ("9 a.m. to 6 p.m. Monday to Friday", "09:00", "18:00"), ("we work 9 to 6", "09:00", "18:00"), ("eight thirty am to five pm", "08:30", "17:00"), ("08.00 - 17.30", "08:00", "17:30"), ("22:00 to 06:00", "22:00", "06:00"), ("9h to 18h", "09:00", "18:00"), ("6 in the morning till 2 in the afternoon", "06:00", "14:00"), ("रात 10 बजे से सुबह 6 बजे", "22:00", "06:00"), ("raat das baje se subah chhe baje", "22:00", "06:00"), ("it opens at nine and closes at six", "09:00", "18:00"), ("9 am through 6 pm", "09:00", "18:00"), ("7:30 am to 4:15 pm", "07:30", "16:15"), ("12 pm to 9 pm", "12:00", "21:00"), ("12 am to 6 am", "00:00", "06:00"), ("ten to seven thirty", "10:00", "19:30"),
    ],
)  # fmt: skip
def test_opening_hours_are_understood(text: str, start: str, end: str) -> None:
    assert value_of("operating_hours", text) == {"from": start, "to": end}


@pytest.mark.parametrize(
    "text",
    ["24x7", "24 x 7", "24/7", "24*7", "round the clock", "around the clock", "24 hours", "we are open 24 hours a day", "twenty four hours", "twenty four seven", "day and night", "always open", "चौबीसों घंटे", "24 घंटे खुला", "din raat", "chaubees ghante", "it never closes", "open all the time", "24 hrs", "24×7"],
)  # fmt: skip
def test_round_the_clock_has_many_names(text: str) -> None:
    assert value_of("operating_hours", text) == ALL_DAY


@pytest.mark.parametrize(
    ("text", "choices"),
    [
        ("6 to 10", [("06:00", "10:00"), ("06:00", "22:00")]),
        ("2 to 10", [("02:00", "10:00"), ("14:00", "22:00")]),
        ("9 to 12", [("09:00", "12:00"), ("09:00", "24:00")]),
    ],
)
def test_hours_with_two_plausible_readings_offer_both(text: str, choices: list[tuple[str, str]]) -> None:
    assert offered("operating_hours", text) == [{"from": start, "to": end} for start, end in choices]


@pytest.mark.parametrize(
    "text",
    ["8", "from 9", "morning", "25 to 30", "early to late", "9 or 10 to 6", "9 to 6 or 7", "9 to 6 except lunch", "9:75 to 10", "open", "maybe 9 to 6", "9 to 1 and 2 to 6", "9 to 6, Saturday 10 to 2", "it depends", "usually morning till evening", "30 minutes", "9am to 9am"],
)  # fmt: skip
def test_unclear_hours_are_never_taken(text: str) -> None:
    assert not isinstance(parse("operating_hours", text), grammar.Understood)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("every 30 minutes", 30), ("30 min", 30), ("half an hour", 30), ("every half hour", 30), ("2 hours", 120), ("every two hours", 120), ("hourly", 60), ("every hour", 60), ("once an hour", 60), ("once every hour", 60), ("twice an hour", 30), ("an hour and a half", 90), ("one and a half hours", 90), ("1.5 hours", 90), ("1h30m", 90), ("1 hour 30 minutes", 90), ("90 mins", 90), ("45 minutes", 45), ("quarter of an hour", 15), ("three quarters of an hour", 45), ("every 2 hrs", 120), ("four times a day", 360), ("three times an hour", 20),
        ("हर 30 मिनट", 30), ("हर आधे घंटे", 30), ("aadhe ghante", 30), ("har do ghante", 120), ("dedh ghante", 90), ("डेढ़ घंटे", 90), ("ढाई घंटे में", 150), ("ek ghanta", 60), ("har ghante", 60), ("teen ghante mein ek baar", 180), ("pandrah minute", 15), ("every fifteen minutes", 15), ("30", 30), ("45", 45), ("2", 120), ("one hour", 60), ("a patrol every 3 hours", 180), ("after every 20 minutes", 20), ("guards should go every 40 minutes", 40), ("two and a half hours", 150), ("once in two hours", 120), ("every sixty minutes", 60), ("half-hourly", 30),
    ],
)  # fmt: skip
def test_patrol_intervals_are_understood(text: str, minutes: int) -> None:
    assert value_of("patrol_interval", text) == {"minutes": minutes}


@pytest.mark.parametrize(
    ("text", "choices"), [("12", [12, 720]), ("every 2 to 3 hours", [120, 180]), ("30 or 45 minutes", [30, 45]), ("10", [10, 600]), ("2-3 hours", [120, 180])]
)  # fmt: skip
def test_doubtful_intervals_are_offered(text: str, choices: list[int]) -> None:
    assert offered("patrol_interval", text) == [{"minutes": minutes} for minutes in choices]


@pytest.mark.parametrize(
    "text",
    [
        "often",
        "2 minutes",
        "3 days",
        "at night",
        "regularly",
        "1000 hours",
        "sometimes",
        "100 seconds",
        "0.5 minutes",
        "never",
        "-30 minutes",
    ],
)
def test_unclear_intervals_are_refused(text: str) -> None:
    assert not isinstance(parse("patrol_interval", text), grammar.Understood)


WEEK = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Monday to Saturday", WEEK[:6]), ("mon-fri", WEEK[:5]), ("Mon to Fri", WEEK[:5]), ("weekdays", WEEK[:5]), ("weekdays only", WEEK[:5]), ("weekends", WEEK[5:]), ("all days", WEEK), ("every day", WEEK), ("daily", WEEK), ("seven days a week", WEEK), ("7 days", WEEK), ("all days except Sunday", WEEK[:6]), ("every day but not on sunday", WEEK[:6]), ("closed on sundays", WEEK[:6]), ("sunday closed", WEEK[:6]), ("sunday off", WEEK[:6]), ("monday to saturday, sunday closed", WEEK[:6]), ("Monday through Friday and Saturday", WEEK[:6]), ("weekdays and saturday", WEEK[:6]), ("tue, thu and sat", ["tue", "thu", "sat"]), ("Monday, Wednesday and Friday", ["mon", "wed", "fri"]), ("saturday and sunday are off", WEEK[:5]), ("sat to wed", ["mon", "tue", "wed", "sat", "sun"]),
        ("सोमवार से शनिवार", WEEK[:6]), ("सोमवार से शुक्रवार तक", WEEK[:5]), ("रविवार बंद", WEEK[:6]), ("रविवार छोड़कर सभी दिन", WEEK[:6]), ("रविवार को छुट्टी", WEEK[:6]), ("हर दिन", WEEK), ("रोज़", WEEK), ("sombar", None), ("somvar se shanivar", WEEK[:6]), ("ravivar band", WEEK[:6]), ("har din", WEEK), ("roz", WEEK), ("ravivar ko chhodkar roz", WEEK[:6]), ("itwar ki chhutti", WEEK[:6]), ("we are open Monday to Saturday", WEEK[:6]), ("we work all week", WEEK), ("24x7", WEEK), ("no weekly off", WEEK), ("mondays to thursdays", WEEK[:4]), ("only Sunday", ["sun"]), ("closed on Sunday, open Monday to Saturday", WEEK[:6]), ("all days of the week", WEEK), ("from monday till friday", WEEK[:5]), ("every day except saturday and sunday", WEEK[:5]), ("Monday - Saturday", WEEK[:6]), ("weekly off is Tuesday", ["mon", "wed", "thu", "fri", "sat", "sun"]),
    ],
)  # fmt: skip
def test_opening_days_are_understood(text: str, days: list[str] | None) -> None:
    found = value_of("operating_days", text)
    assert found == days if days is not None else not isinstance(found, list)


@pytest.mark.parametrize(
    "text", ["six days a week", "5 days", "alternate saturdays", "first and third saturday", "saturday or sunday", "sometimes", "monday to", "most days", "maybe monday"]
)  # fmt: skip
def test_unclear_days_are_never_taken(text: str) -> None:
    found = parse("operating_days", text)
    assert not isinstance(found, grammar.Understood) or found.value == ["mon"]


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("15 August 2030", "2030-08-15"), ("15th August 2030", "2030-08-15"), ("August 15, 2030", "2030-08-15"), ("the fifteenth of August", "2030-08-15"), ("1st of April", "2030-04-01"), ("April 1", "2030-04-01"), ("first april", "2030-04-01"), ("twenty first of june", "2030-06-21"), ("june twenty first", "2030-06-21"), ("2030-05-01", "2030-05-01"), ("25/12/2030", "2030-12-25"), ("25-12-30", "2030-12-25"), ("25.12.2030", "2030-12-25"), ("05/05/2030", "2030-05-05"), ("tomorrow", "2030-03-14"), ("today", "2030-03-13"), ("day after tomorrow", "2030-03-15"), ("in two weeks", "2030-03-27"), ("in 10 days", "2030-03-23"), ("after a month", "2030-04-13"), ("a week from today", "2030-03-20"), ("this friday", "2030-03-15"), ("on Monday", "2030-03-18"), ("1 January", "2031-01-01"), ("1 jan", "2031-01-01"), ("we start on 1 June 2030", "2030-06-01"), ("first of next month", "2030-04-01"), ("the 5th of next month", "2030-04-05"), ("Dec 31st", "2030-12-31"), ("10 may twenty thirty one", "2031-05-10"),
        ("15 अगस्त", "2030-08-15"), ("15 अगस्त 2030", "2030-08-15"), ("पंद्रह अगस्त", "2030-08-15"), ("कल", "2030-03-14"), ("कल से", "2030-03-14"), ("परसों", "2030-03-15"), ("das din baad", "2030-03-23"), ("do hafte baad", "2030-03-27"), ("दो हफ्ते बाद", "2030-03-27"), ("1 april se", "2030-04-01"), ("20 march ko", "2030-03-20"), ("२० मार्च", "2030-03-20"), ("kal", "2030-03-14"), ("somvar se", "2030-03-18"), ("March 13", "2030-03-13"),
    ],
)  # fmt: skip
def test_dates_are_understood(text: str, date: str) -> None:
    assert value_of("go_live_date", text) == date


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("05/06/2030", ["2030-06-05", "2030-05-06"]), ("next Monday", ["2030-03-18", "2030-03-25"]), ("1 or 2 June", ["2030-06-02"]), ("4/5", ["2030-05-04", "2030-04-05"]), ("1 May or 1 June", ["2030-05-01", "2030-06-01"]),
    ],
)  # fmt: skip
def test_doubtful_dates_are_offered(text: str, dates: list[str]) -> None:
    assert offered("go_live_date", text) == dates


@pytest.mark.parametrize(
    "text", ["31 February", "30/02/2030", "1 Jan 2020", "yesterday", "asap", "next month", "soon", "13/13/2030", "2030", "last monday", "June", "whenever", "32 august", "0600 hrs", "20-25", "1.5 lakh"]
)  # fmt: skip
def test_dates_that_are_none_vague_or_past_are_refused(text: str) -> None:
    assert not isinstance(parse("go_live_date", text), grammar.Understood)


def test_a_past_date_is_refused_with_its_reason() -> None:
    assert refused("go_live_date", "12 March 2030")
    found: Any = parse("go_live_date", "12 March 2030")
    assert "12 March 2030" in found.reason
