"""The corpora: conversation with known values, texts without any, and the part that nobody tunes on."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from random import Random

from scripts.pii_evaluation import fillers, noise, templates
from scripts.pii_evaluation.examples import Builder, Example
from scripts.pii_evaluation.fillers import Lists
from scripts.pii_evaluation.templates import CORPORA, LANGUAGES, Template

SEED = 20_417
_SEEDS = {"earlier": 77_003, "held": 31_337, "field": 50_211}
DRAWS, NEGATIVE_DRAWS = 5, 3
_DRAWS = {"earlier": (6, 6), "held": (5, 4), "field": (3, 2)}
"""Of told and of harmless templates."""
_KIND = {"FULL": "NAME", "FIRST": "NAME", "LAST": "NAME", "IPV6": "IP"}


@cache
def conversation() -> tuple[Example, ...]:
    """Conversational texts in seven languages and scripts with their personal values."""
    return _of_folder("conversation", DRAWS)


@cache
def negatives() -> tuple[Example, ...]:
    """Texts that must stay untouched."""
    return _of_folder("negatives", NEGATIVE_DRAWS)


def _of_folder(folder: str, draws: int) -> tuple[Example, ...]:
    found = []
    for language in LANGUAGES:
        random = Random(f"{SEED} {folder} {language}")
        read = templates.read(CORPORA / folder / f"{language}.txt", language=language)
        found += _drawn(read, draws, random)
    return tuple(dict.fromkeys(found))


Parts = tuple[tuple[Example, ...], tuple[Example, ...]]
"""Conversation and negatives."""


@cache
def earlier() -> Parts:
    """A part that nobody tuned on until its misses were looked at; since then one to tune on."""
    return _with_own_names("earlier")


@cache
def held() -> Parts:
    """The part that nobody tunes on: chats, shift logs, lists, papers. For totals only: never print its texts."""
    return _with_own_names("held")


@cache
def field() -> Parts:
    """Situations of sites (handover, incident, paper, log ...) with names of their own: the part to tune on."""
    return _with_own_names("field")


def _with_own_names(folder: str) -> Parts:
    parts = []
    for name, draws in zip(("conversation", "negatives"), _DRAWS[folder], strict=True):
        random = Random(f"{_SEEDS[folder]} {name}")
        read = templates.read(CORPORA / folder / f"{name}.txt")
        parts.append(tuple(dict.fromkeys(_drawn(read, draws, random, names=folder))))
    return parts[0], parts[1]


def _drawn(read: Iterable[Template], draws: int, random: Random, *, names: str = "") -> list[Example]:
    found = []
    for template in read:
        words = fillers.with_names(names, template.language) if names else fillers.lists(template.language)
        found += [_example(template, words, random) for _ in range(draws)]
    return found


def _example(template: Template, words: Lists, random: Random) -> Example:
    kind = noise.choose(template.language, template.view, random)
    if (
        not any(isinstance(part, templates.Slot) and part.personal for part in template.parts)
        and kind == "typo"
    ):
        kind = "none"
    builder = Builder()
    for part in template.parts:
        if isinstance(part, str):
            builder.say(noise.in_words(part, kind, random))
        elif part.personal:
            value = fillers.value_of(part, language=template.language, words=words, random=random)
            value = noise.in_value(value, part.name, kind, random)
            if part.name == "URL":
                _tell_url(builder, value)
            else:
                builder.tell(_KIND.get(part.name, part.name), value)
        else:
            said = fillers.filler(part.name, words=words, random=random)
            builder.say(said.lower() if kind == "lower" else said)
    return Example(
        text=builder.text,
        values=tuple(builder.values),
        language=template.language,
        family=template.family,
        view=template.view,
        noise=kind,
    )


def _tell_url(builder: Builder, value: str) -> None:
    """Of a URL only the user and the password are personal."""
    scheme, _, rest = value.partition("://")
    credentials, _, host = rest.rpartition("@")
    builder.say(f"{scheme}://")
    builder.tell("URL", credentials)
    builder.say(f"@{host}")


def folds(examples: Iterable[Example], count: int) -> list[list[Example]]:
    """The examples in `count` parts, whole template families each: the same family in every language goes together.

    Tune on all but one, judge by the one.
    """
    families = sorted({example.family.partition("/")[2] for example in examples})
    Random(SEED).shuffle(families)
    place = {family: at % count for at, family in enumerate(families)}
    parts: list[list[Example]] = [[] for _ in range(count)]
    for example in examples:
        parts[place[example.family.partition("/")[2]]].append(example)
    return parts
