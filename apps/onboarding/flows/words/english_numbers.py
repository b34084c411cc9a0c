"""English cardinals, ordinals and scales."""

from apps.onboarding.flows.words import listed

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
)
UNITS = {word: value for value, word in enumerate((_ONES + " seventeen eighteen nineteen").split())} | {
    "fourty": 40,
    "nought": 0,
}
TENS = {
    word: 20 + 10 * index
    for index, word in enumerate(
        listed(
            """
    twenty thirty forty fifty sixty seventy eighty ninety
    """
        )
    )
}
CARDINALS = UNITS | TENS

SCALES = {
    "hundred": 100, "hundreds": 100, "thousand": 1_000, "thousands": 1_000, "million": 1_000_000,
    "millions": 1_000_000, "dozen": 12, "dozens": 12,
}  # fmt: skip
SUFFIXES = {"k": 1_000, "cr": 10_000_000, "mn": 1_000_000, "l": 100_000, "lk": 100_000, "lack": 100_000}
"""Scales that count only directly behind digits or a number word."""

_ORDINAL_WORDS = listed(
    """
    first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth
    fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth
    """
)
ORDINALS = {word: index for index, word in enumerate(_ORDINAL_WORDS, start=1)} | {"thirtieth": 30}
