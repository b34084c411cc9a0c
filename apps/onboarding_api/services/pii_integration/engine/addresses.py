"""Where somebody lives. The balanced policy leaves the address of a site: the product asks for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import regex

from apps.onboarding_api.services.pii_integration.engine import packs
from apps.onboarding_api.services.pii_integration.engine.context import cue_ends
from apps.onboarding_api.services.pii_integration.engine.lexicon import GIVEN, KIND, PLACE
from apps.onboarding_api.services.pii_integration.engine.name_words import words_in
from apps.onboarding_api.services.pii_integration.engine.patterns import AnyOf, lazily
from apps.onboarding_api.services.pii_integration.engine.scene import Scene, Token
from apps.onboarding_api.services.pii_integration.engine.spans import Span

_NEAR, _NEAR_AFTER = 80, 30
"""So many characters around a street are looked at."""
_HOME_OF = lazily(r"(?:home|house|flat|residence) of")
_MOVED = lazily(
    r"(?<![a-z])(?:i|we|he|she|they)(?:'ve|\shave|\shas|\shad)?(?:\sjust)?\s(?:moved|shifted)\s(?:in)?to\s"
)
_OF_FORM = lazily(
    r"(?<![\p{L}])(?:name|nombre|nom|naam|नाम|الاسم)\s?[:=][^\n]{2,50}\n?"
    r"[^\n:]{0,12}(?:address|dirección|adresse|pata|पता|العنوان)\s?[:=]"
)
"""The address on a form that begins with somebody's name."""
_DIGIT = re.compile(r"\d")
_SUFFIXES = ("straße", "strasse", "str", "weg", "platz", "allee", "gasse")
"""What streets are called, written on to their names."""
_WRITTEN_ON = ("straße", "strasse", "str.", "weg", "platz", "allee", "gasse")
"""The same before the number of a house."""
_JOINED = re.compile(r"(?:straße|strasse|weg|platz|allee|gasse)\s\d")
_REACH = 24
"""So many tokens around a word of streets its number may stand."""


_SHORTENED = (
    "av|avda|avd|ave|c|cl|cra|col|esc|pl|pza|pta|dcha|izq|núm|no|nr|n|st|str|rd|ln|apt|apto|depto|bd|bld|bldg|blvd|bât"
    "|urb|res|mz|lt|opp|flr|sec|ph|blk|dr|mr"
)
"""Words of addresses after which a full stop ends no sentence."""
_FLOOR = (
    r"(?:,?\s(?:piso|planta|portal|escalera|esc\.|bajo|ático|entresuelo|puerta|pta\.|apto\.?|depto\.?|bât\.?|étage|etage|wohnung"
    r"|floor|flat|apt\.?|unit|primero|segundo|tercero|cuarto|quinto|\d{1,2}\.?\s?[ºª°])"
    r"(?:\s(?:\d{1,3}[a-z]?|[a-z]|dcha\.?|izq\.?|derecha|izquierda|centro|planta))?(?![\p{L}\p{M}\d])){0,3}+"
)
_PLACE = lazily(
    r"\s?(?:is\s|,\s|:\s?|hai\s|lautet\s|es\s|est\s|هو\s)?(?:at\s|in\s|en\s|au\s)?\s?(?P<place>[^\n;!?]{4,140}+)"
)
"""From a cue to the end of the clause."""


@lru_cache(maxsize=1)
def _ends() -> regex.Pattern[str]:
    endings = "|".join(pack.home_ends for pack in packs.all_languages() if pack.home_ends)
    return regex.compile(rf"(?:(?<!(?<![\p{{L}}])(?:{_SHORTENED}))\.\s|{endings})")


@lru_cache(maxsize=1)
def _verbs() -> tuple[str, ...]:
    """The verbs of those frames: without one of them none is looked for."""
    closings = " ".join(closing for pack in packs.all_languages() for _, closing in pack.home_around)
    return tuple(word for word in regex.findall(r"[\p{L}\p{M}]+", closings) if len(word) > 3)


@lru_cache(maxsize=1)
def _around() -> regex.Pattern[str]:
    """Where the verb comes last: "main ... mein rehta hoon"."""
    frames = [frame for pack in packs.all_languages() for frame in pack.home_around]
    body = "|".join(
        rf"(?:{opening})\s(?P<place>[^\n;!?]{{4,120}}?)\s(?:{closing})" for opening, closing in frames
    )
    return regex.compile(rf"(?<![\p{{L}}\p{{M}}])(?:{body})(?![\p{{L}}\p{{M}}])")


@lru_cache(maxsize=1)
def _street_words() -> frozenset[str]:
    return packs.all_words("streets")


@lru_cache(maxsize=1)
def _street() -> regex.Pattern[str]:
    """A house number with a street, in the order of either kind of language."""
    streets = "|".join(sorted(map(regex.escape, _street_words()), key=len, reverse=True))
    return regex.compile(
        rf"(?<![\p{{L}}\d])(?:\p{{L}}{{3,10}}\s\d{{1,4}}[a-z]?,\s)?(?:\d{{1,5}}[a-z]?,?(?:\s[\p{{L}}'.\-]{{2,20}}){{0,3}}?\s(?:{streets})"
        rf"|(?:{streets})(?:\s[\p{{L}}'.\-]{{2,20}}){{1,4}}?,?\s\d{{1,5}}[a-z]?(?:\s?#\s?\d{{1,4}}(?:-\d{{1,4}})?)?"
        rf"|\p{{L}}{{3,30}}(?:straße|strasse|str\.|weg|platz|allee|gasse)\s\d{{1,4}}[a-z]?)"
        rf"(?![\p{{L}}\p{{M}}\d]){_FLOOR}(?:,\s?[\p{{L}}\p{{M}}\d'.\- ]{{1,24}}+(?=[,.;\n]|$)){{0,3}}+"
    )


@lru_cache(maxsize=1)
def _home_words() -> AnyOf:
    return AnyOf(packs.all_words("home_words"))


@lru_cache(maxsize=1)
def _thing_words() -> AnyOf:
    things = packs.all_words("things") | {"office", "branch", "warehouse", "plant", "client"}
    return AnyOf(things - {"the"})


def homes(scene: Scene) -> Iterator[Span]:
    """ADDRESS spans from a cue to the end of the clause, where there is a number in it."""
    if not _DIGIT.search(scene.lower):
        return
    covered = -1
    for cue in cue_ends(scene, "HOME"):
        match = _PLACE.match(scene.lower, cue) if cue > covered else None
        if match is None:
            continue
        start, end = match.span("place")
        closing = _ends().search(scene.lower, start, end)
        if closing:
            end = closing.start()
        place = scene.lower[start:end].rstrip(" .,")
        if _DIGIT.search(place):
            covered = start + len(place)
            yield Span(start, covered, "ADDRESS", 0.7, "address.home")
    for match in _around().finditer(scene.lower) if any(map(scene.lower.__contains__, _verbs())) else ():
        if _DIGIT.search(match.group("place")):
            yield Span(match.start("place"), match.end("place"), "ADDRESS", 0.7, "address.home")
    if "STREET" in scene.cues or (
        any(map(scene.lower.__contains__, _SUFFIXES)) and _JOINED.search(scene.lower)
    ):
        for match in _streets_in(scene):
            if scene.policy == "strict" or _is_home(scene, match.start(), match.end()):
                yield Span(match.start(), match.end(), "ADDRESS", 0.6, "address.street")


def _streets_in(scene: Scene) -> Iterator[regex.Match[str]]:
    """Streets with their numbers: a match begins with a number, with the word before one, or with a word of streets."""
    tokens, last = scene.tokens, 0
    pattern, words = _street(), _street_words()
    texts = scene.texts
    streets = [index for index, text in enumerate(texts) if text in words]
    if any(map(scene.lower.__contains__, _WRITTEN_ON)):
        streets += [index for index, text in enumerate(texts) if text.endswith(_SUFFIXES)]
    begins: set[int] = set()
    for index in streets:
        for place, text in enumerate(texts[max(0, index - _REACH) : index + _REACH], max(0, index - _REACH)):
            if "0" <= text[0] <= "9":
                if place < index:
                    begins.add(place)
                if place and _belongs_to_the_word_before(scene.lower, tokens[place]):
                    begins.add(max(0, place - (2 if place > 1 and texts[place - 1] == "." else 1)))
        if texts[index] in words:
            begins.add(index)
    for index in sorted(begins):
        start = tokens[index].start
        if start >= last and (match := pattern.match(scene.lower, start)):
            last = match.end()
            yield match


def _belongs_to_the_word_before(lower: str, number: Token) -> bool:
    """ "Lindenweg 12", or "flat 12," before the number of a house."""
    return lower.endswith(_WRITTEN_ON, 0, number.start - 1) or "," in lower[number.end : number.end + 2]


def _is_home(scene: Scene, start: int, end: int) -> bool:
    """Whether somebody lives there: a word of homes near it, or a name right before it."""
    before, after = scene.lower[max(0, start - _NEAR) : start], scene.lower[end : end + _NEAR_AFTER]
    homes, of_site = _home_words().spans_in(before), _thing_words().spans_in(before)
    if of_site and not (homes and homes[-1][0] > of_site[-1][1]):
        return False
    if homes or _HOME_OF.search(scene.lower, start, end) or _OF_FORM.search(before) or _MOVED.search(before):
        return True
    if _home_words().is_in(after.split("\n", 1)[0]):
        return True
    words = words_in(scene.text[max(0, start - _NEAR) : start])[-2:]
    if not words or scene.text[words[-1].end + max(0, start - _NEAR) : start] not in (
        ", ",
        ": ",
        "\n",
        ",\n",
    ):
        return False
    return bool(words[0].marks & GIVEN) and not words[-1].marks & (KIND | PLACE)
