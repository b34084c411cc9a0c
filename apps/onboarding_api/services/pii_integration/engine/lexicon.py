"""Word lists, read once per process."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "data"


def word_list(text: str) -> tuple[str, ...]:
    """The words of a text in order: lists of words read better as running text."""
    return tuple(text.split())


def word_set(text: str) -> frozenset[str]:
    """The words of a text, once each."""
    return frozenset(text.split())


@lru_cache(maxsize=64)
def words(name: str) -> frozenset[str]:
    """The lower-case words of `data/<name>.txt`; `#` starts a comment."""
    lines = (_FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines for word in line.partition("#")[0].lower().split())


_CUE_WORDS = word_set(
    """name names naam nombre nom surname forename fullname firstname lastname username mr mrs dr mister doctor
    prof sir shri smt sri madam herr frau monsieur madame regards sincerely signed attn cc bcc spoke speaking
    heiße heisse llamo appelle spelled email mail mailto phone phones tel telephone mobile call calls dial ring
    sms whatsapp fax ssn social card visa amex mastercard debit credit aadhaar aadhar adhaar uidai pan passport
    dob born birth birthday birthdate iban password passwd passphrase passcode pwd secret token authorization
    bearer cookie sessionid csrftoken apikey key plate registration licence license live stay reside home house
    residential permanent number talking owner manager guard supervisor visitor customer tenant employee dot
    punto punkt arroba arobase patient"""
)


@lru_cache(maxsize=1)
def triggers() -> frozenset[str]:
    """Lower-case Latin words without which no rule finds anything in a text of letters alone."""
    # The word lists of names and numbers are built on this module.
    from apps.onboarding_api.services.pii_integration.engine import name_words, number_words

    numbers = frozenset(word for word in number_words.values() if word.isascii()) - number_words.EVERYDAY
    return (
        _CUE_WORDS
        | numbers
        | frozenset(number_words.REPEATS)
        | frozenset(name for name in name_words.given() if name.isascii())
    )
