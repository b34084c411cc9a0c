"""Names that the lists know, alone or with what belongs to them: pairs, initials, surnames first."""

from __future__ import annotations

from collections.abc import Iterator

from apps.onboarding_api.services.pii_integration.engine import (
    name_syllables,
)
from apps.onboarding_api.services.pii_integration.engine.lexicon import (
    ACT,
    AMBIGUOUS,
    BRAND,
    CORE,
    DOES,
    EVERYDAY,
    FAMILY,
    FREQUENT,
    GIVEN,
    KIND,
    KIND_BEFORE,
    NAMED,
    PLACE,
    ROLE,
    STOP,
    word_set,
)
from apps.onboarding_api.services.pii_integration.engine.name_announced import and_others, closed
from apps.onboarding_api.services.pii_integration.engine.name_extent import (
    Trust,
    is_organisation,
    name_end,
)
from apps.onboarding_api.services.pii_integration.engine.name_words import (
    PARTICLES,
    Word,
    is_marked,
    is_named,
    is_somebodys,
    is_sure,
    is_unknown,
)
from apps.onboarding_api.services.pii_integration.engine.patterns import lazily
from apps.onboarding_api.services.pii_integration.engine.scene import Scene
from apps.onboarding_api.services.pii_integration.engine.spans import Span

_SAINTS = frozenset({"saint", "st", "san", "santa", "santo", "sankt", "sainte"})
_PHONETIC = word_set("charlie juliet juliett mike oscar romeo victor")
_SPOTS = word_set("checkpoint gate zone post tower block sector bay channel camera point")
_NAMED_LIKE_PEOPLE = word_set(
    "version release codename edition firmware versión modelo modèle modell marke marque marca gama"
)
"""Things whose own names are often given names."""
_ARE_PEOPLE = lazily(r"\p{Lu}[\p{Ll}\p{M}]+(?:/\p{Lu}[\p{Ll}\p{M}]+){1,4}[.,;:!?]?")
"""Names with strokes between them: "Owen/Priya to check"."""
_LETTERS = word_set("ए बी सी डी ई एफ जी एच आई जे के एल एम एन ओ पी क्यू आर एस टी यू वी डब्ल्यू एक्स वाई जेड")
"""Initials in Devanagari, before a full stop."""
_SERVANT = frozenset({"عبد", "وعبد"})
_PARENT = frozenset({"أبو", "ابو", "أم"})
"""The first words of Arabic names of two."""
_SHORTENED = word_set("md mohd mhd muhd sk syed abd")
"""Given names that are always written short: part of the name after them."""
_LONGEST_ON_PAPER = 7
_LONGEST_CHUNK = 80


def from_lists(scene: Scene, sequence: list[Word]) -> Iterator[Span]:
    taken = 0
    for index in [
        index
        for index, word in enumerate(sequence)
        if word.capital
        or word.marks & GIVEN
        or word.caseless
        or (not word.marks and ("-" in word.low or word.low[-1] == "s"))
    ]:
        if index < taken:
            continue
        word = sequence[index]
        if word.low in _SAINTS and word.capital:
            continue
        if not word.marks and is_somebodys(sequence, index):
            yield Span(word.start, word.end, "NAME", 0.6, "name.genitive")
            taken = index + 1
            continue
        end = name_syllables.whole_name(sequence, index) if word.low in name_syllables.SYLLABLES else index
        if end > index:
            pass
        elif (word.marks & GIVEN) or ((not word.marks) and (is_sure(word) or is_marked(word))):
            if word.low not in _SAINTS and not (index and sequence[index - 1].low in _SAINTS):
                end = name_end(sequence, index, Trust.SOME)
            if end == index + 1 and is_code_word(sequence, index):
                end = index
        elif _is_surname_first(scene, sequence, index):
            end = index + 2
        elif after := _of_some_words(sequence, index):
            end = after
        elif (
            (word.capital or word.caseless)
            and index + 1 < len(sequence)
            and len(word.text) > 1
            and not (word.low in _LETTERS and sequence[index + 1].gap == ". ")
        ):
            end = _pair(sequence, index)
        elif (word.capital and len(word.text) == 1) or word.low in _LETTERS:
            end = _after_initials(sequence, index)
        if end > index and not lies_in_code(scene, word, sequence[end - 1]):
            yield from _surname_before(sequence, index)
            begin = index
            if index and word.gap in (" ", ". ") and sequence[index - 1].low in _SHORTENED:
                begin -= sequence[index - 1].capital or not word.capital
            yield Span(sequence[begin].start, closed(scene, sequence[end - 1]), "NAME", 0.6, "name.list")
            yield from and_others(scene, sequence, end)
            taken = end


def _arabic_compound(sequence: list[Word], index: int) -> int:
    """The index after "عبد الرحمن", "نور الدين" or "أبو بكر" and what follows as a name; 0 for none."""
    if index + 1 >= len(sequence) or sequence[index + 1].gap != " ":
        return 0
    word, following = sequence[index], sequence[index + 1]
    servant = word.low in _SERVANT and following.low.startswith("ال") and len(following.low) > 4
    of_faith = following.low == "الدين" and bool(word.marks & NAMED)
    parent = (
        word.low in _PARENT
        and bool(following.marks & (NAMED | FAMILY))
        and not following.marks & (PLACE | EVERYDAY | KIND)
    )
    if not (servant or of_faith or parent):
        return 0
    end = index + 2
    while end < len(sequence) and end - index < 4 and sequence[end].gap == " ":
        if not sequence[end].marks & NAMED or sequence[end].marks & (STOP | EVERYDAY | CORE | PLACE):
            break
        end += 1
    return end


def _of_some_words(sequence: list[Word], index: int) -> int:
    """The index after a name that its form tells, 0 for none."""
    word = sequence[index]
    if word.caseless:
        return _arabic_compound(sequence, index)
    return _paper_name(sequence, index) if word.text.isupper() else 0


def _is_surname_first(scene: Scene, sequence: list[Word], index: int) -> bool:
    """ "Bains, Kamala; badge 5": the first words of a line, and nothing more of a sentence."""
    if index + 1 >= len(sequence) or sequence[index + 1].gap != ", ":
        return False
    surname, given = sequence[index], sequence[index + 1]
    if not (surname.capital and given.capital and surname.marks & FAMILY and given.marks & NAMED):
        return False
    if (surname.marks | given.marks) & (EVERYDAY | PLACE | KIND | BRAND | CORE):
        return False
    begins = not surname.gap.strip(" -*#|•") if not index else "\n" in surname.gap
    return begins and scene.text[given.end : given.end + 2].strip()[:1] in ("", ";", "|", ",", "(")


def _paper_name(sequence: list[Word], index: int) -> int:
    """The index after "DE LA CRUZ, JUAN MIGUEL" where it begins a line; 0 for none."""
    if index and "\n" not in sequence[index].gap:
        return 0
    comma = 0
    for place in range(index, min(index + _LONGEST_ON_PAPER, len(sequence))):
        word = sequence[place]
        if not word.text.isupper() or not word.text.isalpha():
            break
        if place > index and word.gap == ", " and not comma:
            comma = place
        elif place > index and word.gap != " ":
            break
        common = word.marks & (EVERYDAY | KIND | PLACE | ROLE | BRAND | CORE) and not word.marks & NAMED
        if word.low not in PARTICLES and common:
            break
    else:
        place += 1
    surname, given = sequence[comma - 1], sequence[comma]
    if not comma or place <= comma or not given.marks & NAMED or surname.low in PARTICLES:
        return 0
    return place if surname.marks & FAMILY or is_unknown(surname) else 0


def is_code_word(sequence: list[Word], index: int) -> bool:
    """ "checkpoint Charlie", "version Jessie": one word right after what it names."""
    word = sequence[index]
    if not index or word.gap != " " or not word.capital:
        return False
    before = sequence[index - 1].low
    return before in _NAMED_LIKE_PEOPLE or (word.low in _PHONETIC and before in _SPOTS)


def _pair(sequence: list[Word], index: int) -> int:
    """A capitalised everyday or unknown name beside another name: Bill Long, Grace Hope, Tevita Mwangi."""
    word, following = sequence[index], sequence[index + 1]
    if word.caseless:
        return _pair_of_scripts(sequence, index)
    if (
        following.gap not in (" ", ". ")
        or not following.capital
        or is_organisation(sequence, index, index + 2)
    ):
        return index
    if (word.marks | following.marks) & BRAND:
        return index
    if _is_before_rare_surname(sequence, index):
        return index + 2
    if word.marks & PLACE or (word.marks & EVERYDAY and not (word.marks & ACT and word.marks & AMBIGUOUS)):
        return index
    if not is_named(word) and not (is_unknown(word) and word.text[1:].islower()):
        return index
    surname = following.marks & FAMILY and not following.marks & (CORE | KIND | PLACE | EVERYDAY | STOP)
    if following.low in PARTICLES and index + 2 < len(sequence) and sequence[index + 2].capital:
        surname = (
            is_named(word)
            and sequence[index + 2].gap == " "
            and not sequence[index + 2].marks & (KIND | PLACE)
        )
    elif is_named(word) and not following.marks and following.text[1:].islower() and len(following.text) > 2:
        surname = not (
            index + 2 < len(sequence) and sequence[index + 2].gap == " " and sequence[index + 2].capital
        )
    if is_named(word) and word.marks & EVERYDAY:
        # "Will Patel": only beside what is a family name and nothing else.
        if not surname or following.marks & FREQUENT:
            return index
    elif is_named(word):
        if not is_named(following) and not surname:
            return index
        if not surname and index == 0 and word.marks & following.marks & AMBIGUOUS and not _acts(sequence, 2):
            return index
    elif not surname or following.marks & FREQUENT:
        return index
    end = name_end(sequence, index, Trust.SOME)
    return end if end > index else index + 2


def _is_before_rare_surname(sequence: list[Word], index: int) -> bool:
    """ "belongs to Precious Amankwah": within a sentence, before a family name that is no word of any language."""
    word, following = sequence[index], sequence[index + 1]
    within = index and word.gap == " " and sequence[index - 1].text.islower()
    if not (within or _is_a_line(sequence, index)) or following.gap != " ":
        return False
    if following.marks & (FREQUENT | EVERYDAY | PLACE | KIND | BRAND) or not following.marks & FAMILY:
        return False
    cased = word.text[1:].islower() if within else not word.marks
    return cased and not word.marks & (STOP | KIND | KIND_BEFORE | PLACE | ROLE)


def _is_a_line(sequence: list[Word], index: int) -> bool:
    """Whether two words in capitals are all of a line, as names on papers are."""
    word, following = sequence[index], sequence[index + 1]
    begins = "\n" in word.gap
    ends = index + 2 == len(sequence) or sequence[index + 2].gap.lstrip(" ").startswith("\n")
    return begins and ends and word.text.isupper() and following.text.isupper()


def _acts(sequence: list[Word], index: int) -> bool:
    return index < len(sequence) and sequence[index].gap == " " and bool(sequence[index].marks & (ACT | DOES))


def _pair_of_scripts(sequence: list[Word], index: int) -> int:
    word, following = sequence[index], sequence[index + 1]
    if following.gap != " " or not following.marks & NAMED or word.marks & (PLACE | EVERYDAY | STOP | ROLE):
        return index
    if is_organisation(sequence, index, index + 2) or not (following.marks & GIVEN or word.marks & NAMED):
        return index
    if not word.marks & NAMED and (word.marks or not following.marks & (GIVEN | FAMILY)):
        return index
    end = name_end(sequence, index, Trust.SOME)
    return end if end > index else index + 2


def _after_initials(sequence: list[Word], index: int) -> int:
    """ "S. Ramanathan", "D. K. Bose": initials with full stops before a name of the lists."""
    place = index
    while (
        place + 1 < len(sequence)
        and place - index < 4
        and (len(sequence[place].text) == 1 or sequence[place].low in _LETTERS)
    ):
        if sequence[place + 1].gap not in (". ", ".", " ", ".-"):
            break
        place += 1
    last = sequence[place]
    if place == index or not (last.capital or last.caseless) or len(last.text) == 1 or last.low in _LETTERS:
        return index
    dotted = all(word.gap.startswith(".") for word in sequence[index + 1 : place + 1])
    if not is_named(last):
        rare = place - index > 1 and dotted and is_unknown(last) and last.text[1:].islower()
        return place + 1 if rare else index
    if last.caseless and not dotted:
        return index
    if last.gap == " " and last.marks & (AMBIGUOUS | EVERYDAY | FREQUENT):
        return index
    end = name_end(sequence, place, Trust.SOME)
    return index if end == place else end


def _surname_before(sequence: list[Word], index: int) -> Iterator[Span]:
    """ "O'Brien, Séamus"."""
    if index == 0 or sequence[index].gap != ", ":
        return
    before = sequence[index - 1]
    if (
        before.capital
        and sequence[index].capital
        and not before.marks & EVERYDAY
        and ((before.marks & FAMILY and before.marks & NAMED) or is_marked(before))
    ):
        yield Span(before.start, before.end, "NAME", 0.6, "name.surname_first")


def _chunk(text: str, start: int, end: int) -> str:
    """What is written without a space around a place."""
    while start and end - start < _LONGEST_CHUNK and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and end - start < _LONGEST_CHUNK and not text[end].isspace():
        end += 1
    return text[start:end]


def lies_in_code(scene: Scene, first: Word, last: Word) -> bool:
    """Part of a path, an identifier or a host name: /srv/oscar/x.py, django.oscar, user_maria_id."""
    left = scene.text[max(0, first.start - 1) : first.start]
    right = scene.text[last.end : last.end + 2]
    if (
        left == "@"
        and first.marks & NAMED
        and not scene.text[max(0, first.start - 2) : first.start - 1].strip()
    ):
        left = ""
    if "/" in (left, right[:1]) and _ARE_PEOPLE.fullmatch(_chunk(scene.text, first.start, last.end)):
        return False
    if left and left in "/\\_.@#$-:" and not (left in ":." and first.capital):
        return True
    return bool(right) and (
        right[0] in "_/\\@=(" or (right[0] in ".-:" and right[1:].isalnum() and not right[1:].isupper())
    )
