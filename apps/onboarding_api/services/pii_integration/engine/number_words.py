"""Spoken digits: what number words are worth, in English, Hindi (both scripts), Spanish, French, German and Arabic."""

from __future__ import annotations

from functools import lru_cache

from apps.onboarding.flows.words import hindi_numbers
from apps.onboarding_api.services.pii_integration.engine.lexicon import word_list, word_set

_ENGLISH = word_list(
    """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen"""
)
_ENGLISH_TENS = word_list("twenty thirty forty fifty sixty seventy eighty ninety")
_SPANISH = word_list(
    """cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis
    diecisiete dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis
    veintisiete veintiocho veintinueve"""
)
_SPANISH_TENS = word_list("treinta cuarenta cincuenta sesenta setenta ochenta noventa")
_FRENCH = word_list(
    """zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize"""
)
_FRENCH_TENS = {
    "vingt": 20,
    "trente": 30,
    "quarante": 40,
    "cinquante": 50,
    "soixante": 60,
    "septante": 70,
    "huitante": 80,
    "nonante": 90,
}
_GERMAN = word_list(
    """null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn
    siebzehn achtzehn neunzehn"""
)
_GERMAN_TENS = word_list("zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig")
_ARABIC = word_list(
    """صفر/زيرو واحد/واحدة اثنان/اثنين/إثنان/إثنين/اتنين ثلاثة/ثلاث/تلاتة اربعة/أربعة/أربع/اربع خمسة/خمس ستة/ست
    سبعة/سبع ثمانية/ثماني/ثمان/تمانية تسعة/تسع عشرة/عشر"""
)

_PLAIN = {
    "oh": 0, "o": 0, "nought": 0, "naught": 0, "nil": 0, "won": 1, "ate": 8, "niner": 9, "una": 1, "dieciseis": 16,
    "veintidos": 22, "veintitres": 23, "veintiseis": 26, "zero": 0, "une": 1, "ein": 1, "eine": 1, "zwo": 2,
    "dreissig": 30, "fuenf": 5, "funf": 5, "zwoelf": 12, "वन": 1, "टू": 2, "थ्री": 3, "फोर": 4, "फाइव": 5,
    "सिक्स": 6, "सेवन": 7, "एट": 8, "नाइन": 9,
}  # fmt: skip

REPEATS = {
    "double": 2, "triple": 3, "treble": 3, "doble": 2, "doppel": 2, "डबल": 2, "ट्रिपल": 3, "quadruple": 4,
    "dubble": 2, "tripple": 3, "دبل": 2, "مرتين": 2,
}  # fmt: skip
HUNDREDS = word_set("hundred cent cents ciento cien hundert sau सौ مئة مائة")
THOUSANDS = word_set("thousand mil mille tausend hazaar hazar हजार हज़ार")

# These are also everyday words: they count as digits only between other number words, never at the edge of a run.
EVERYDAY = word_set(
    """o oh won ate do so das un una une uno once sat teen bara tera sola char sol ein eine six nil saath bis tis
    che chah null a acht elf solo cent cents mil dus no"""
)


@lru_cache(maxsize=1)
def values() -> dict[str, int]:
    """Every number word below one hundred, lower case, to its value. Words that stand for two languages agree."""
    table: dict[str, int] = {}
    for index, spellings in enumerate(hindi_numbers.ROMAN):
        for word in spellings.split("/"):
            table.setdefault(word, index)
    for index, spellings in enumerate(hindi_numbers.DEVANAGARI):
        for word in spellings.split("/"):
            table[word] = index
            table[word.replace("\u093c", "").replace("ँ", "ं")] = index
    for words in (_FRENCH, _SPANISH, _GERMAN, _ENGLISH):
        table |= {word: index for index, word in enumerate(words)}
    for tens in (_SPANISH_TENS,):
        table |= {word: 30 + 10 * index for index, word in enumerate(tens)}
    for tens in (_GERMAN_TENS, _ENGLISH_TENS):
        table |= {word: 20 + 10 * index for index, word in enumerate(tens)}
    table |= _FRENCH_TENS
    for index, unit in enumerate(
        ("ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun"), start=1
    ):
        table |= {f"{unit}und{ten}": 20 + 10 * place + index for place, ten in enumerate(_GERMAN_TENS)}
    for index, spellings in enumerate(_ARABIC):
        table |= dict.fromkeys(spellings.split("/"), index)
    table |= _PLAIN
    return table


def is_tens(word: str) -> bool:
    """Whether a unit may follow: twenty one, soixante dix huit, treinta (y) uno."""
    return values().get(word, 0) in range(20, 100, 10) and word in _tens()


@lru_cache(maxsize=1)
def _tens() -> frozenset[str]:
    return frozenset((*_ENGLISH_TENS, *_SPANISH_TENS, *_FRENCH_TENS))
