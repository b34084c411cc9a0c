"""Names of people: after a cue, from the lists, by the words around, spelled out, and again later in the text."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from apps.onboarding_api.services.pii_integration.engine import (
    doubt,
    name_cues,
    name_scripts,
    name_subjects,
)
from apps.onboarding_api.services.pii_integration.engine.lexicon import (
    AMBIGUOUS,
    EVERYDAY,
    FAMILY,
    GIVEN,
    KIND,
    NAMED,
    STOP,
    firms,
)
from apps.onboarding_api.services.pii_integration.engine.name_announced import after_cues, after_titles
from apps.onboarding_api.services.pii_integration.engine.name_evidence import evidence_for
from apps.onboarding_api.services.pii_integration.engine.name_extent import (
    Trust,
    name_end,
)
from apps.onboarding_api.services.pii_integration.engine.name_listed import (
    from_lists,
    is_code_word,
    lies_in_code,
)
from apps.onboarding_api.services.pii_integration.engine.name_words import (
    Word,
    is_everyday,
    is_sure,
    words_in,
)
from apps.onboarding_api.services.pii_integration.engine.packs import all_words
from apps.onboarding_api.services.pii_integration.engine.scene import Scene
from apps.onboarding_api.services.pii_integration.engine.spans import Span

_SUNDAY = "sun"
"""A frequent surname, which only the lists tell from the day: "Sun Wei", "closed on Sun"."""
_NO_EVIDENCE = STOP | EVERYDAY | KIND
_FEWEST_LETTERS = 2
"""More letters by themselves may spell something."""
_CUED = 0.85
"""From here on a phrase before it said that a name follows."""
_ENOUGH, _CERTAIN = 2.0, 3.0
"""Evidence that makes a capitalised word a name without a cue; a little less under the strict policy."""


def names(scene: Scene) -> Iterator[Span]:
    """NAME spans. Titles stay outside; initials, particles and suffixes belong to the name."""
    sequence = words_in(scene.text)
    if not sequence:
        return
    found = [*after_cues(scene, sequence), *after_titles(sequence), *from_lists(scene, sequence)]
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


def _before_honours(scene: Scene, sequence: list[Word]) -> Iterator[Span]:
    """ "sharma ji", "hyginus bhai", "ravi kumar sahab"."""
    for index in name_subjects.honoured(sequence):
        word, first = sequence[index], index
        while first and index - first < 2 and word.gap == " " and sequence[first].gap == " ":
            before = sequence[first - 1]
            if not is_sure(before) or before.capital != word.capital:
                break
            first -= 1
        if not lies_in_code(scene, sequence[first], word):
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
        if word.start in taken or word.start < covered or word.low == _SUNDAY:
            continue
        points = evidence_for(scene, sequence, index)
        if points < enough or is_code_word(sequence, index):
            continue
        sure = points >= _CERTAIN or bool(word.marks & EVERYDAY)
        end = name_end(sequence, index, Trust.FULL if sure else Trust.SOME)
        if end > index and not lies_in_code(scene, word, sequence[end - 1]):
            result.append(Span(word.start, sequence[end - 1].end, "NAME", 0.55, "name.evidence"))
            covered = sequence[end - 1].end
    return result


def _may_be_somebody(word: Word) -> bool:
    """ "April is our receptionist": an everyday word with a capital that is a given name too."""
    named = word.marks & AMBIGUOUS and word.marks & NAMED and word.capital and not word.text.isupper()
    return bool(named) and not word.marks & (STOP | KIND)


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
