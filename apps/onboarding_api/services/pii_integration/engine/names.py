"""Names of people: after a cue, from the lists, by the words around, spelled out, and again later in the text."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from apps.onboarding_api.services.pii_integration.engine import (
    doubt,
    name_cues,
    name_scripts,
    name_subjects,
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
    FOLLOWS,
    FREQUENT,
    GIVEN,
    KIND,
    KIND_BEFORE,
    NAMED,
    PLACE,
    ROLE,
    STOP,
    firms,
    word_set,
)
from apps.onboarding_api.services.pii_integration.engine.name_evidence import evidence_for
from apps.onboarding_api.services.pii_integration.engine.name_words import (
    PARTICLES,
    Trust,
    Word,
    is_everyday,
    is_marked,
    is_named,
    is_named_after,
    is_organisation,
    is_somebodys,
    is_sure,
    is_unknown,
    name_end,
    words_in,
)
from apps.onboarding_api.services.pii_integration.engine.packs import all_words
from apps.onboarding_api.services.pii_integration.engine.patterns import lazily
from apps.onboarding_api.services.pii_integration.engine.scene import Scene
from apps.onboarding_api.services.pii_integration.engine.spans import Span

_BELONGS = word_set(
    "from من side de von vom aus phone tel telefon telephone mobile number nummer email teléfono téléphone du von des"
)
_SPEAKS = word_set("speaking calling here bol spricht habla बोल")
"""After these words of the speaker's own, the word before is who they are."""
_SAINTS = frozenset({"saint", "st", "san", "santa", "santo", "sankt", "sainte"})
_PHONETIC = word_set("charlie juliet juliett mike oscar romeo victor")
_SPOTS = word_set("checkpoint gate zone post tower block sector bay channel camera point")
_NAMED_LIKE_PEOPLE = word_set(
    "version release codename edition firmware versión modelo modèle modell marke marque marca gama"
)
"""Things whose own names are often given names."""
_NO_EVIDENCE = STOP | EVERYDAY | KIND
_ARE_PEOPLE = lazily(r"\p{Lu}[\p{Ll}\p{M}]+(?:/\p{Lu}[\p{Ll}\p{M}]+){1,4}[.,;:!?]?")
"""Names with strokes between them: "Owen/Priya to check"."""
_LETTERS = word_set("ए बी सी डी ई एफ जी एच आई जे के एल एम एन ओ पी क्यू आर एस टी यू वी डब्ल्यू एक्स वाई जेड")
"""Initials in Devanagari, before a full stop."""
_SERVANT = frozenset({"عبد", "وعبد"})
_PARENT = frozenset({"أبو", "ابو", "أم"})
"""The first words of Arabic names of two."""
_SHORTENED = word_set("md mohd mhd muhd sk syed abd")
"""Given names that are always written short: part of the name after them."""
_SHORTEST_TITLE = 3
_LONGEST_ON_PAPER = 7
_FEWEST_LETTERS = 2
"""More letters by themselves may spell something."""
_LONGEST_CHUNK = 80
_CUED = 0.85
"""From here on a phrase before it said that a name follows."""
_OF_SOMEBODY = word_set(
    "my our your his her their mi nuestro nuestra su mon ma notre mein meine unser unsere mera mere meri"
)
_ENOUGH, _CERTAIN = 2.0, 3.0
"""Evidence that makes a capitalised word a name without a cue; a little less under the strict policy."""


def names(scene: Scene) -> Iterator[Span]:
    """NAME spans. Titles stay outside; initials, particles and suffixes belong to the name."""
    sequence = words_in(scene.text)
    if not sequence:
        return
    found = [*_after_cues(scene, sequence), *_after_titles(sequence), *_from_lists(scene, sequence)]
    found += _before_honours(scene, sequence)
    found += _by_evidence(scene, sequence, found)
    if scene.policy != "strict" and (things := list(_called_after(sequence))):
        found = [
            span
            for span in found
            if not any(
                start <= span.start < end and (span.score < _CUED or titled) for start, end, titled in things
            )
        ]
    found += _shaped(scene, sequence)
    found += [
        Span(start, end, "NAME", 0.6, "name.script")
        for start, end in name_scripts.names_of_other_scripts(scene.text)
    ]
    found += _again(sequence, found)
    yield from found
    if scene.policy == "strict":
        yield from doubt.doubted(scene, sequence, found)


def _called_after(sequence: list[Word]) -> Iterator[tuple[int, int, bool]]:
    """Where firms, brands and days that are called after people stand, and whether with a title: "Dr Fixit"."""
    known = firms()
    for index in [place for place, word in enumerate(sequence) if word.capital and word.low in known]:
        word = sequence[index]
        second = sequence[index + 1].low if index + 1 < len(sequence) else ""
        for phrase in known[word.low]:
            if len(phrase) > 1 and phrase[1] != second:
                continue
            said = sequence[index : index + len(phrase)]
            if len(said) == len(phrase) and all(
                one.low == wanted for one, wanted in zip(said, phrase, strict=True)
            ):
                yield word.start, said[-1].end, phrase[0] in all_words("titles")
    for index in [place for place, word in enumerate(sequence) if place and word.gap == " & "]:
        word, following = sequence[index - 1], sequence[index]
        surname = following.marks & FAMILY and not following.marks & (GIVEN | AMBIGUOUS)
        if surname and word.capital and following.capital:
            yield word.start, following.end, False


def _after_cues(scene: Scene, sequence: list[Word]) -> Iterator[Span]:
    for cue in name_cues.cues(sequence):
        index = _past_title(sequence, cue.index)
        if cue.until > index:
            yield Span(sequence[index].start, sequence[cue.until - 1].end, "NAME", 0.85, "name.cue")
            continue
        trust = cue.trust
        if (
            index
            and sequence[index - 1].text == "M"
            and sequence[index].gap == ". "
            and sequence[index].capital
        ):
            trust = Trust.FULL
        if trust is Trust.SOME and (
            _is_more_than_a_brand(sequence, index)
            or (not cue.introducing and name_subjects.is_spoken_to(sequence, index))
        ):
            trust = Trust.FULL
        end = name_end(sequence, index, trust, comma=cue.labelled)
        if end == index or (cue.introducing and not _introduces_person(sequence, cue.index, index, end)):
            continue
        if (
            index
            and sequence[index - 1].low in all_words("titles")
            and is_named_after(sequence, index - 1)
            and not cue.labelled
        ):
            continue
        if cue.role and not _is_somebody(sequence, index, end, cue):
            continue
        if trust is not cue.trust or not _is_sentence(
            scene,
            sequence,
            index,
            end,
            cue.trust,
            introducing=cue.introducing or sequence[index - 1].low == "ist",
        ):
            score = 0.85 if cue.trust is Trust.FULL else 0.65
            yield Span(sequence[index].start, _closed(scene, sequence[end - 1]), "NAME", score, "name.cue")
            yield from _and_others(scene, sequence, end)


def _is_more_than_a_brand(sequence: list[Word], index: int) -> bool:
    """ "hable con Mercedes Iturralde": a given name that a maker has too, before a family name."""
    word = sequence[index]
    if not (word.marks & BRAND and word.marks & AMBIGUOUS and word.capital) or index + 1 >= len(sequence):
        return False
    following = sequence[index + 1]
    return (
        following.gap == " " and following.capital and not following.marks & (BRAND | KIND | EVERYDAY | STOP)
    )


def _introduces_person(sequence: list[Word], cue: int, first: int, end: int) -> bool:
    """ "it's Xiomara from the site", "hi this is ...", but not "it's Prestige Shantiniketan" (a building)."""
    if first > cue or any(is_named(word) or is_marked(word) for word in sequence[first:end]):
        return True
    if end < len(sequence) and sequence[end].low in _SPEAKS | _BELONGS:
        return True
    return any(word.low in all_words("greets") for word in sequence[max(0, cue - 4) : cue])


def _is_somebody(sequence: list[Word], first: int, end: int, cue: name_cues.Cue) -> bool:
    """Whether what follows a role is a name: known ones in any case, others with a capital."""
    word = sequence[first]
    if is_sure(word) or is_marked(word):
        return True
    if word.capital:
        return is_named(word) or cue.labelled or is_unknown(word)
    ends = end == len(sequence) or bool(sequence[end].gap.strip())
    if word.caseless:
        if end - first > 1 and word.marks & sequence[first + 1].marks & NAMED:
            return True
        said = not ends and bool(sequence[end].marks & (ACT | FOLLOWS))
        said = said or (not ends and end - first > 1 and sequence[end].low in all_words("called"))
        return is_named(word) or cue.labelled or cue.linked or said
    if word.marks & NAMED and not word.marks & EVERYDAY:
        if end - first > 1 and sequence[first + 1].marks & NAMED:
            return True
        owned = first > 1 and ends and sequence[first - 2].low in _OF_SOMEBODY and not word.marks & CORE
        return (ends and cue.linked) or owned or not word.marks & (FREQUENT | AMBIGUOUS)
    return end - first > 1


def _and_others(scene: Scene, sequence: list[Word], index: int) -> Iterator[Span]:
    """ "Wei Zhang and Fatima al-Zahra": what is joined to a name is one too."""
    for _ in range(6):
        if index >= len(sequence):
            return
        joined = sequence[index].low in all_words("joins") and sequence[index].gap == " "
        if joined and name_subjects.tells_things_apart(sequence, index + 1):
            return
        written_on = sequence[index].gap == " و"
        listed_on = sequence[index].gap in (", ", "; ", " & ", "، ", " و", " ")
        first = index + 1 if joined else index
        if not (joined or listed_on) or first >= len(sequence):
            return
        word = sequence[first]
        if not joined and sequence[index].gap == " " and not word.text[:1].isalpha():
            return
        if listed_on and sequence[index].gap == " " and not joined:
            return
        rare = joined and not sequence[index - 1].capital and is_unknown(word) and word.text.islower()
        rare = rare or (
            word.caseless and is_named(word) and (written_on or joined) and not word.marks & EVERYDAY
        )
        rare = rare or _are_two_names(sequence, first)
        rare = rare or (
            joined
            and bool(word.marks & NAMED)
            and not sequence[index - 1].capital
            and not word.marks & (FREQUENT | EVERYDAY | CORE | STOP | KIND | PLACE | ROLE)
        )
        if not (word.capital or word.marks & GIVEN or rare or (word.caseless and is_named(word))):
            return
        end = name_end(sequence, first, Trust.SOME)
        if end == first or not (rare or not _is_sentence(scene, sequence, first, end, Trust.SOME)):
            return
        yield Span(word.start, sequence[end - 1].end, "NAME", 0.6, "name.joined")
        index = end


def _are_two_names(sequence: list[Word], index: int) -> bool:
    """ "..., ángel ferrer y mireia": two names side by side, though each is a word too."""
    if index + 1 >= len(sequence) or sequence[index + 1].gap != " ":
        return False
    word, following = sequence[index], sequence[index + 1]
    both = word.marks | following.marks
    return bool(word.marks & following.marks & NAMED and following.marks & FAMILY) and not both & (
        EVERYDAY | CORE | STOP | KIND | PLACE | ROLE
    )


def _after_titles(sequence: list[Word]) -> Iterator[Span]:
    """ "Capt Rathore", "Engr. Bello": after a title, a capitalised word that is a name or in no list."""
    titles = all_words("titles")
    for index in [
        place
        for place, word in enumerate(sequence)
        if word.low in titles and len(word.low) >= _SHORTEST_TITLE
    ]:
        first = index + 1
        if first >= len(sequence):
            continue
        word = sequence[first]
        if word.gap not in (" ", ". ") or not (word.capital or word.caseless) or word.low in titles:
            continue
        if word.gap == ". " and not sequence[index].capital and not word.caseless:
            continue
        if word.marks & (STOP | EVERYDAY | KIND | PLACE | ROLE | BRAND):
            continue
        if not (word.marks & (NAMED | FAMILY) or (is_unknown(word) and not word.caseless)):
            continue
        if is_named_after(sequence, index):
            continue
        end = name_end(sequence, first, Trust.FULL)
        if end > first:
            yield Span(word.start, sequence[end - 1].end, "NAME", 0.7, "name.title")


def _past_title(sequence: list[Word], index: int) -> int:
    """After "Dr." and the like: titles stay outside the name."""
    titles = all_words("titles")
    last = min(index + 3, len(sequence) - 1)
    while index < last and sequence[index].low in titles and sequence[index + 1].gap in (" ", ". "):
        if (
            index
            and len(sequence[index].text) == 1
            and sequence[index].capital
            and sequence[index].text != "M"
        ):
            break
        index += 1
    return index


def _is_sentence(
    scene: Scene, sequence: list[Word], first: int, end: int, trust: Trust, *, introducing: bool = False
) -> bool:
    """Whether lower-case words after a cue are the sentence going on: "the doctor will sign", "call volume is high"."""
    word = sequence[first]
    if end - first > 1 or word.capital or is_sure(word):
        return False
    if word.caseless and not word.marks:
        return False
    if trust is Trust.FULL:
        return bool(word.marks & EVERYDAY) and not word.marks & AMBIGUOUS
    following = sequence[end] if end < len(sequence) else None
    if word.marks & NAMED and not word.marks & (EVERYDAY | CORE | PLACE | (0 if word.caseless else FREQUENT)):
        return False
    if word.marks & NAMED and following is not None and _is_with_role(sequence, end):
        return False
    if word.marks & (AMBIGUOUS | EVERYDAY):
        if following is None or following.gap.strip():
            if introducing and word.marks & CORE and not word.caseless:
                return True
            return bool(word.marks & EVERYDAY) or bool(word.caseless and word.marks & FREQUENT)
        if following.marks & FOLLOWS or following.low in _SPEAKS | _BELONGS:
            return False
        return is_everyday(following) or not following.marks & STOP
    if is_named(word):
        return False
    # A word in no list: a name where the sentence says so, or where doubt is enough.
    if following is not None and (following.low in _SPEAKS | _BELONGS or following.marks & FOLLOWS):
        return False
    return scene.policy != "strict"


def _is_with_role(sequence: list[Word], index: int) -> bool:
    """ "summer the receptionist", "ángel el portero": an article and a role right after the word."""
    return (
        index + 1 < len(sequence)
        and sequence[index].gap in (" ", ", ")
        and sequence[index].low in all_words("articles")
        and any(word.marks & ROLE for word in sequence[index + 1 : index + 3])
    )


def _closed(scene: Scene, last: Word) -> int:
    """With the full stop of "Jr."."""
    return (
        last.end + 1 if last.low in ("jr", "sr") and scene.text[last.end : last.end + 1] == "." else last.end
    )


def _from_lists(scene: Scene, sequence: list[Word]) -> Iterator[Span]:
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
            if end == index + 1 and _is_code_word(sequence, index):
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
        if end > index and not _lies_in_code(scene, word, sequence[end - 1]):
            yield from _surname_before(sequence, index)
            begin = index
            if index and word.gap in (" ", ". ") and sequence[index - 1].low in _SHORTENED:
                begin -= sequence[index - 1].capital or not word.capital
            yield Span(sequence[begin].start, _closed(scene, sequence[end - 1]), "NAME", 0.6, "name.list")
            yield from _and_others(scene, sequence, end)
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


def _is_code_word(sequence: list[Word], index: int) -> bool:
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


def _before_honours(scene: Scene, sequence: list[Word]) -> Iterator[Span]:
    """ "sharma ji", "hyginus bhai", "ravi kumar sahab"."""
    for index in name_subjects.honoured(sequence):
        word, first = sequence[index], index
        while first and index - first < 2 and word.gap == " " and sequence[first].gap == " ":
            before = sequence[first - 1]
            if not is_sure(before) or before.capital != word.capital:
                break
            first -= 1
        if not _lies_in_code(scene, sequence[first], word):
            yield Span(sequence[first].start, word.end, "NAME", 0.6, "name.honoured")


def _by_evidence(scene: Scene, sequence: list[Word], found: list[Span]) -> list[Span]:
    """Words that no cue and no list makes a name, where what stands around them does: "Oluwadamilare said ..."."""
    taken = {span.start for span in found}
    enough = _ENOUGH - (0.5 if scene.policy == "strict" else 0.0)
    result: list[Span] = []
    covered = -1
    for index in [
        index
        for index, word in enumerate(sequence)
        if not (word.marks & _NO_EVIDENCE and not (word.capital and _may_be_somebody(word)))
        and (
            word.marks & NAMED
            or (not word.marks & ~FAMILY and (word.capital or word.caseless))
            or (not (word.marks or word.capital) and name_subjects.is_unknown_doer(sequence, index))
        )
    ]:
        word = sequence[index]
        if word.start in taken or word.start < covered:
            continue
        points = evidence_for(scene, sequence, index)
        if points < enough or _is_code_word(sequence, index):
            continue
        sure = points >= _CERTAIN or bool(word.marks & EVERYDAY)
        end = name_end(sequence, index, Trust.FULL if sure else Trust.SOME)
        if end > index and not _lies_in_code(scene, word, sequence[end - 1]):
            result.append(Span(word.start, sequence[end - 1].end, "NAME", 0.55, "name.evidence"))
            covered = sequence[end - 1].end
    return result


def _may_be_somebody(word: Word) -> bool:
    """ "April is our receptionist": an everyday word with a capital that is a given name too."""
    named = word.marks & AMBIGUOUS and word.marks & NAMED and word.capital and not word.text.isupper()
    return bool(named) and not word.marks & (STOP | KIND)


def _chunk(text: str, start: int, end: int) -> str:
    """What is written without a space around a place."""
    while start and end - start < _LONGEST_CHUNK and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and end - start < _LONGEST_CHUNK and not text[end].isspace():
        end += 1
    return text[start:end]


def _lies_in_code(scene: Scene, first: Word, last: Word) -> bool:
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


def _shaped(scene: Scene, sequence: list[Word]) -> Iterator[Span]:
    if name_cues.may_spell(scene.lower):
        alone = [word for word in sequence if len(word.low) == 1 or word.low[1:2] == word.low[3:4] == "-"]
        if len(alone) > _FEWEST_LETTERS or any("-" in word.low for word in alone):
            for start, end in name_cues.spelled(scene.lower):
                yield Span(start, end, "NAME", 0.85, "name.spelled")
    for start, end in name_cues.machine_lines(scene.text):
        yield Span(start, end, "NAME", 0.9, "name.machine_line")
    for start, end in name_cues.displayed(scene.text):
        yield Span(start, end, "NAME", 0.7, "name.displayed")


def _again(sequence: list[Word], found: list[Span]) -> Iterator[Span]:
    """The parts of the names found, where they come again: "later jackson came back"."""
    if not found:
        return
    starts = [word.start for word in sequence]
    parts: set[str] = set()
    for span in found:
        if span.rule == "name.spelled":
            continue
        for word in sequence[bisect_left(starts, span.start) : bisect_left(starts, span.end)]:
            if len(word.low) >= 3 and not is_everyday(word) and not word.marks & AMBIGUOUS:
                parts.add(word.low)
    for word in [word for word in sequence if word.low in parts]:
        yield Span(word.start, word.end, "NAME", 0.55, "name.again")
