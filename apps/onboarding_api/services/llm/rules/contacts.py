"""Contacts. What stands here are placeholders: the values are in the session's vault."""

from __future__ import annotations

from collections.abc import Iterator

from apps.onboarding_api.services.llm.rules.rule import Brief, Part, rule

SLOTS = ("emergency_contact_name", "emergency_contact_phone", "emergency_contact_email")


@rule(
    id="contacts.emergency",
    version=1,
    rests_on=SLOTS,
    en="The emergency contact as answered; the values themselves stay in the vault.",
    hi="आपातकालीन संपर्क उत्तर के अनुसार; असली जानकारी सुरक्षित तिजोरी में रहती है।",
)
def name_emergency_contact(brief: Brief) -> Iterator[Part]:
    name, phone, email = (_placeholder(brief, slot) for slot in SLOTS)
    if name or phone or email:
        contact = {
            "code": "emergency-1",
            "name": name[:200] or "Emergency contact",
            "role": "emergency",
            "phone": phone[:60],
            "email": email[:60],
        }
        yield Part(section="contacts", items=(contact,))


def _placeholder(brief: Brief, slot: str) -> str:
    value = brief.answers.by_slot.get(slot)
    return str(value.get("placeholder", "")) if isinstance(value, dict) else brief.answers.text(slot)
