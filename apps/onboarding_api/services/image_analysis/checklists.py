"""What a person checks on a photo when no provider looks at it."""

from __future__ import annotations

_SCENE = (
    ("entrance_visible", "Is an entrance, a gate or a post to be seen?"),
    ("access_controlled", "Is there a barrier, a turnstile, a lock or a guard?"),
    ("lighting", "Are the lamps whole, and is the place lit at night?"),
    ("cctv_visible", "Is a camera to be seen, and does it cover the entrance?"),
    ("fire_equipment", "Are extinguishers or hydrants to be seen, reachable and in date?"),
    ("exits_clear", "Are the ways out clear?"),
    ("hazards", "Is there something dangerous: wires, water, broken fences, loose goods?"),
)
_METER = (
    ("whole_display", "Is the whole display to be seen, without glare?"),
    ("serial_visible", "Is the meter's serial number to be seen?"),
    ("seal_intact", "Is the seal unbroken?"),
)
_REGISTER = (
    ("whole_page", "Is the whole page to be seen, with its heading?"),
    ("columns_filled", "Are the columns for name, time and purpose filled?"),
    ("page_dated", "Does the page say its date?"),
)
_BY_KIND = {"scene": _SCENE, "meter": _METER, "register": _REGISTER}


def checklist(kind: str) -> list[dict[str, str]]:
    """Items with `id` and `question`; those of a scene for an unknown kind."""
    return [{"id": item, "question": question} for item, question in _BY_KIND.get(kind, _SCENE)]
