"""The units that meters count in: a closed list, so that nothing else can stand where a unit is asked for."""

from __future__ import annotations

import unicodedata

_UNITS = (
    "kWh", "MWh", "GWh", "Wh", "kVAh", "kVArh", "kW", "kVA", "V", "A", "m3", "m3/h", "L", "kL", "ML", "L/h", "L/min",
    "ft3", "gal", "scm", "kg", "t", "h", "min", "BTU", "MMBTU", "TRh", "MJ", "GJ", "Gcal", "bar", "°C", "°F", "%",
    "imp", "units",
)  # fmt: skip
_BY_NAME = {unit.casefold(): unit for unit in _UNITS} | {
    "cum": "m3", "cu.m": "m3", "cbm": "m3", "litre": "L", "litres": "L", "liter": "L", "liters": "L", "ltr": "L",
    "kilolitre": "kL", "kilolitres": "kL", "cuft": "ft3", "cu.ft": "ft3", "gallon": "gal", "gallons": "gal",
    "unit": "units", "hr": "h", "hrs": "h", "hour": "h", "hours": "h", "ton": "t", "tons": "t", "tonne": "t",
    "tonnes": "t", "kgs": "kg", "kilowatthours": "kWh", "kilowatt-hours": "kWh", "pulses": "imp",
}  # fmt: skip


def canonical(written: str) -> str | None:
    """ "KWH", "k Wh" and "kWh" are "kWh", "m³" is "m3"; None for what is no unit of a meter."""
    # NFKC: a raised three becomes a plain one.
    return _BY_NAME.get("".join(unicodedata.normalize("NFKC", written).casefold().split()))
