"""Units and words that answers come in.

Areas: the international foot is 0.3048 m exactly (international yard and pound agreement, 1959), so a square
foot is 0.09290304 sq m, a square yard (gaj) 0.83612736 and an acre 4046.8564224; a hectare is 10,000.
"""

from __future__ import annotations

from decimal import Decimal

SQUARE_METRES = {
    "sq_m": Decimal(1),
    "sq_ft": Decimal("0.09290304"),
    "sq_yd": Decimal("0.83612736"),
    "acre": Decimal("4046.8564224"),
    "hectare": Decimal(10000),
}
MINUTES = {"minute": 1, "minutes": 1, "min": 1, "hour": 60, "hours": 60, "h": 60}
WEEKDAYS = {"mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6, "sun": 7}
NOTHING = frozenset({"none", "nothing", "no", "none_of_these"})
