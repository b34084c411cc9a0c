"""Word lists, read once per process."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "data"


@lru_cache(maxsize=64)
def words(name: str) -> frozenset[str]:
    """The lower-case words of `data/<name>.txt`; `#` starts a comment."""
    lines = (_FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines for word in line.partition("#")[0].lower().split())


_CUE_WORDS = frozenset(
    """name names naam nombre surname mr mrs ms dr mister doctor prof sir shri smt madam regards sincerely signed contact
    attn cc spoke speaking email mail mailto phone phones tel telephone mobile call calls dial ring sms whatsapp fax ssn social
    card visa amex mastercard debit credit aadhaar aadhar adhaar pan passport dob born birth iban password passwd secret token
    authorization bearer cookie sessionid csrftoken apikey key pwd passphrase user username customer patient owner
    zero one two three four five six seven eight nine oh double triple""".split()
)


@lru_cache(maxsize=1)
def triggers() -> frozenset[str]:
    """Lower-case Latin words without which no rule finds anything in a text of letters alone."""
    return _CUE_WORDS
