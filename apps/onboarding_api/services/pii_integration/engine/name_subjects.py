"""Names that are everyday words too, told by what is done by people, or to people, only: "Will fixed the door",
"Wolf und Rosa haben Nachtschicht", "tell Rose that ...", "sharma ji"."""

from __future__ import annotations

from collections.abc import Sequence

from apps.onboarding_api.services.pii_integration.engine.lexicon import (
    ACT,
    AMBIGUOUS,
    BRAND,
    CORE,
    DOES,
    EVERYDAY,
    FOLLOWS,
    FREQUENT,
    KIND,
    NAMED,
    PLACE,
    ROLE,
    STOP,
    word_set,
)
from apps.onboarding_api.services.pii_integration.engine.name_words import Word, is_near_a_word, is_unknown
from apps.onboarding_api.services.pii_integration.engine.packs import all_words

HONOURS = word_set(
    """ji sahab saab saheb sahib bhai bhaiya bhau bhaisahab didi garu anna akka behen ben bai miyan जी साहब साहेब भाई
    भैया दीदी बाई"""
)
"""After these words the word before is somebody, whatever else it means."""
_ADDRESSED = word_set("sir madam mam ma'am mem मैडम सर")
"""The same after a known name only: "thanks madam"."""
_BEHIND = HONOURS | _ADDRESSED
_TO_PEOPLE = word_set(
    """speak spoke talk talked reach hablar habla habló hable sprich sprechen parler parle parlez ask asked asking
    tell told telling inform informed remind reminded notify notified thank thanked ring dile dígale
    avisa avise pregunta pregúntale llama frag frage fragt sag sagt ruf demandez demande dites dis appelle appelez
    prévenez préviens اسأل اسألوا أخبر اخبر أبلغ ابلغ كلم قال قالت يقول تقول يا"""
)
"""Right after these, in any case, stands whoever is spoken to or speaks."""
UNWELL = word_set(
    """sick ill absent late away unwell injured retired pregnant off leave baja enfermo enferma malo mala ausente tarde
    vacaciones malade absent absente absents absentes malades enfermos enfermas ausentes retard congé vacances krank
    abwesend urlaub verletzt spät bimar beemar chhutti
    chutti बीमार छुट्टी गैरहाजिर अनुपस्थित"""
)
"""What people are and things are not."""
_SOFTLY = word_set("mal doch bitte please donc")
"""Between such a verb and the name: "frag mal Ernst"."""
_HAVING = word_set("has have had hat haben a ont avait tiene tienen tenía hace hacen hai hain है हैं")
_TURNS = word_set(
    """shift shifts nightshift duty nights keys key leave nachtschicht frühschicht spätschicht schicht dienst
    bereitschaft
    urlaub frei schlüssel turno turnos guardia noche llaves llave vacaciones garde nuit clés clé astreinte congé congés
    service duty chutti chhutti chabi ड्यूटी छुट्टी चाबी شفت مناوبة إجازة"""
)
"""What people have, hold or are on."""
_OFF = word_set("chutti chhutti duty leave छुट्टी ड्यूटी")
_BEING = word_set(
    "is are was were will ist sind war waren está están estaba estaban es est sont était étaient"
)
_ON = word_set("on in off de en del de la le der im auf par पर")
_BOTH = word_set(
    "both dono दोनों beide ambos tous deux les today now already heute hoy ya aujourd'hui aaj आज kal कल abhi अभी"
)
_PERFECT = word_set("a ont avait ha han había has have had hat haben hatte")
_CLITICS = word_set("me te le les lo nos lui leur nous vous")
_TOWARDS = word_set("a à al nach to with mit avec con an bei por")
_DONE = word_set(
    """fermé ouvert dit signé appelé demandé oublié perdu trouvé pris donné rendu reçu envoyé laissé validé confirmé
    réparé
    nettoyé vérifié parlé vu mis rangé amené apporté prévenu cerrado abierto dicho firmado llamado pedido olvidado
    perdido
    encontrado cogido dado devuelto recibido enviado dejado confirmado reparado limpiado revisado hablado visto
    traído avisado
    geschlossen abgeschlossen geöffnet gesagt unterschrieben angerufen gerufen gefragt vergessen verloren gefunden
    genommen
    gegeben abgegeben erhalten geschickt gelassen bestätigt repariert geputzt geprüft gesprochen gebracht geholt
    mitgebracht
    gemeldet asked called forgotten told said spoken"""
)
"""What people have done."""
_REACH, _SHORTEST = 6, 4
_OPENS = word_set("yeah so and but because that when if then as ok okay yes no well also today yesterday")
_UNSURE = word_set("off late read shut quit hurt covering")


def is_spoken_to(sequence: Sequence[Word], index: int) -> bool:
    """ "tell Will that the boiler man came", "ask rose for the key": a name after a verb of what is said to people."""
    word = sequence[index]
    before = sequence[index - 1].low if index and word.gap == " " else ""
    if before in _SOFTLY and index > 1:
        before = sequence[index - 2].low
    if before not in _TO_PEOPLE:
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
    if word.capital and _is_asked_after(sequence, index):
        return 3.5
    if is_spoken_to(sequence, index):
        return 2.0
    if not word.marks & NAMED or word.marks & (KIND | STOP | BRAND) or not (word.capital or word.caseless):
        return 0.0
    other = _joined(sequence, index)
    if other:
        return 2.0 if _do(sequence, other + 1, several=True) else 0.0
    if index + 1 < len(sequence) and sequence[index + 1].gap == " ":
        if _has_done(sequence, index + 1):
            return 1.5
        return 1.0 if _do(sequence, index + 1) else 0.0
    return 0.0


def _is_asked_after(sequence: Sequence[Word], index: int) -> bool:
    """ "pregunta a Rosa por la factura", "speak to Grace about it"."""
    if index < 2 or sequence[index].gap != " " or sequence[index - 1].gap != " ":
        return False
    word = sequence[index]
    if not word.marks & NAMED or word.marks & (KIND | BRAND | ROLE | STOP | PLACE):
        return False
    return sequence[index - 1].low in _TOWARDS and sequence[index - 2].low in _TO_PEOPLE


def _has_done(sequence: Sequence[Word], index: int) -> bool:
    """ "a fermé la trappe", "hat die Schlüssel abgegeben", "me dio la llave": what only people have done."""
    verb = sequence[index]
    if verb.low in _CLITICS:
        return (
            index + 1 < len(sequence)
            and sequence[index + 1].gap == " "
            and bool(sequence[index + 1].marks & ACT)
        )
    if verb.low not in _PERFECT or verb.capital:
        return False
    for word in sequence[index + 1 : index + 1 + _REACH]:
        if word.gap not in (" ", " l'"):
            return False
        if word.low in _DONE:
            return True
        if word.low in ("été", "been", "sido", "worden"):
            return False
    return False


def is_unknown_doer(sequence: Sequence[Word], index: int) -> bool:
    """ "so obafemi has the keys", "and gantugs said no": a lower-case word of no list that does what people do."""
    word = sequence[index]
    if (
        word.capital
        or word.caseless
        or word.marks
        or len(word.text) < _SHORTEST
        or index + 1 >= len(sequence)
    ):
        return False
    if (
        index
        and word.gap == " "
        and not sequence[index - 1].marks & STOP
        and sequence[index - 1].low not in _OPENS
    ):
        return False
    following = sequence[index + 1]
    if following.gap != " " or not is_unknown(word) or not word.text.isalpha():
        return False
    if index and sequence[index - 1].low in all_words("articles"):
        return False
    acts = following.marks & ACT and not following.marks & (NAMED | KIND) and following.low not in _UNSURE
    done = acts or _do(sequence, index + 1) or _has_done(sequence, index + 1)
    return bool(done) and not is_near_a_word(word.low)


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
    if several and any(word.marks & ACT and not word.capital for word in sequence[index : index + 2]):
        return True
    if verb.low in _OFF:
        following = sequence[index + 1].low if index + 1 < len(sequence) else ""
        return following in _ON
    if verb.low not in _HAVING and verb.low not in _BEING:
        return verb.low in _ON and _holds(sequence, index + 1)
    return _holds(sequence, index + 1)


def _holds(sequence: Sequence[Word], index: int) -> bool:
    for word in sequence[index : index + _REACH]:
        if word.gap != " ":
            return False
        if word.low in _TURNS or word.low in UNWELL:
            return True
        if word.marks & (NAMED | ROLE) and not word.marks & STOP and word.capital:
            return False
    return False


def tells_things_apart(sequence: Sequence[Word], index: int) -> bool:
    """ "Olive blocks", "Winter timings", "Robin server": an everyday word with a capital before a noun."""
    if index + 1 >= len(sequence) or sequence[index + 1].gap != " ":
        return False
    word, after = sequence[index], sequence[index + 1]
    if not (word.capital and word.marks & AMBIGUOUS) or after.capital or after.caseless:
        return False
    person = after.marks & (STOP | ACT | DOES | FOLLOWS | ROLE | NAMED)
    return bool(after.marks & (FREQUENT | EVERYDAY | KIND)) and not person


def honoured(sequence: Sequence[Word]) -> list[int]:
    """The places of names before "ji", "sahab" or "madam"."""
    return [
        index - 1
        for index, word in enumerate(sequence)
        if word.low in _BEHIND
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
    return not known and len(word.text) > 2 and is_unknown(word) and not is_near_a_word(word.low)
