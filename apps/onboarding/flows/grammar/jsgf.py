"""Pieces of JSGF grammars, kept to words that the speech engine can pronounce."""

import importlib.util
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import regex

from apps.onboarding.flows.words import listed
from apps.onboarding.flows.words.spoken_commands import SPOKEN_COMMANDS

_WORD = regex.compile(r"[a-z][a-z'.]*|\d+")
_ONES = listed(
    """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
    sixteen seventeen eighteen nineteen
    """
)
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]

LEAD = (
    "[ it is | it's | its | there are | there is | we have | we need | i think | about | just | only | the ]"
)
NUMBER_LEAD = (
    "[ it is | it's | there are | there is | we have | we need | i think ] [ about | around | just | only ]"
)


@lru_cache(maxsize=1)
def known_words() -> frozenset[str] | None:
    """The words of the speech engine's dictionary; None where the engine is not installed.

    The dictionary is read as a file: importing the engine is left to the media worker.
    """
    found = importlib.util.find_spec("pocketsphinx")
    if found is None or found.origin is None:
        return None
    path = Path(found.origin).parent / "model" / "en-us" / "cmudict-en-us.dict"
    if not path.is_file():
        return None
    with path.open(encoding="utf-8") as lines:
        return frozenset(line.split(" ", 1)[0] for line in lines)


def spoken_number(value: int) -> str:
    """English words of an integer from 0 to 99 lakh, the Indian way above 99,999."""
    if value < 20:
        return _ONES[value]
    if value < 100:
        tens = _TENS[value // 10 - 2]
        return tens if value % 10 == 0 else f"{tens} {_ONES[value % 10]}"
    for size, word in ((100_000, "lac"), (1_000, "thousand"), (100, "hundred")):
        if value >= size:
            head = f"{spoken_number(value // size)} {word}"
            return head if value % size == 0 else f"{head} {spoken_number(value % size)}"
    raise ValueError(value)


def speakable(phrase: str) -> str | None:
    """A phrase as words of the dictionary, digits spelled out; None if it cannot be said."""
    known = known_words()
    words: list[str] = []
    lowered = phrase.lower().replace("-", " ").replace("/", " ").replace("+", " plus ")
    if not lowered.isascii():
        return None
    for word in _WORD.findall(lowered):
        words += spoken_number(int(word)).split() if word.isdigit() and len(word) <= 6 else [word.strip(".'")]
    if not words or any(not word or (known is not None and word not in known) for word in words):
        return None
    return " ".join(words)


def phrases(texts: Iterable[str]) -> str:
    """An alternative of all phrases that can be said; empty if none can."""
    said: list[str] = []
    for text in texts:
        spoken = speakable(text)
        if spoken and spoken not in said:
            said.append(spoken)
    return " | ".join(said)


def optional(alternatives: str) -> str:
    return f"[ {alternatives} ]" if alternatives else ""


def number_rules(maximum: int, *, zero: bool = False) -> dict[str, str]:
    """Rules up to about `maximum`: the smaller the range, the surer the hearing. The top rule is "number"."""
    rules = {
        "digit": " | ".join(_ONES[1:10]),
        "teen": " | ".join(_ONES[10:]),
        "tens": " | ".join(_TENS),
        "hundredless": "<digit> | <teen> | <tens> [ <digit> ]",
    }
    top = "<hundredless>"
    if maximum > 100:
        hundreds = "<digit> | <teen> | a" if maximum >= 1_100 else "<digit> | a"
        rules["thousandless"] = f"<hundredless> | ( {hundreds} ) hundred [ [ and ] <hundredless> ]"
        top = "<thousandless>"
    elif maximum == 100:
        top = "<hundredless> | ( one | a ) hundred"
    if maximum >= 1_000:
        rules["lacless"] = "<thousandless> | ( <thousandless> | a ) thousand [ [ and ] <thousandless> ]"
        top = "<lacless>"
    if maximum >= 100_000:
        rules["lacs"] = (
            "( <hundredless> [ point <digit> [ <digit> ] ] | one and a half | two and a half | half a ) lac "
            "[ <lacless> ]"
        )
        top = "<lacless> | <lacs>"
    rules["number"] = f"zero | {top}" if zero else top
    return rules


def document(name: str, rules: dict[str, str] | None) -> str:
    """A complete grammar: the answer, or one of the universal commands."""
    lines = ["#JSGF V1.0;", f"grammar {name};"]
    said = [spoken for phrase in SPOKEN_COMMANDS if (spoken := speakable(phrase))]
    lines.append(f"<command> = {' | '.join(said)};")
    if rules is None:
        lines.append("public <answer> = <command>;")
        return "\n".join(lines) + "\n"
    lines += [f"<{rule}> = {body};" for rule, body in rules.items()]
    lines.append("public <answer> = ( <value> ) | <command>;")
    return "\n".join(lines) + "\n"
