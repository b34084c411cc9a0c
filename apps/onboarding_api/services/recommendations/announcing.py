"""Telling the person that there is a proposal."""

from __future__ import annotations

from apps.onboarding.models import Recommendation

_PARTS = {
    "en": (("shifts", "shifts"), ("posts", "posts"), ("checkpoints", "checkpoints"), ("assets", "assets"),
           ("meter_points", "meters"), ("contacts", "contacts")),
    "hi": (("shifts", "शिफ़्ट"), ("posts", "चौकियाँ"), ("checkpoints", "जाँच-बिंदु"), ("assets", "उपकरण"),
           ("meter_points", "मीटर"), ("contacts", "संपर्क")),
}  # fmt: skip
_SENTENCES = {
    "en": {
        "made": "Thank you. The proposal for {name} is ready: {parts}.",
        "pass": "The check found nothing to object.",
        "warn": "The check points out {count} to look at.",
        "block": "The check found {count}, some of which must be put right before it can be approved.",
        "next": "A manager can now approve, amend or reject it.",
    },
    "hi": {
        "made": "धन्यवाद। {name} का प्रस्ताव तैयार है: {parts}।",
        "pass": "जाँच में कोई आपत्ति नहीं मिली।",
        "warn": "जाँच में {count} बातें ध्यान देने योग्य मिलीं।",
        "block": "जाँच में {count} बातें मिलीं, जिनमें से कुछ को मंज़ूरी से पहले ठीक करना होगा।",
        "next": "अब कोई प्रबंधक इसे मंज़ूर, संशोधित या अस्वीकार कर सकता है।",
    },
}


def announce(recommendation: Recommendation, language: str) -> str:
    """One paragraph in the person's language (English where there is none). Placeholders stay placeholders."""
    short = language.split("-")[0].lower()
    short = short if short in _SENTENCES else "en"
    words, proposal, verdict = _SENTENCES[short], recommendation.proposal, recommendation.verdict
    counted = [_counted(len(proposal[section]), word) for section, word in _PARTS[short] if proposal[section]]
    made = words["made"].format_map({"name": proposal["site"]["name"], "parts": ", ".join(counted)})
    objections = len(verdict["objections"])
    count = _counted(objections, "things") if short == "en" else str(objections)
    checked = words[verdict["verdict"]].format_map({"count": count})
    return f"{made} {checked} {words['next']}"


def _counted(number: int, plural: str) -> str:
    """`2 shifts`, `1 shift`; Hindi words serve both."""
    return f"{number} {plural.removesuffix('s') if number == 1 else plural}"
