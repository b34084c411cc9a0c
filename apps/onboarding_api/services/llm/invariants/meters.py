"""Meters count in a unit that fits what they measure, and none is forgotten."""

from __future__ import annotations

from collections.abc import Iterator

from apps.onboarding_api.services.llm.invariants import said
from apps.onboarding_api.services.llm.invariants.case import Case, Fault, blocking, invariant, warning

FITTING = {
    "electricity": {"kwh", "mwh", "kvah"},
    "power": {"kwh", "mwh", "kvah"},
    "solar": {"kwh", "mwh"},
    "water": {"m3", "kl", "l"},
    "gas": {"m3", "scm", "kg"},
    "diesel": {"l", "kl"},
    "fuel": {"l", "kl"},
    "steam": {"kg", "t"},
    "generator": {"h", "kwh"},
    "dg": {"h", "kwh"},
    "diesel_generator": {"h", "kwh", "l"},
}
NOT_METERS = frozenset({"none", "nothing", "no", "none_of_these"})


@invariant(id="meters.unit", version=1)
def check_units(case: Case) -> Iterator[Fault]:
    for at, point in enumerate(case.items("meter_points")):
        fitting = FITTING.get(point["kind"].lower())
        where = f"/meter_points/{at}/unit"
        if fitting is None:
            message = (
                f"It is not known what unit a {point['kind']} meter counts in; please check {point['unit']}."
            )
            yield warning("meter_kind_unknown", message, where)
        elif point["unit"].lower() not in fitting:
            message = f"A {point['kind']} meter does not count in {point['unit']}."
            yield blocking("meter_unit_wrong", message, where)


@invariant(id="meters.answered", version=1)
def check_answered_meters(case: Case) -> Iterator[Fault]:
    """Each answered kind of meter has a point."""
    present = {point["kind"] for point in case.items("meter_points")}
    for kind in said.kinds(case.answers, "meters"):
        if kind.lower() not in NOT_METERS and kind not in present:
            yield warning(
                "meter_missing", f"A {kind} meter was answered, but has no meter point.", "/meter_points"
            )


@invariant(id="meters.count", version=1)
def check_meter_count(case: Case) -> Iterator[Fault]:
    """As many meters as answered: of which kind the others are, a person has to say."""
    wanted, found = said.count(case.answers, "meter_count"), len(case.items("meter_points"))
    if wanted is not None and wanted != found:
        message = (
            f"{wanted} meters were answered, {found} are listed. Please say of which kind the others are."
        )
        yield warning("meter_count_differs", message, "/meter_points")
