"""Notes on fire safety that a person on site should check.

The number of extinguishers is a house rule to start from (one for each 200 sq m of a floor, two on each floor
at least); IS 2190 and the local fire authority decide. High-rise: 15 m and above in the National Building
Code of India 2016, part 4; three metres a storey is assumed, so five floors.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_CEILING

from apps.onboarding_api.services.llm.rules.rule import Brief, Part, rule, site

SQ_M_PER_EXTINGUISHER = 200
HIGH_RISE_FLOORS = 5
_BY_TYPE = {
    "hospital": "Patients who cannot walk: agree an evacuation plan by zones.",
    "school": "Practise evacuation with the pupils; keep an assembly point free.",
    "warehouse": "Keep stacks clear of sprinklers and gangways.",
    "factory": "Keep hot work under permit, with a fire watch.",
    "data_centre": "Know where the gas suppression is released and held.",
    "hotel": "Sleeping guests: test alarms and exit signs on each floor.",
    "residential": "Keep staircases free of stored goods and vehicles.",
}


@rule(
    id="fire_safety.notes",
    version=1,
    rests_on=("site_type", "area", "floors"),
    en="Fire safety notes follow from the type, area and floors. They are assumptions, to be checked "
    "against the local fire code.",
    hi="अग्नि-सुरक्षा की बातें साइट के प्रकार, क्षेत्रफल और मंज़िलों से निकली हैं; स्थानीय नियमों से मिलाएँ।",
)
def note_fire_safety(brief: Brief) -> Iterator[Part]:
    area, floors = brief.answers.area_sq_m("area"), brief.answers.number("floors")
    notes = [note for note in (_BY_TYPE.get(brief.answers.text("site_type")),) if note]
    if floors is not None and floors >= HIGH_RISE_FLOORS:
        notes.append("Probably a high-rise (15 m or more): check wet riser, refuge area and fire lift.")
    suggested = 0
    if area:
        by_area = int((area / SQ_M_PER_EXTINGUISHER).to_integral_value(rounding=ROUND_CEILING))
        suggested = max(by_area, 2 * max(floors or 1, 1))
    if notes or suggested:
        found = {"extinguishers_suggested": suggested or None, "notes": notes, "basis": "assumption"}
        yield site(attributes={"fire_safety": found})
