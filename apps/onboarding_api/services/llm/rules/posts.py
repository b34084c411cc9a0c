"""Posts: where guards stand. Mandatory ones first; the rest where the answered number leaves room."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil
from typing import Any

from apps.onboarding_api.services.llm.rules.rule import Brief, Part, rule
from apps.onboarding_api.services.llm.rules.site_kinds import kind_of

MAX_GATES = 200
VISITORS_FOR_RECEPTION = 50
VISITORS_PER_RECEPTIONIST = 200
LARGE_AREA_SQ_M = 10_000
MANY_FLOORS = 10
MANY_CAMERAS = 32
DOCKS_PER_GUARD = 8
"""House rules, all of them: experience figures to start from, not taken from a standard."""


def _post(code: str, name: str, kind: str, guards: int = 1) -> dict[str, Any]:
    return {"code": code, "name": name, "kind": kind, "armed": False, "guards_per_shift": guards}


def _room(brief: Brief) -> int | None:
    """Guards of a shift that no post takes yet; None where the number of guards was not answered."""
    given = brief.answers.number("guards_per_shift")
    return None if given is None else max(given - brief.draft.guards(), 0)


@rule(
    id="posts.entrances",
    version=1,
    rests_on=("entrances",),
    en="Each of the {count} entrances has a post with one guard; where the number was not answered, one "
    "is assumed.",
    hi="हर प्रवेश द्वार ({count}) पर एक गार्ड की चौकी है; संख्या न बताने पर एक माना गया है।",
)
def guard_entrances(brief: Brief) -> Iterator[Part]:
    entrances = brief.answers.number("entrances")
    count = min(1 if entrances is None else entrances, MAX_GATES)
    posts = tuple(
        _post(f"gate-{number}", "Main entrance" if number == 1 else f"Entrance {number}", "gate")
        for number in range(1, count + 1)
    )
    if posts:
        yield Part(section="posts", items=posts, words={"count": count})


@rule(
    id="posts.vehicle_gates",
    version=1,
    rests_on=("vehicle_gates", "parking"),
    en="Each of the {count} vehicle gates has a guard of its own, who checks vehicles and the register.",
    hi="हर वाहन द्वार ({count}) पर एक अलग गार्ड है, जो वाहन और रजिस्टर जाँचता है।",
)
def guard_vehicle_gates(brief: Brief) -> Iterator[Part]:
    gates = brief.answers.number("vehicle_gates")
    if gates is None and isinstance(brief.answers.by_slot.get("vehicle_gates"), bool):
        gates = int(bool(brief.answers.flag("vehicle_gates")))
    if gates is None and brief.answers.by_slot.get("parking") is True:
        gates = 1
    posts = tuple(
        _post(f"vehicle-gate-{number}", f"Vehicle gate {number}", "vehicle_gate")
        for number in range(1, min(gates or 0, MAX_GATES) + 1)
    )
    if posts:
        yield Part(section="posts", items=posts, words={"count": len(posts)})


@rule(
    id="posts.loading_docks",
    version=1,
    rests_on=("loading_docks", "guards_per_shift"),
    en="{docks} loading docks: {guards} who checks loads and seals, one for every {per} docks.",
    hi="{docks} लोडिंग डॉक: माल और सील जाँचने के लिए {guards} गार्ड, हर {per} डॉक पर एक।",
)
def guard_docks(brief: Brief) -> Iterator[Part]:
    docks, room = brief.answers.number("loading_docks") or 0, _room(brief)
    if docks and room != 0:
        wanted = min(ceil(docks / DOCKS_PER_GUARD), 10)
        guards = wanted if room is None else min(wanted, room)
        yield Part(
            section="posts",
            items=(_post("loading-docks", "Loading docks", "loading_dock", guards),),
            words={"docks": docks, "guards": guards, "per": DOCKS_PER_GUARD},
        )


@rule(
    id="posts.control_room",
    version=1,
    rests_on=("site_type", "area", "floors", "cctv_cameras", "guards_per_shift"),
    en="A control room is proposed: {because}.",
    hi="नियंत्रण कक्ष प्रस्तावित है, क्योंकि साइट बड़ी या महत्वपूर्ण है।",
)
def staff_control_room(brief: Brief) -> Iterator[Part]:
    because = [
        reason
        for holds, reason in (
            (kind_of(brief.answers.text("site_type")).critical, "sites of this type are critical"),
            (
                (brief.answers.area_sq_m("area") or 0) >= LARGE_AREA_SQ_M,
                f"the area is {LARGE_AREA_SQ_M:,} sq m or more",
            ),
            ((brief.answers.number("floors") or 0) >= MANY_FLOORS, f"there are {MANY_FLOORS} floors or more"),
            (
                (brief.answers.number("cctv_cameras") or 0) >= MANY_CAMERAS,
                f"there are {MANY_CAMERAS} cameras or more",
            ),
        )
        if holds
    ]
    if because and _room(brief) != 0:
        yield Part(
            section="posts",
            items=(_post("control-room", "Control room", "control_room"),),
            words={"because": " and ".join(because)},
        )


@rule(
    id="posts.reception",
    version=1,
    rests_on=("visitor_volume", "guards_per_shift"),
    en="Up to {visitors} visitors a day: {guards} at the reception, one for every {per} visitors.",
    hi="रोज़ {visitors} आगंतुकों तक: रिसेप्शन पर {guards} गार्ड, हर {per} आगंतुकों पर एक।",
)
def staff_reception(brief: Brief) -> Iterator[Part]:
    visitors = brief.answers.number("visitor_volume") or 0
    room = _room(brief)
    if visitors < VISITORS_FOR_RECEPTION or room == 0:
        return
    wanted = min(ceil(visitors / VISITORS_PER_RECEPTIONIST), 10)
    guards = wanted if room is None else min(wanted, room)
    yield Part(
        section="posts",
        items=(_post("reception", "Reception", "reception", guards),),
        words={"visitors": visitors, "guards": guards, "per": VISITORS_PER_RECEPTIONIST},
    )


@rule(
    id="posts.patrol",
    version=1,
    rests_on=("risks", "floors", "area", "guards_per_shift"),
    en="{guards} on patrol, so that rounds do not leave a gate empty.",
    hi="{guards} गार्ड गश्त पर, ताकि गश्त के समय कोई द्वार खाली न रहे।",
)
def staff_patrol(brief: Brief) -> Iterator[Part]:
    """One patrolling guard; none where the answered number of guards is used up, or for one floor without a
    risk."""
    worth_it = (brief.answers.number("floors") or 0) > 1 or bool(brief.answers.words("risks"))
    worth_it = worth_it or kind_of(brief.answers.text("site_type")).grounds
    if worth_it and _room(brief) != 0:
        yield Part(
            section="posts", items=(_post("patrol", "Patrol", "patrol"),), words={"guards": "One guard"}
        )


@rule(
    id="posts.armed",
    version=1,
    rests_on=("armed_guards", "armed_guard_count"),
    en="Armed guards were answered: posts armed, from the main entrance on: {count}.",
    hi="हथियारबंद गार्ड बताए गए हैं; मुख्य द्वार से शुरू कर हथियारबंद चौकियाँ: {count}।",
)
def arm_gates(brief: Brief) -> Iterator[Part]:
    """A bare yes arms one post; a number arms posts until as many guards stand on them."""
    if not brief.answers.flag("armed_guards"):
        return
    wanted = brief.answers.number("armed_guard_count") or brief.answers.number("armed_guards") or 1
    codes, armed = [], 0
    for post in brief.draft.items("posts"):
        if armed < wanted:
            codes.append(post["code"])
            armed += post["guards_per_shift"]
    if codes:
        items = tuple({"code": code, "armed": True} for code in codes)
        yield Part(section="posts", items=items, words={"count": len(codes)})
