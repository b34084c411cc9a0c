"""The few sentences that belong to no question."""

from __future__ import annotations

_SENTENCES = {
    "turn_failed": {
        "en": "Sorry, your last answer could not be worked on. Our team has been told. Please answer again.",
        "hi": "क्षमा करें, आपका पिछला उत्तर संसाधित नहीं हो सका। हमारी टीम को सूचना दे दी गई है। कृपया फिर से उत्तर दें।",
    },
    "welcome": {
        "en": "Welcome. I will ask a few questions about your site. You can type, speak, skip, go back or ask why.",
        "hi": "स्वागत है। मैं आपकी साइट के बारे में कुछ प्रश्न पूछूँगा। "
        "आप लिख या बोल सकते हैं, छोड़ सकते हैं, पीछे जा सकते हैं या कारण पूछ सकते हैं।",
    },
}


def say(name: str, language: str) -> str:
    """The sentence in that language, else in English."""
    sentence = _SENTENCES[name]
    return sentence.get(language, sentence["en"])
