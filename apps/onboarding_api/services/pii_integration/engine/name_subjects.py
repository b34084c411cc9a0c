"""Names that are everyday words too, told by what is done by people, or to people, only: "Will fixed the door",
"Wolf und Rosa haben Nachtschicht", "tell Rose that ...", "sharma ji"."""

from __future__ import annotations

from collections.abc import Sequence

from apps.onboarding_api.services.pii_integration.engine.lexicon import (
    ACT,
    AMBIGUOUS,
    BRAND,
    CORE,
    EVERYDAY,
    KIND,
    NAMED,
    PLACE,
    ROLE,
    STOP,
    word_set,
)
from apps.onboarding_api.services.pii_integration.engine.name_words import Word, is_unknown
from apps.onboarding_api.services.pii_integration.engine.packs import all_words

HONOURS = word_set(
    """ji sahab saab saheb sahib bhai bhaiya bhau bhaisahab didi garu anna akka behen ben bai miyan जी साहब साहेब भाई
    भैया दीदी बाई"""
)
"""After these words the word before is somebody, whatever else it means."""
_ADDRESSED = word_set("sir madam mam ma'am mem मैडम सर")
"""The same after a known name only: "thanks madam"."""
_TO_PEOPLE = word_set(
    """ask asked asking tell told telling inform informed remind reminded notify notified thank thanked ring dile dígale
    avisa avise pregunta pregúntale llama frag frage fragt sag sagt ruf demandez demande dites dis appelle appelez
    prévenez préviens اسأل اسألوا أخبر اخبر أبلغ ابلغ كلم قال قالت يقول تقول يا"""
)
"""Right after these, in any case, stands whoever is spoken to or speaks."""
_MONTHS_LIKE = all_words("months")
_HAVING = word_set("has have had hat haben a ont avait tiene tienen tenía hace hacen hai hain है हैं")
_TURNS = word_set(
    """shift shifts nightshift duty nights keys key leave nachtschicht frühschicht spätschicht schicht dienst
    bereitschaft
    urlaub frei schlüssel turno turnos guardia noche llaves llave vacaciones garde nuit clés clé astreinte congé congés
    service duty chutti chhutti chabi ड्यूटी छुट्टी चाबी شفت مناوبة إجازة"""
)
"""What people have, hold or are on."""
_BEING = word_set(
    "is are was were will ist sind war waren está están estaba estaban es est sont était étaient"
)
_ON = word_set("on in off de en del de la le der im auf par पर")
_BOTH = word_set(
    "both dono दोनों beide ambos tous deux les today now already heute hoy ya aujourd'hui aaj आज kal कल abhi अभी"
)
_REACH = 6


def is_spoken_to(sequence: Sequence[Word], index: int) -> bool:
    """ "tell Will that the boiler man came", "ask rose for the key": a name after a verb of what is said to people."""
    word = sequence[index]
    if not index or word.gap != " " or sequence[index - 1].low not in _TO_PEOPLE:
        return False
    if not (word.marks & NAMED and word.marks & AMBIGUOUS) or word.marks & (KIND | BRAND | ROLE | STOP):
        return False
    following = sequence[index + 1] if index + 1 < len(sequence) else None
    if following is not None and following.gap == " " and following.capital and word.capital:
        return False
    if word.capital and not word.text.isupper():
        return True
    if word.marks & EVERYDAY or (word.marks & CORE and not word.caseless):
        return False
    return following is None or bool(following.gap.strip()) or bool(following.marks & STOP)


def points_of_the_deed(sequence: Sequence[Word], index: int) -> float:
    """What speaks for a person in what is done: with a second name, or by an everyday word with a capital."""
    word = sequence[index]
    if not word.marks & NAMED or word.marks & (KIND | STOP | BRAND) or not (word.capital or word.caseless):
        return 0.0
    other = _joined(sequence, index)
    if other:
        return 2.0 if _do(sequence, other + 1, several=True) else 0.0
    if index + 1 < len(sequence) and sequence[index + 1].gap == " " and _do(sequence, index + 1):
        return 1.0
    return 0.0


def _joined(sequence: Sequence[Word], index: int) -> int:
    """The place of a second name after "and", 0 for none."""
    place = index + 1
    if place < len(sequence) and sequence[place].gap == " " and sequence[place].low in all_words("joins"):
        place += 1
    elif not (place < len(sequence) and sequence[place].gap in (" & ", " و")):
        return 0
    if place >= len(sequence):
        return 0
    other, word = sequence[place], sequence[index]
    alike = other.capital == word.capital and other.caseless == word.caseless
    named = other.marks & NAMED and not other.marks & (KIND | STOP | BRAND | PLACE | ROLE)
    return place if alike and named else 0


def _do(sequence: Sequence[Word], index: int, *, several: bool = False) -> bool:
    """Whether from here on it is told what people do or have: "are on leave", "haben Nachtschicht", "signed"."""
    while index < len(sequence) and sequence[index].gap == " " and sequence[index].low in _BOTH:
        index += 1
    if index >= len(sequence) or sequence[index].gap != " ":
        return False
    verb = sequence[index]
    if several and verb.marks & ACT and not verb.capital:
        return True
    if verb.low not in _HAVING and verb.low not in _BEING:
        return verb.low in _ON and _holds(sequence, index + 1)
    return _holds(sequence, index + 1)


def _holds(sequence: Sequence[Word], index: int) -> bool:
    for word in sequence[index : index + _REACH]:
        if word.gap != " ":
            return False
        if word.low in _TURNS:
            return True
        if word.marks & (NAMED | ROLE) and not word.marks & STOP and word.capital:
            return False
    return False


def honoured(sequence: Sequence[Word]) -> list[int]:
    """The places of names before "ji", "sahab" or "madam"."""
    return [
        index - 1
        for index, word in enumerate(sequence)
        if (word.low in HONOURS or word.low in _ADDRESSED)
        and index
        and word.gap == " "
        and _may_be_honoured(sequence[index - 1], known=word.low in _ADDRESSED)
    ]


def _may_be_honoured(word: Word, *, known: bool) -> bool:
    if word.marks & (STOP | ROLE | KIND | EVERYDAY) and not (word.marks & NAMED and word.capital):
        return False
    if word.marks & (ROLE | STOP):
        return False
    if word.marks & NAMED:
        return not word.marks & CORE or word.capital or word.caseless
    return not known and len(word.text) > 2 and is_unknown(word)
