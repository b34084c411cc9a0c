"""Names of people: after a cue, from the lists, spelled out, in machine readable lines, and again later in the text."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from apps.onboarding_api.services.pii_integration.engine import name_cues
from apps.onboarding_api.services.pii_integration.engine.lexicon import word_set, words
from apps.onboarding_api.services.pii_integration.engine.name_words import (
    Trust,
    Word,
    given,
    is_everyday,
    is_listed,
    is_marked,
    is_organisation,
    name_end,
    words_in,
)
from apps.onboarding_api.services.pii_integration.engine.scene import Scene
from apps.onboarding_api.services.pii_integration.engine.spans import Span

_GREETINGS = frozenset(
    [
        "hi",
        "hello",
        "hey",
        "hola",
        "bonjour",
        "hallo",
        "namaste",
        "yeah",
        "morning",
        "tag",
        "salut",
        "مرحبا",
        "नमस्ते",
    ]
)
_BELONGS = word_set(
    "from side de von aus phone tel telefon telephone mobile number nummer email teléfono téléphone"
)
_SPEAKS = word_set("speaking calling here bol spricht habla بول बोल")
"""After these words of the speaker's own, the word before is who they are."""


def names(scene: Scene) -> Iterator[Span]:
    """NAME spans. Titles stay outside; initials, particles and suffixes belong to the name."""
    if not any(character.isalpha() for character in scene.text):
        return
    sequence = words_in(scene.text)
    found = [*_after_cues(scene, sequence), *_from_lists(scene, sequence), *_shaped(scene)]
    yield from found
    yield from _again(sequence, found)


def _after_cues(scene: Scene, sequence: list[Word]) -> Iterator[Span]:
    for cue in name_cues.cues(sequence):
        index = _past_title(sequence, cue.index)
        end = name_end(sequence, index, cue.trust, comma=cue.labelled)
        if cue.introducing and not _introduces_person(sequence, cue.index, index, end):
            continue
        if end > index and not _is_sentence(scene, sequence, index, end, cue.trust):
            score = 0.85 if cue.trust is Trust.FULL else 0.65
            yield Span(sequence[index].start, _closed(scene, sequence[end - 1]), "NAME", score, "name.cue")
            yield from _and_others(scene, sequence, end)


def _introduces_person(sequence: list[Word], cue: int, first: int, end: int) -> bool:
    """ "it's Xiomara from the site", "hi this is ...", but not "it's Prestige Shantiniketan" (a building)."""
    if first > cue or any(is_listed(word.low) or is_marked(word) for word in sequence[first:end]):
        return True
    if end < len(sequence) and sequence[end].low in _SPEAKS | _BELONGS:
        return True
    return any(word.low in _GREETINGS for word in sequence[max(0, cue - 4) : cue])


def _and_others(scene: Scene, sequence: list[Word], index: int) -> Iterator[Span]:
    """ "Wei Zhang and Fatima al-Zahra": what is joined to a name is one too."""
    for _ in range(6):
        if index >= len(sequence):
            return
        joined = (
            sequence[index].low in ("and", "y", "et", "und", "aur", "और", "و") and sequence[index].gap == " "
        )
        listed_on = sequence[index].gap in (", ", " & ")
        first = index + 1 if joined else index
        if (
            not (joined or listed_on)
            or first >= len(sequence)
            or not (sequence[first].capital or sequence[first].low in given())
        ):
            return
        end = name_end(sequence, first, Trust.SOME)
        if end == first or _is_sentence(scene, sequence, first, end, Trust.SOME):
            return
        yield Span(sequence[first].start, sequence[end - 1].end, "NAME", 0.6, "name.joined")
        index = end


def _past_title(sequence: list[Word], index: int) -> int:
    """After "Dr." and the like: titles stay outside the name."""
    titles = {
        "mr",
        "mrs",
        "ms",
        "dr",
        "mister",
        "doctor",
        "prof",
        "shri",
        "smt",
        "sri",
        "sir",
        "herr",
        "frau",
        "señor",
        "señora",
        "mme",
    }
    while (
        index + 1 < len(sequence) and sequence[index].low in titles and sequence[index + 1].gap in (" ", ". ")
    ):
        index += 1
    return index


def _is_sentence(scene: Scene, sequence: list[Word], first: int, end: int, trust: Trust) -> bool:
    """Whether lower-case words after a cue are the sentence going on: "the doctor will sign", "call volume is high"."""
    if end - first > 1 or sequence[first].capital or sequence[first].low in given():
        return False
    low = sequence[first].low
    if trust is Trust.FULL:
        return low in words("common") and low not in words("ambiguous")
    following = sequence[end].low if end < len(sequence) else ""
    if low in words("ambiguous") or low in words("common"):
        if not following:
            return low in words("common")
        return is_everyday(following) or following not in words("stop")
    if is_listed(low):
        return False
    # A word in no list: a name where the sentence says so, or where doubt is enough.
    return scene.policy != "strict" and following not in _SPEAKS


def _closed(scene: Scene, last: Word) -> int:
    """With the full stop of "Jr."."""
    return (
        last.end + 1 if last.low in ("jr", "sr") and scene.text[last.end : last.end + 1] == "." else last.end
    )


def _from_lists(scene: Scene, sequence: list[Word]) -> Iterator[Span]:
    sure = given()
    index = 0
    while index < len(sequence):
        word = sequence[index]
        end = index
        if (
            word.low in sure
            or is_marked(word)
            or ("-" in word.text and word.low.split("-")[0] in sure and word.capital)
        ):
            if not (index and sequence[index - 1].low in ("saint", "st", "san", "santa")):
                end = name_end(sequence, index, Trust.SOME)
        elif (word.capital or word.caseless) and is_listed(word.low) and index + 1 < len(sequence):
            end = _pair(sequence, index)
        elif word.capital and len(word.text) == 1:
            end = _after_initials(sequence, index)
        if end > index and not _lies_in_code(scene, word, sequence[end - 1]):
            yield from _surname_before(sequence, index)
            yield Span(word.start, _closed(scene, sequence[end - 1]), "NAME", 0.6, "name.list")
            index = end
        else:
            index += 1


def _pair(sequence: list[Word], index: int) -> int:
    """A capitalised everyday name beside another name: Bill Long, Grace Hope, Will Young."""
    word, following = sequence[index], sequence[index + 1]
    written = following.capital or (word.caseless and following.low in given())
    if following.gap not in (" ", ". ") or not written or not is_listed(following.low):
        return index
    if word.low in words("places") or is_organisation(sequence, index, index + 2):
        return index
    both_everyday = word.low in words("ambiguous") and following.low in words("ambiguous")
    starts_sentence = index == 0 or sequence[index].gap.strip() in (".", "!", "?", "")
    if both_everyday and starts_sentence and index == 0:
        return index
    return name_end(sequence, index, Trust.SOME)


def _after_initials(sequence: list[Word], index: int) -> int:
    """ "S. Ramanathan", "D. K. Bose": initials with full stops before a name of the lists."""
    place = index
    while (
        place + 1 < len(sequence)
        and len(sequence[place].text) == 1
        and sequence[place + 1].gap in (". ", ".")
    ):
        place += 1
    last = sequence[place]
    if place == index or not last.capital or not is_listed(last.low) or len(last.text) == 1:
        return index
    end = name_end(sequence, place, Trust.SOME)
    return index if end == place else end


def _surname_before(sequence: list[Word], index: int) -> Iterator[Span]:
    """ "O'Brien, Séamus"."""
    if index == 0 or sequence[index].gap != ", ":
        return
    before = sequence[index - 1]
    if before.capital and sequence[index].capital and (before.low in words("surnames") or is_marked(before)):
        yield Span(before.start, before.end, "NAME", 0.6, "name.surname_first")


def _lies_in_code(scene: Scene, first: Word, last: Word) -> bool:
    """Part of a path, an identifier or a host name: /srv/oscar/x.py, django.oscar, user_maria_id."""
    left = scene.text[max(0, first.start - 1) : first.start]
    right = scene.text[last.end : last.end + 2]
    if left and left in "/\\_.@#$-:" and not (left in ":." and first.capital):
        return True
    return bool(right) and (
        right[0] in "_/\\@=(" or (right[0] in ".-:" and right[1:].isalnum() and not right[1:].isupper())
    )


def _shaped(scene: Scene) -> Iterator[Span]:
    for start, end in name_cues.spelled(scene.lower):
        yield Span(start, end, "NAME", 0.85, "name.spelled")
    for start, end in name_cues.machine_lines(scene.text):
        yield Span(start, end, "NAME", 0.9, "name.machine_line")
    for start, end in name_cues.displayed(scene.text):
        yield Span(start, end, "NAME", 0.7, "name.displayed")


def _again(sequence: list[Word], found: list[Span]) -> Iterator[Span]:
    """The parts of the names found, where they come again: "later jackson came back"."""
    starts = [word.start for word in sequence]
    parts: set[str] = set()
    for span in found:
        if span.rule == "name.spelled":
            continue
        for word in sequence[bisect_left(starts, span.start) : bisect_left(starts, span.end)]:
            if len(word.low) >= 3 and word.low not in parts and not is_everyday(word.low):
                parts.add(word.low)
    parts -= words("ambiguous")
    if parts:
        for word in sequence:
            if word.low in parts:
                yield Span(word.start, word.end, "NAME", 0.55, "name.again")
