"""Names that something announces: a cue, a title, a name before them."""

from __future__ import annotations

from collections.abc import Iterator

from apps.onboarding_api.services.pii_integration.engine import (
    name_cues,
    name_subjects,
)
from apps.onboarding_api.services.pii_integration.engine.lexicon import (
    ACT,
    AMBIGUOUS,
    BRAND,
    CORE,
    EVERYDAY,
    FAMILY,
    FOLLOWS,
    FREQUENT,
    GIVEN,
    KIND,
    NAMED,
    PLACE,
    ROLE,
    STOP,
    word_set,
)
from apps.onboarding_api.services.pii_integration.engine.name_extent import (
    Trust,
    is_named_after,
    name_end,
)
from apps.onboarding_api.services.pii_integration.engine.name_words import (
    Word,
    is_everyday,
    is_marked,
    is_named,
    is_sure,
    is_unknown,
)
from apps.onboarding_api.services.pii_integration.engine.packs import all_words
from apps.onboarding_api.services.pii_integration.engine.scene import Scene
from apps.onboarding_api.services.pii_integration.engine.spans import Span

_BELONGS = word_set(
    "from من side de von vom aus phone tel telefon telephone mobile number nummer email teléfono téléphone du von des"
)
_SPEAKS = word_set("speaking calling here bol spricht habla बोल")
"""After these words of the speaker's own, the word before is who they are."""
_SHORTEST_TITLE = 3
_OF_SOMEBODY = word_set(
    "my our your his her their mi nuestro nuestra su mon ma notre mein meine unser unsere mera mere meri"
)


def after_cues(scene: Scene, sequence: list[Word]) -> Iterator[Span]:
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
            yield Span(sequence[index].start, closed(scene, sequence[end - 1]), "NAME", score, "name.cue")
            yield from and_others(scene, sequence, end)


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


def and_others(scene: Scene, sequence: list[Word], index: int) -> Iterator[Span]:
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


def after_titles(sequence: list[Word]) -> Iterator[Span]:
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


def closed(scene: Scene, last: Word) -> int:
    """With the full stop of "Jr."."""
    return (
        last.end + 1 if last.low in ("jr", "sr") and scene.text[last.end : last.end + 1] == "." else last.end
    )
