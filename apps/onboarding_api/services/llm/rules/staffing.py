"""Headcount: people on each shift, and on the payroll."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import ceil
from typing import Any

from apps.onboarding_api.services.llm.rules.rule import Brief, Part, rule, site

POSTS_PER_RELIEVER = 6
"""One person more for every six guards on posts, for meals and breaks: a house rule. (The Factories Act 1948,
section 55, asks for half an hour's rest after five hours.)"""
WEEKLY_MINUTES = 48 * 60
"""A working week without overtime: Factories Act 1948, section 51; taken as the default for guards too."""


@rule(
    id="staffing.headcount",
    version=1,
    rests_on=("guards_per_shift",),
    en="{headcount} people on each shift: {because}.",
    hi="हर शिफ़्ट में {headcount} लोग; चौकियों पर {posts} गार्ड लगते हैं।",
)
def count_heads(brief: Brief) -> Iterator[Part]:
    posts, given = brief.draft.guards(), brief.answers.number("guards_per_shift")
    relievers = posts // POSTS_PER_RELIEVER
    if given is None:
        headcount, because = posts + relievers, f"the posts take {posts} and {relievers} relieve(s) them"
    elif given >= posts:
        headcount, because = given, f"as answered; the posts take {posts}, the others relieve them"
    else:
        headcount, because = posts, f"{given} were answered, but the posts take {posts}"
    headcount = min(max(headcount, 1), 10_000)
    items = tuple({"code": shift["code"], "headcount": headcount} for shift in brief.draft.items("shifts"))
    if items:
        yield Part(
            section="shifts", items=items, words={"headcount": headcount, "because": because, "posts": posts}
        )


@rule(
    id="staffing.roster",
    version=1,
    rests_on=("guards_per_shift", "shift_pattern", "operating_days"),
    en="{people} people on the roster give everybody {hours} hours a week at most, with a day of rest.",
    hi="रोस्टर पर {people} लोग, ताकि किसी को सप्ताह में {hours} घंटे से अधिक काम न करना पड़े और एक दिन आराम मिले।",
)
def count_roster(brief: Brief) -> Iterator[Part]:
    people = count_people(brief.draft.items("shifts"))
    if people:
        yield site({"people": people, "hours": WEEKLY_MINUTES // 60}, attributes={"roster_strength": people})


def count_people(shifts: Iterable[Mapping[str, Any]]) -> int:
    """People that the shifts take in a week, where each works whole shifts: as many as fit, six at most."""
    people = 0
    for shift in shifts:
        each = max(min(WEEKLY_MINUTES // _length(shift["starts_at"], shift["ends_at"]), 6), 1)
        people += ceil(shift["headcount"] * len(shift["days"]) / each)
    return people


def _length(starts_at: str, ends_at: str) -> int:
    start, end = (int(clock[:2]) * 60 + int(clock[3:]) for clock in (starts_at, ends_at))
    return (end - start) % (24 * 60) or 24 * 60
