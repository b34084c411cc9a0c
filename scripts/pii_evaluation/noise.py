"""What happens to a text on its way: lower case, a typing slip, a scan, hesitation.

Noise is applied piece by piece, so that the places of the values stay known. It never makes a value unreadable.
"""

from __future__ import annotations

from random import Random

KINDS = ("none", "lower", "typo", "scan", "bare")
_CASED = {"en", "hi-latn", "es", "fr", "de"}
_SHARES = {"none": 52, "lower": 20, "typo": 12, "scan": 8, "bare": 8}
_AS_IS = ("SECRET", "URL")
_SCANNED = {"o": "0", "l": "1", "s": "5"}
_SCANNED_DIGITS = {"0": "O", "1": "l", "5": "S", "8": "B"}
_NUMBERS = ("PHONE", "CARD", "SSN", "AADHAAR")


def choose(language: str, view: str, random: Random) -> str:
    """The noise of one text. Scripts without case know no lower case; speech is written without marks."""
    if view == "speech":
        return random.choice(("none", "hesitant"))
    if view == "ocr":
        return random.choice(("none", "scan"))
    kinds = KINDS if language in _CASED else ("none", "typo", "bare")
    return random.choices(kinds, [_SHARES[kind] for kind in kinds])[0]


def in_words(piece: str, kind: str, random: Random) -> str:
    """The words around the values."""
    if kind == "lower":
        return piece.lower()
    if kind == "bare":
        return "".join(character for character in piece if character not in ",.;!?،")
    if kind == "typo":
        return _slip(piece, random)
    if kind == "scan":
        return "".join(
            _SCANNED.get(character, character) if random.random() < 0.04 else character for character in piece
        ).replace(" ", "  " if random.random() < 0.2 else " ")
    if kind == "hesitant" and piece.startswith(" ") and piece.endswith(" "):
        return piece + random.choice(("uh ", "um ", ""))
    return piece


def in_value(value: str, name: str, kind: str, random: Random) -> str:
    """The value itself: a scan mistakes one digit at most."""
    if name in _AS_IS:
        return value
    if kind == "lower":
        return value.lower()
    if kind == "scan" and name in _NUMBERS and random.random() < 0.5:
        places = [at for at, character in enumerate(value) if character in _SCANNED_DIGITS]
        if places:
            at = random.choice(places)
            return value[:at] + _SCANNED_DIGITS[value[at]] + value[at + 1 :]
    return value


def _slip(piece: str, random: Random) -> str:
    """Two neighbouring letters inside one longer word change places."""
    words = piece.split(" ")
    long = [at for at, word in enumerate(words) if len(word) >= 5 and word.isalpha()]
    if long and random.random() < 0.7:
        at = random.choice(long)
        word = words[at]
        turn = random.randint(1, len(word) - 3)
        words[at] = word[:turn] + word[turn + 1] + word[turn] + word[turn + 2 :]
    return " ".join(words)
