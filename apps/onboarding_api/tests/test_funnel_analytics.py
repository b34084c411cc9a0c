"""Figures of the funnel on sessions made by hand: exact, in every zone, and for nobody but who may see them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from apps.onboarding.models import FunnelDay
from apps.onboarding.models.funnel import EVERYONE
from apps.onboarding_api.services import funnel_analytics
from apps.onboarding_api.services.funnel_analytics import (
    advice,
    asking,
    cohorts,
    comparing,
    heatmap,
    local_time,
    opening,
    overview,
    slices,
    trend,
)
from apps.onboarding_api.services.funnel_analytics.opening import Cell
from apps.onboarding_api.services.funnel_analytics.windows import Window
from apps.onboarding_api.services.statistics import intervals
from apps.onboarding_api.tests.api_world import Caller, assert_problem
from apps.onboarding_api.tests.funnel_world import (
    NOW,
    ask,
    client,
    fold,
    member,
    moment,
    open_many,
    open_session,
    question,
    staff,
)

pytestmark = pytest.mark.django_db
OCTOBER: dict[str, Any] = {"start": "2026-10-01T00:00", "end": "2026-11-01T00:00"}
DATES: dict[str, Any] = {"start_date": "2026-10-01", "end_date": "2026-10-31"}


# the funnel


def test_the_funnel_of_four_sessions_to_the_last_digit() -> None:
    mine = client(time_zone="UTC")
    for reached in (0, 1, 3, 4):
        open_session(mine, started=moment("2026-10-05T10:00"), reached=reached)
    fold()
    told = ask(member(mine), "analytics-funnel", **DATES).json()
    assert [stage["reached"] for stage in told["stages"]] == [4, 3, 2, 2, 1]
    assert [stage["dropped"] for stage in told["stages"]] == [1, 1, 0, 1, 0]
    assert [stage["completion_rate"] for stage in told["stages"]] == [0.75, 0.6667, 1.0, 0.5, 1.0]
    assert [stage["drop_off_rate"] for stage in told["stages"]] == [0.25, 0.3333, 0.0, 0.5, 0.0]
    assert [stage["avg_time_seconds"] for stage in told["stages"]] == [600, 600, 600, 600, None]
    assert told["overall_conversion"] == 0.25
    wilson = intervals.wilson(1, 4)
    assert told["overall"]["interval"] == [round(wilson.low, 4), round(wilson.high, 4)]
    assert told["overall"]["n"] == 4
    assert told["avg_completion_time_seconds"] == pytest.approx(2400, rel=0.02)
    assert told["active_sessions"] == 0
    assert [point["stage"] for point in told["top_drop_off_points"]] == [
        "approval_decision", "engaged", "started",
    ]  # fmt: skip
    assert [row["share_of_started"]["value"] for row in told["conversion_funnel"]] == [
        1,
        0.75,
        0.5,
        0.5,
        0.25,
    ]
    assert told["time_to_convert"]["overall"]["n"] == 1
    assert sum(told["time_to_convert"]["started"]["counts"]) == 3


def test_every_promised_field_is_there() -> None:
    told = ask(member(client()), "analytics-funnel").json()
    assert told.keys() >= {
        "timestamp", "active_sessions", "stages", "conversion_funnel", "overall_conversion",
        "avg_completion_time_seconds", "top_drop_off_points", "cohorts", "recommendations", "trend",
        "time_to_convert", "restatements", "definitions",
    }  # fmt: skip
    assert told["stages"][0].keys() >= {
        "stage", "current_count", "completion_rate", "avg_time_seconds", "drop_off_rate",
    }  # fmt: skip
    assert [stage["stage"] for stage in told["stages"]] == [
        "started", "engaged", "recommendations_generated", "approval_decision", "completed",
    ]  # fmt: skip


def test_without_dates_it_is_the_last_30_days_of_the_clients_zone() -> None:
    mine = client(time_zone="Pacific/Auckland")
    told = ask(member(mine), "analytics-funnel").json()
    zone = ZoneInfo("Pacific/Auckland")
    today = timezone.now().astimezone(zone).date()
    assert len(told["trend"]["days"]) == 30
    assert told["trend"]["days"][-1]["day"] == today.isoformat()
    assert told["time_zone"] == "Pacific/Auckland"


def test_who_is_open_is_no_drop_off() -> None:
    mine = client()
    open_session(mine, started=timezone.now() - timedelta(hours=1), reached=1)
    fold()
    told = ask(member(mine), "analytics-funnel").json()
    assert told["active_sessions"] == 1
    assert sum(stage["dropped"] for stage in told["stages"]) == 0
    assert told["stages"][1]["current_count"] == 1
    assert told["stages"][1]["completion"]["maturity"] == 0


@pytest.mark.parametrize(
    ("cohort", "n"),
    [
        ("language:hi", 2), ("language:xx", 0), ("device:iPhone", 3), ("hour:10", 2), ("hour:11", 1),
        ("weekday:monday", 3), ("weekday:tuesday", 0), ("variant:greeting:warm", 1), ("flow:none", 3),
    ],
)  # fmt: skip
def test_a_cohort_is_counted_alone(cohort: str, n: int) -> None:
    mine = client(time_zone="UTC")
    open_session(
        mine, started=moment("2026-10-05T10:00"), reached=4, language="hi", variants={"greeting": "warm"}
    )
    open_session(mine, started=moment("2026-10-05T10:59"), reached=2, language="hi")
    open_session(mine, started=moment("2026-10-05T11:00"), reached=0)
    fold()
    told = ask(member(mine), "analytics-funnel", cohort=cohort, **DATES).json()
    assert told["sessions"] == n
    assert told["cohort"] == cohort
    assert told["cohorts"] == {}
    assert sum(day["started"] for day in told["trend"]["days"]) == n
    assert sum(told["time_to_convert"]["started"]["counts"]) == told["stages"][1]["reached"]


def test_a_cohort_of_an_hour_has_the_figures_of_its_sessions_alone() -> None:
    mine = client(time_zone="UTC")
    for n in range(6):
        open_session(mine, started=moment("2026-10-05T10:00"), reached=n % 5, step_minutes=n + 1)
    fold(NOW)
    by_hour = cohorts.estimate(question(mine, **OCTOBER, cohort=("hour", "10")))
    everybody = cohorts.estimate(question(mine, **OCTOBER))
    assert by_hour == everybody


def test_the_cohort_of_a_client_is_that_client_and_never_another_ones() -> None:
    mine, other = client(), client()
    open_session(mine, started=moment("2026-10-05T10:00"))
    open_session(other, started=moment("2026-10-05T10:00"))
    fold()
    assert ask(staff(), "analytics-funnel", cohort=f"client:{other.pk}", **DATES).json()["sessions"] == 1
    assert ask(member(mine), "analytics-funnel", cohort=f"client:{mine.pk}", **DATES).json()["sessions"] == 1
    assert_problem(
        ask(member(mine), "analytics-funnel", cohort=f"client:{other.pk}", **DATES), 404, "not_found"
    )


# whose


def test_several_clients_are_added_up_and_nobody_elses() -> None:
    first, second, foreign = client(), client(time_zone="America/New_York"), client()
    for owner, times in ((first, 2), (second, 3), (foreign, 7)):
        open_many(owner, times=times, started=moment("2026-10-05T10:00"), reached=4)
    fold()
    told = ask(member(first, second), "analytics-funnel", **DATES).json()
    assert told["sessions"] == 5
    assert told["stages"][4]["reached"] == 5
    assert {row["value"]: row["sessions"] for row in told["cohorts"]["client"]} == {
        str(first.pk): 2,
        str(second.pk): 3,
    }
    assert ask(staff(), "analytics-funnel", **DATES).json()["sessions"] == 12


def test_a_client_of_others_does_not_exist() -> None:
    foreign = client()
    for route in ("analytics-funnel", "analytics-heatmap", "analytics-cohorts", "analytics-sessions"):
        assert_problem(ask(member(client()), route, client_id=foreign.pk), 404, "not_found")
    assert_problem(ask(member(client()), "analytics-funnel", client_id=EVERYONE), 404, "not_found")
    assert_problem(ask(staff(), "analytics-funnel", client_id=uuid4()), 404, "not_found")


def test_who_belongs_to_no_client_sees_nothing_and_no_fault() -> None:
    open_session(client(), started=moment("2026-10-05T10:00"))
    fold()
    nobody = member()
    for route in ("analytics-funnel", "dashboard-overview"):
        assert ask(nobody, route).json()["sessions"] == 0
    assert ask(nobody, "analytics-sessions", **DATES).json()["results"] == []


# time


def test_half_hours_of_an_offset_are_counted_on_their_day() -> None:
    mine = client(time_zone="Asia/Kolkata")
    open_session(mine, started=moment("2026-10-04T18:29"))  # 23:59 of the fourth
    open_session(mine, started=moment("2026-10-04T18:30"))  # midnight of the fifth
    fold()
    asked: dict[str, Any] = {"start_date": "2026-10-04", "end_date": "2026-10-05"}
    days = ask(member(mine), "analytics-funnel", **asked).json()["trend"]["days"]
    assert [(day["day"], day["started"]) for day in days] == [("2026-10-04", 1), ("2026-10-05", 1)]
    days = ask(member(mine), "analytics-funnel", time_zone="UTC", **asked).json()["trend"]["days"]
    assert [day["started"] for day in days] == [2, 0]


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25)])
def test_a_day_of_changing_clocks_holds_all_of_its_hours(day: str, hours: int) -> None:
    zone = ZoneInfo("Europe/Berlin")
    mine = client(time_zone=zone.key)
    before = moment(f"{day}T00:00") - timedelta(hours=4)
    for quarter in range(4 * 33):
        open_session(mine, started=before + timedelta(minutes=15 * quarter))
    fold(NOW)
    asked = question(mine, start="2026-03-01T00:00", end="2026-11-15T00:00")
    assert trend.by_day(asked)[moment(f"{day}T12:00").date()].reached[0] == 4 * hours


@pytest.mark.parametrize("name", ["Asia/Kolkata", "Europe/Berlin", "Australia/Lord_Howe", "America/New_York"])
def test_hours_and_weekdays_reckoned_in_quarters_are_those_of_the_calendar(name: str) -> None:
    zone = ZoneInfo(name)
    window = Window(moment("2026-01-01T00:00"), moment("2027-01-01T00:00"))
    cuts = local_time.stretches(window, zone)
    first, end = local_time.slots_of(window)
    for slot in range(first, end, 7):
        local = moment("1970-01-01T00:00") + timedelta(seconds=900 * slot)
        ahead = next(cut.ahead for cut in cuts if cut.first <= slot < cut.end)
        assert local.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None) + ahead * timedelta(
            minutes=15
        )


def test_a_week_runs_from_monday_and_says_whether_it_is_whole() -> None:
    mine = client(time_zone="UTC")
    open_many(mine, times=3, started=moment("2026-10-12T00:00"), reached=4)
    fold()
    asked: dict[str, Any] = {"start_date": "2026-10-08", "end_date": "2026-10-18"}
    weeks = ask(member(mine), "analytics-funnel", **asked).json()["trend"]["weeks"]
    assert [
        (week["week"], week["from"], week["to"], week["is_whole"], week["started"]) for week in weeks
    ] == [
        ("2026-W41", "2026-10-08", "2026-10-11", False, 0),
        ("2026-W42", "2026-10-12", "2026-10-18", True, 3),
    ]


def test_a_day_has_no_rate_before_its_window_has_passed() -> None:
    mine = client(time_zone="UTC")
    for day in ("2026-11-10T10:00", "2026-11-19T10:00"):
        open_session(mine, started=moment(day), reached=4)
        open_session(mine, started=moment(day), reached=1)
    fold(NOW)
    days = {
        day["day"]: day["rate"]
        for day in trend.trend(question(mine, start="2026-11-10T00:00", end="2026-11-20T00:00"))["days"]
    }
    assert days["2026-11-10"]["value"] == 0.5
    assert days["2026-11-19"]["value"] is None  # counting the quick one alone would say 100 %
    assert days["2026-11-19"]["interval"][0] < 0.5 < days["2026-11-19"]["interval"][1]


# the heat map


def test_the_heat_map_counts_the_hour_of_the_last_sign_of_life_in_the_asked_zone() -> None:
    mine = client(time_zone="Asia/Kolkata")
    open_session(mine, started=NOW - timedelta(days=15), reached=0, last=moment("2026-11-10T08:31"))  # 14:01
    open_session(mine, started=NOW - timedelta(days=15), reached=1, last=moment("2026-11-10T09:29"))  # 14:59
    open_session(mine, started=NOW - timedelta(days=15), reached=1, last=moment("2026-11-10T09:30"))  # 15:00
    open_session(mine, started=NOW - timedelta(days=15), reached=4)
    open_session(mine, started=NOW - timedelta(hours=1))  # open
    fold(NOW)
    asked = heatmap.last_days(question(mine, **OCTOBER), 30)
    told = funnel_analytics.drop_off_heatmap(asked)
    assert [hour["hour"] for hour in told["heatmap"]] == list(range(24))
    assert told["heatmap"][14]["drop_offs"] == {
        "started": 1, "engaged": 1, "recommendations_generated": 0, "approval_decision": 0,
    }  # fmt: skip
    assert told["heatmap"][15]["total"] == 1
    assert told["total"] == 3
    assert told["peak_drop_off_time"] == "14:00-15:00"
    assert told["recommendations"] == []
    assert funnel_analytics.drop_off_heatmap(heatmap.last_days(asked, 7))["total"] == 0


def test_a_heat_map_of_nobody_has_no_peak() -> None:
    told = ask(member(client()), "analytics-heatmap", range="90d").json()
    assert told["peak_drop_off_time"] is None
    assert len(told["heatmap"]) == 24


# comparing


def test_cohorts_that_differ_are_told_from_chance() -> None:
    mine = client()
    started = moment("2026-10-05T10:00")
    open_many(mine, times=60, started=started, reached=4, language="en")
    open_many(mine, times=20, started=started, reached=0, language="en")
    open_many(mine, times=30, started=started, reached=4, language="hi")
    open_many(mine, times=50, started=started, reached=0, language="hi")
    open_many(mine, times=3, started=started, reached=0, language="ta")
    fold(NOW)
    told = comparing.compare(question(mine, **OCTOBER), "language")
    rows = {row["value"]: row for row in told["cohorts"]}
    assert rows["en"]["rate"]["value"] == 0.75
    wilson = intervals.wilson(60, 80)
    assert rows["en"]["rate"]["interval"] == [round(wilson.low, 4), round(wilson.high, 4)]
    assert rows["en"]["p"] == intervals.two_proportion_z(60, 80, 30, 83).p
    assert rows["hi"]["p_adjusted"] >= rows["hi"]["p"]
    assert rows["en"]["is_significant"]
    assert rows["ta"]["p"] is None  # three sessions are shown, and not tested
    assert told["overall"]["value"] == round(90 / 163, 4)
    assert told["change"] is None  # nobody before


def test_equal_cohorts_differ_in_nothing() -> None:
    mine = client()
    for device in ("a", "b", "c"):
        open_many(mine, times=40, started=moment("2026-10-05T10:00"), reached=4, device=device)
        open_many(mine, times=40, started=moment("2026-10-05T10:00"), reached=0, device=device)
    fold(NOW)
    told = comparing.compare(question(mine, **OCTOBER), "device")
    assert [(row["p_adjusted"], row["is_significant"]) for row in told["cohorts"]] == [(1.0, False)] * 3


def test_a_reversal_is_flagged_and_the_change_split_exactly() -> None:
    mine = client()
    for started, shares in (("2026-09-20T10:00", (80, 60, 20, 5)), ("2026-10-20T10:00", (20, 16, 80, 24))):
        for language, (n, done) in (("en", shares[:2]), ("hi", shares[2:])):
            open_many(mine, times=done, started=moment(started), reached=4, language=language)
            open_many(mine, times=n - done, started=moment(started), reached=0, language=language)
    fold(NOW)
    change = comparing.compare(question(mine, **OCTOBER), "language")["change"]
    # English 75 -> 80 %, Hindi 25 -> 30 %, all together 65 -> 40 %: others came
    assert (change["before"], change["after"], change["total"]) == (0.65, 0.4, -0.25)
    assert change["rate"] == 0.05
    assert change["mix"] == -0.3
    assert change["is_reversal"]


def test_newcomers_do_not_make_a_cohort_look_worse() -> None:
    mine = client()
    open_many(mine, times=40, started=moment("2026-11-01T10:00"), reached=4, language="hi")
    open_many(mine, times=40, started=NOW - timedelta(hours=2), reached=0, language="hi")
    fold(NOW)
    told = comparing.compare(question(mine, start="2026-11-01T00:00", end="2026-11-21T00:00"), "language")
    assert told["cohorts"][0]["rate"]["value"] == 1.0
    assert told["settled_until"] == "2026-11-16T18:30:00+00:00"  # midnight in Kolkata, 72 hours ago


def test_open_ones_among_the_settled_widen_the_interval_both_ways() -> None:
    mine = client()
    started = moment("2026-11-01T10:00")
    open_many(mine, times=10, started=started, reached=4)
    open_many(mine, times=10, started=started, reached=1, last=NOW)
    fold(NOW)
    rate = comparing.compare(question(mine, start="2026-11-01T00:00", end="2026-11-21T00:00"), "language")[
        "overall"
    ]
    assert rate["value"] == 0.5
    assert rate["is_telling"] is False
    assert rate["interval"] == [round(intervals.wilson(10, 20).low, 4), 1.0]
    assert rate["maturity"] == 0.5


def test_arms_are_compared_within_their_experiment() -> None:
    mine = client()
    started = moment("2026-10-05T10:00")
    open_many(mine, times=40, started=started, reached=4, variants={"greeting": "a", "order": "x"})
    open_many(mine, times=40, started=started, reached=0, variants={"greeting": "b", "order": "x"})
    fold(NOW)
    told = comparing.compare(question(mine, **OCTOBER), "variant")
    rows = {row["value"]: row for row in told["cohorts"]}
    assert rows["greeting:a"]["difference"] == 1.0
    assert rows["order:x"]["difference"] is None  # no other arm
    assert told["overall"] is None


@pytest.mark.parametrize(
    ("stage", "value"), [("overall", 0.25), ("started", 0.75), ("approval_decision", 0.5)]
)
def test_the_rate_of_one_stage_can_be_compared(stage: str, value: float) -> None:
    mine = client()
    for reached in (0, 1, 3, 4):
        open_session(mine, started=moment("2026-10-05T10:00"), reached=reached)
    fold()
    told = ask(member(mine), "analytics-cohorts", by="device", stage=stage, **DATES).json()
    assert told["cohorts"][0]["rate"]["value"] == value
    assert told["stage"] == stage


# slices


def test_a_slice_has_a_cell_for_each_pair_and_adds_up() -> None:
    mine, foreign = client(time_zone="Asia/Kolkata"), client()
    for n in range(24):
        open_session(
            mine,
            started=moment("2026-10-05T04:30") + timedelta(hours=n % 3),
            reached=n % 5,
            language="hi" if n % 2 else "en",
        )
    open_session(foreign, started=moment("2026-10-05T04:30"))
    fold(NOW)
    told = slices.cut(question(mine, **OCTOBER), ("language", "hour"))
    assert sum(cell["sessions"] for cell in told["cells"]) == 24
    assert {(cell["language"], cell["hour"]) for cell in told["cells"]} == {
        (language, hour) for language in ("en", "hi") for hour in ("10", "11", "12")
    }
    for cell in told["cells"]:
        among = [
            n
            for n in range(24)
            if (n % 2 == 1) == (cell["language"] == "hi") and n % 3 == int(cell["hour"]) - 10
        ]
        assert cell["sessions"] == len(among)
        assert cell["reached"]["completed"] == sum(n % 5 == 4 for n in among)
        assert cell["dropped"]["engaged"] == sum(n % 5 == 1 for n in among)


def test_any_pair_of_cohorts_can_be_cut() -> None:
    mine = client()
    open_many(mine, times=3, started=moment("2026-10-05T10:00"), reached=2, variants={"greeting": "a"})
    fold(NOW)
    for first in cohorts.DIMENSIONS:
        for second in cohorts.DIMENSIONS:
            if first != second:
                (cell,) = slices.cut(question(mine, **OCTOBER), (first, second))["cells"]
                assert cell["sessions"] == 3


def test_rates_of_a_slice_are_those_of_the_comparison() -> None:
    mine = client()
    for n in range(50):
        open_session(
            mine, started=NOW - timedelta(hours=5 * n), reached=n % 5, language="hi" if n % 3 else "en"
        )
    fold(NOW)
    asked = question(mine, start="2026-11-01T00:00", end="2026-11-21T00:00")
    compared = {row["value"]: row["rate"] for row in comparing.compare(asked, "language")["cohorts"]}
    cut = {cell["language"]: cell["rate"] for cell in slices.cut(asked, ("language", "device"))["cells"]}
    assert cut == compared


# the sessions behind a figure


@pytest.mark.parametrize("outcome", ["dropped", "open", "converted"])
def test_every_figure_of_a_stage_opens_as_many_sessions(outcome: str) -> None:
    mine = client()
    now = timezone.now()
    for n in range(20):
        open_session(mine, started=now - timedelta(days=8, minutes=n), reached=n % 5)
        open_session(mine, started=now - timedelta(minutes=n + 1), reached=n % 4)
    fold()
    viewer = member(mine)
    told = ask(viewer, "analytics-funnel").json()
    for stage in told["stages"]:
        if outcome in stage["sessions"]:
            page = Caller(viewer)("GET", stage["sessions"][outcome]).json()
            counted = {"dropped": "dropped", "open": "current_count", "converted": "advanced"}[outcome]
            assert page["total"] == stage[counted], stage["stage"]


def test_a_cell_of_the_heat_map_opens_its_sessions() -> None:
    mine = client(time_zone="Asia/Kolkata")
    early = open_session(mine, started=moment("2026-05-01T10:00"), reached=1, last=moment("2026-10-10T08:31"))
    open_session(mine, started=moment("2026-05-01T10:00"), reached=1, last=moment("2026-10-10T09:31"))
    fold()
    page = ask(
        member(mine), "analytics-sessions", left_hour=14, stage="engaged", outcome="dropped", **DATES
    ).json()
    assert [row["session_id"] for row in page["results"]] == [str(early.pk)]


def test_a_cell_of_a_slice_opens_its_sessions() -> None:
    mine = client(time_zone="UTC")
    wanted = open_session(mine, started=moment("2026-10-05T10:00"), language="hi", variants={"greeting": "a"})
    open_session(mine, started=moment("2026-10-05T11:00"), language="hi")
    open_session(mine, started=moment("2026-10-06T10:00"), language="hi")
    fold()
    chosen: dict[str, Any] = {
        "language": "hi",
        "hour": 10,
        "weekday": "monday",
        "variant": "greeting:a",
        "device": "iPhone",
    }
    page = ask(member(mine), "analytics-sessions", **chosen, **DATES).json()
    assert [row["session_id"] for row in page["results"]] == [str(wanted.pk)]


def test_pages_of_sessions_show_each_once() -> None:
    mine = client()
    open_many(mine, times=7, started=moment("2026-10-05T10:00"), reached=1)
    fold()
    viewer, seen = member(mine), []
    page = ask(viewer, "analytics-sessions", limit=3, **DATES).json()
    while True:
        seen += [row["session_id"] for row in page["results"]]
        assert page["total"] == 7
        if page["next"] is None:
            break
        page = Caller(viewer)("GET", page["next"]).json()
    assert len(seen) == len(set(seen)) == 7


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"reached": 4}, "Converted: it was completed at 2026-10-05 10:40 UTC."),
        (
            {"reached": 1},
            "Dropped after engaged: nothing was heard for 72 hours. "
            "The last sign of life came at 2026-10-05 10:10 UTC.",
        ),
        (
            {"reached": 0, "current_state": "CANCELLED"},
            "Dropped after started: it was cancelled. The last sign of life came at 2026-10-05 10:00 UTC.",
        ),
        (
            {"reached": 2, "current_state": "ERROR"},
            "Dropped after recommendations generated: it was ended by an error. "
            "The last sign of life came at 2026-10-05 10:20 UTC.",
        ),
        (
            {"reached": 1, "last": NOW},
            "Open: its furthest stage is engaged, and it was neither cancelled, ended by an error, nor silent for "
            "72 hours. It is no drop-off.",
        ),
    ],
)
def test_the_rule_that_classified_a_session_is_said_in_plain_words(given: dict[str, Any], said: str) -> None:
    mine = client()
    open_session(mine, started=moment("2026-10-05T10:00"), **given)
    fold(NOW)
    (fact,) = opening.sessions(question(mine, **OCTOBER), Cell())
    assert opening.row(fact)["rule"] == said


# recommendations, restatements, commands


def test_recommendations_come_from_who_makes_some() -> None:
    def source(about: asking.Question) -> list[dict[str, Any]]:
        return [{"id": "1", "title": "Ask for the floors later", "clients": len(about.audience.scopes)}]

    mine = client()
    asked = question(mine, **OCTOBER)
    assert overview.funnel(asked)["recommendations"] == []
    advice.ask_too(source)
    advice.ask_too(source)
    try:
        assert overview.funnel(asked)["recommendations"] == [
            {"id": "1", "title": "Ask for the floors later", "clients": 1}
        ]
        assert len(funnel_analytics.drop_off_heatmap(asked)["recommendations"]) == 1
    finally:
        advice.ask_no_more(source)


def test_a_past_day_that_has_changed_says_so() -> None:
    mine = client(time_zone="UTC")
    session = open_session(mine, started=moment("2026-10-05T10:00"), reached=4)
    fold()
    session.delete()
    fold()
    notes = ask(member(mine), "analytics-funnel", **DATES).json()["restatements"]
    assert notes[0]["cause"] == "deleted"
    assert notes[0]["day"] == "2026-10-05"
    assert notes[0]["changes"]["completed"] == -1
    assert ask(member(client()), "analytics-funnel", **DATES).json()["restatements"] == []


def test_the_audit_agrees_finds_a_wrong_sum_and_the_rebuild_mends_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    open_many(client(), times=5, started=moment("2026-10-05T10:00"), reached=3)
    call_command("funnel_rebuild")
    call_command("funnel_audit")
    assert "5 sessions: every sum is that of a recomputation" in capsys.readouterr().out
    FunnelDay.objects.filter(scope=EVERYONE, dimension="all").update(started=99)
    with pytest.raises(CommandError, match="funnel_rebuild"):
        call_command("funnel_audit")
    assert "onboarding_funnelday: 2 rows differ" in capsys.readouterr().out
    call_command("funnel_rebuild")
    call_command("funnel_audit")


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "America/New_York"])
def test_cohorts_beside_the_funnel_are_those_of_the_comparison(zone: str) -> None:
    """In the client's own zone they come from its days, in another one from quarters of an hour."""
    mine, other = client(), client()
    for n in range(60):
        open_session(
            mine if n % 4 else other,
            started=NOW - timedelta(hours=4 * n),
            reached=n % 5,
            language="hi" if n % 3 else "en",
            device=f"phone {n % 12}",
            variants={"greeting": "a" if n % 2 else "b"},
        )
    fold(NOW)
    asked = question(mine, other, start="2026-11-09T18:30", end="2026-11-20T18:30", zone=zone)
    if zone != "Asia/Kolkata":
        asked = question(mine, other, start="2026-11-10T05:00", end="2026-11-21T05:00", zone=zone)
    told = overview.cohorts_of(asked)
    for dimension in cohorts.DIMENSIONS:
        compared = {row["value"]: row for row in comparing.compare(asked, dimension)["cohorts"]}
        sizes = {value: totals.reached[0] for value, totals in cohorts.by(asked, dimension).items()}
        assert len(told[dimension]) == min(10, len(sizes))
        for row in told[dimension]:
            assert row["sessions"] == sizes[row["value"]]
            if row["value"] in compared:
                assert row["rate"] == compared[row["value"]]["rate"]
