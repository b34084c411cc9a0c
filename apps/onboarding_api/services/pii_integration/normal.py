"""The one form of a value that all its spellings share, by kind."""

from __future__ import annotations

import unicodedata

import regex
from django.conf import settings

from apps.onboarding_api.services.pii_integration.engine import checksums, packs
from apps.onboarding_api.services.pii_integration.engine.phones import REGIONS
from apps.onboarding_api.services.pii_integration.engine.scene import Scene
from apps.onboarding_api.services.pii_integration.engine.spoken_email import written_address
from apps.onboarding_api.services.pii_integration.engine.view import view_of

_NUMBERS = frozenset({"PHONE", "CARD", "SSN", "AADHAAR"})
_WORDS = regex.compile(r"[\p{L}\p{M}\d'\-]+")
_EMAIL = regex.compile(r"[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+")


def normalise(kind: str, value: str) -> tuple[str, bool]:
    """The canonical form, and whether it is well formed enough to be used (a telephone that dials, an address that
    can be written to). Spoken forms come out written: "double five" as 55, "dot" as a dot."""
    view = view_of(value)
    if kind == "EMAIL":
        written = written_address(value)
        return written, bool(_EMAIL.fullmatch(written))
    if kind == "PHONE":
        return _telephone(value)
    if kind in _NUMBERS:
        digits = _digits(value)
        return (digits, True) if digits else (view.lower.strip(), False)
    if kind == "NAME":
        words = _name(view.lower)
        return words, any(character.isalpha() for character in words)
    if kind in {"IBAN", "PAN", "PASSPORT", "PLATE", "LICENCE", "IDENTITY"}:
        return "".join(character for character in view.text.upper() if character.isalnum()), True
    return " ".join(view.text.split()), True


def _name(lower: str) -> str:
    """One person, one form: without marks between and around the words, titles, accents and a possessive, whatever
    the case ("Dr. ASHA  VERMA's", "Asha Verma"); spelled out letters joined."""
    words = [word for word in _WORDS.findall(lower.replace("'s ", " ").removesuffix("'s")) if word]
    while len(words) > 1 and words[0] in packs.all_words("titles"):
        words.pop(0)
    if len(words) > 2 and all(len(word) == 1 for word in words):
        words = ["".join(words)]
    return unicodedata.normalize(
        "NFC",
        "".join(
            character
            for character in unicodedata.normalize("NFD", " ".join(words))
            if not "\u0300" <= character <= "\u036f"
        ),
    )


def _digits(value: str) -> str:
    runs = Scene(value, policy="balanced", kind="text", language="en").runs
    return "".join(run.digits for run in runs)


def _telephone(value: str) -> tuple[str, bool]:
    scene = Scene(value, policy="balanced", kind="text", language="en")
    runs = scene.runs
    digits = runs[0].digits if runs and len(runs[0].digits) >= 7 else "".join(run.digits for run in runs)
    if not digits:
        return " ".join(scene.lower.split()), False
    plus = bool(runs) and (runs[0].plus or digits.startswith("00"))
    regions = (
        settings.ONBOARDING.phone_region,
        *(region for region in REGIONS if region != settings.ONBOARDING.phone_region),
    )
    dialled = checksums.phone(digits.removeprefix("00") if plus else digits, plus=plus, regions=regions)
    return (dialled, True) if dialled else (("+" if plus else "") + digits, False)
