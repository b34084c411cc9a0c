"""Meters count in a unit that fits what they measure."""

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
