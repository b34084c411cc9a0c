"""Units of area and the words for them."""

UNITS: dict[str, tuple[str, ...]] = {
    "sq_ft": (
        "sq ft", "sq feet", "sq foot", "sqft", "sft", "square feet", "square foot", "square ft", "sq fts", "ft2",
        "feet square", "feet squared", "foot squared", "ft sq", "square feets", "sqfeet",
        "वर्ग फुट", "वर्ग फीट", "वर्गफुट", "वर्ग फ़ीट", "स्क्वायर फुट", "स्क्वायर फीट", "स्क्वेयर फुट", "स्क्वेयर फीट",
        "varg foot", "varg feet", "varg fut", "varg phut", "varg fit",
    ),
    "sq_m": (
        "sq m", "sqm", "sq mt", "sq mtr", "sq mtrs", "sq mts", "sq metre", "sq metres", "sq meter", "sq meters",
        "square metre", "square metres", "square meter", "square meters", "square m", "m2", "m 2", "smt", "sqmt",
        "sqmtr", "sqmtrs", "metre square", "meter square", "meters squared", "metres squared", "metres square",
        "meters square", "वर्ग मीटर", "वर्गमीटर", "स्क्वायर मीटर", "स्क्वेयर मीटर", "varg meter", "varg metre",
    ),
    "sq_yd": (
        "sq yd", "sq yds", "sq yard", "sq yards", "square yard", "square yards", "square yd", "gaj", "gaz", "गज",
        "वर्ग गज",
    ),
    "acre": ("acre", "acres", "ac", "एकड़", "एकड", "ekad", "ekar"),
    "hectare": ("hectare", "hectares", "ha", "हेक्टेयर", "hektar"),
}  # fmt: skip
"""Unit -> every way to say it. The word lists are folded before use."""

LABELS = {
    "en": {"sq_ft": "sq ft", "sq_m": "sq m", "sq_yd": "sq yards", "acre": "acres", "hectare": "hectares"},
    "hi": {"sq_ft": "वर्ग फुट", "sq_m": "वर्ग मीटर", "sq_yd": "वर्ग गज", "acre": "एकड़", "hectare": "हेक्टेयर"},
}

SPOKEN = {
    "sq_ft": ("square feet", "square foot"),
    "sq_m": ("square meters", "square metres"),
    "sq_yd": ("square yards",),
    "acre": ("acres", "acre"),
    "hectare": ("hectares", "hectare"),
}
"""What the speech grammar listens for: words of the CMU dictionary only."""


def unit_label(unit: str, language: str) -> str:
    return LABELS.get(language, LABELS["en"])[unit]
