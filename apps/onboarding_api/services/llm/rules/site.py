"""The site itself: identity, place, size, hours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from statistics import median

from django.utils.text import slugify

from apps.onboarding_api.services.llm.rules.rule import Brief, Part, rule, site

_PLACEHOLDER = re.compile(r"\[REDACTED_[A-Z_]+[0-9]*\]")
MAX_DOCUMENTS = 50


@rule(
    id="site.identity",
    version=1,
    rests_on=("site_name", "city"),
    en='The site is called "{name}"; its code {code} is made from the name and is free at this client.',
    hi='साइट का नाम "{name}" है; कोड {code} नाम से बना है और इस ग्राहक के पास खाली है।',
)
def name_site(brief: Brief) -> Iterator[Part]:
    name = (brief.answers.text("site_name") or f"Site of {brief.client_name or 'the client'}")[:200]
    code = _free_code(name, taken={existing.code for existing in brief.existing})
    yield site({"name": name, "code": code}, name=name, code=code)


def _free_code(name: str, *, taken: set[str]) -> str:
    """A slug of 50 characters at most; a name without Latin letters gives `site`, a taken code a number."""
    base = slugify(_PLACEHOLDER.sub(" ", name))[:50].strip("-_") or "site"
    candidates = (base if number == 1 else f"{base}-{number}" for number in range(1, len(taken) + 2))
    return next(code for code in candidates if code not in taken)


@rule(
    id="site.type",
    version=1,
    rests_on=("site_type",),
    en="The site is of the type {kind}, as answered; without an answer it counts as other.",
    hi="उत्तर के अनुसार साइट का प्रकार {kind} है; उत्तर न होने पर इसे अन्य माना जाता है।",
)
def set_type(brief: Brief) -> Iterator[Part]:
    kind = brief.answers.text("site_type")[:40] or "other"
    yield site({"kind": kind.replace("_", " ")}, site_type=kind)


@rule(
    id="site.place",
    version=1,
    rests_on=("address", "city"),
    en="The address is taken over as answered.",
    hi="पता वैसा ही लिया गया है जैसा बताया गया।",
)
def set_place(brief: Brief) -> Iterator[Part]:
    fields = {"address": brief.answers.text("address")[:2000], "city": brief.answers.text("city")[:120]}
    given = {name: value for name, value in fields.items() if value}
    if given:
        yield Part(section="site", items=(given,))


@rule(
    id="site.area",
    version=1,
    rests_on=("area",),
    en="The answered area is {area} square metres.",
    hi="बताया गया क्षेत्रफल {area} वर्ग मीटर है।",
)
def set_area(brief: Brief) -> Iterator[Part]:
    """Conversion: see `measures`."""
    area = brief.answers.area_sq_m("area")
    if area is not None:
        yield site({"area": f"{area:,}"}, area_sq_m=str(area))


@rule(
    id="site.floors",
    version=1,
    rests_on=("floors",),
    en="The building has {floors} floors.",
    hi="भवन में {floors} मंज़िलें हैं।",
)
def set_floors(brief: Brief) -> Iterator[Part]:
    floors = brief.answers.number("floors")
    if floors is not None:
        yield site({"floors": floors}, floors=min(floors, 500))


@rule(
    id="site.hours",
    version=1,
    rests_on=("operating_hours", "operating_days"),
    en="The site works {hours}.",
    hi="साइट का समय: {hours}.",
)
def set_hours(brief: Brief) -> Iterator[Part]:
    hours = brief.answers.hours("operating_hours")
    if hours is None:
        return
    always = brief.answers.is_round_the_clock("operating_hours")
    words = {"hours": "round the clock" if always else f"{hours[0]} to {hours[1]}"}
    opens, closes = ("00:00", "00:00") if always else hours
    days = brief.answers.days("operating_days")
    attributes = {"operating_days": days} if days else {}
    yield site(words, opens_at=opens, closes_at=closes, attributes=attributes)


@rule(
    id="site.go_live",
    version=1,
    rests_on=("go_live_date",),
    en="The site goes live on {day}, as answered.",
    hi="साइट {day} से शुरू होगी।",
)
def set_go_live(brief: Brief) -> Iterator[Part]:
    written = brief.answers.text("go_live_date")[:10]
    try:
        day = date.fromisoformat(written)
    except ValueError:
        return
    yield site({"day": day.isoformat()}, go_live_on=day.isoformat())


@rule(
    id="site.position",
    version=1,
    rests_on=(),
    en="The position is the median of {count} photographed positions, so that one stray photo does not "
    "move the site.",
    hi="स्थान {count} तस्वीरों की जगहों का मध्य मान है।",
)
def set_position(brief: Brief) -> Iterator[Part]:
    """Degrees, six places (about 0.1 m of latitude). Sites on the antimeridian are not expected."""
    placed = [
        (upload.id, upload.latitude, upload.longitude)
        for upload in brief.uploads
        if upload.latitude is not None and upload.longitude is not None
    ]
    if placed:
        yield site(
            {"count": len(placed)},
            uploads=tuple(identity for identity, _, _ in placed),
            latitude=round(median(latitude for _, latitude, _ in placed), 6),
            longitude=round(median(longitude for _, _, longitude in placed), 6),
        )


@rule(
    id="site.remarks",
    version=1,
    rests_on=("risks", "visitor_volume", "visitor_management", "cctv", "night_lighting", "beds", "notes"),
    en="Kept with the site as answered: {kept}.",
    hi="उत्तर के अनुसार साइट के साथ रखा गया: {kept}.",
)
def keep_remarks(brief: Brief) -> Iterator[Part]:
    visitors = brief.answers.span("visitor_volume")
    kept = {
        "risks": brief.answers.words("risks"),
        "visitors_per_day": {"low": visitors[0], "high": visitors[1]} if visitors else None,
        "visitor_management": brief.answers.text("visitor_management"),
        "cctv": brief.answers.flag("cctv"),
        "night_lighting": brief.answers.flag("night_lighting"),
        "beds": brief.answers.number("beds"),
        "notes": brief.answers.text("notes")[:2000],
    }
    given = {name: value for name, value in kept.items() if value not in (None, "", [])}
    if given:
        yield site({"kept": ", ".join(given).replace("_", " ")}, attributes=given)


@rule(
    id="site.documents",
    version=1,
    rests_on=(),
    en="Documents and registers that came in stay with the site: {count}.",
    hi="प्राप्त दस्तावेज़ और रजिस्टर साइट के साथ रहते हैं: {count}।",
)
def keep_documents(brief: Brief) -> Iterator[Part]:
    """By id and type; what is written in them is not interpreted."""
    found = [upload for upload in brief.uploads if upload.kind in {"document", "register"}][:MAX_DOCUMENTS]
    if found:
        kept = [{"upload_id": upload.id, "type": upload.document_type or upload.kind} for upload in found]
        ids = tuple(upload.id for upload in found)
        yield site({"count": len(found)}, uploads=ids, attributes={"documents": kept})
