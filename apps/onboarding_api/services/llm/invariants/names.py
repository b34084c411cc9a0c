"""Codes are unique, names can be told apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from apps.onboarding_api.services.llm.invariants.case import Case, Fault, blocking, invariant, warning

SECTIONS = ("shifts", "posts", "checkpoints", "assets", "meter_points", "contacts")


@invariant(id="names.codes", version=1)
def check_codes(case: Case) -> Iterator[Fault]:
    for section in SECTIONS:
        seen: set[str] = set()
        for at, item in enumerate(case.items(section)):
            if item["code"] in seen:
                message = f"The code {item['code']} is used twice."
                yield blocking("code_twice", message, f"/{section}/{at}/code")
            seen.add(item["code"])


@invariant(id="names.names", version=1)
def check_names(case: Case) -> Iterator[Fault]:
    for section in SECTIONS:
        names = Counter(item["name"].strip().casefold() for item in case.items(section))
        for at, item in enumerate(case.items(section)):
            if names.pop(item["name"].strip().casefold(), 1) > 1:
                message = f'Several items are called "{item["name"]}".'
                yield warning("name_twice", message, f"/{section}/{at}/name")
