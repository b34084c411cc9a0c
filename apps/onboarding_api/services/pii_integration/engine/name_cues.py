"""The phrases after which a name comes, in the languages of the product.

Phrases are looked up word by word in a tree, so a text of any kind costs one look per word.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import regex

from apps.onboarding_api.services.pii_integration.engine.lexicon import word_set
from apps.onboarding_api.services.pii_integration.engine.name_words import PARTICLES, Trust, Word

_FULL = """
my name is, his name is, her name is, their name is, your name is, whose name is, my full name is,
my name, his name, her name,
my good name is, i am called, they call me, people call me, call me, i go by, known as,
mr, mrs, ms, mx, mister, missus, shri, shrimati, smt, sri, thiru, selvi, herr, frau, monsieur, madame,
mlle, mme, señor, señora, senor,
senora, sra, don, doña, sheikh, sheikha, syed, श्री, श्रीमती, السيد, السيدة,
me llamo, mi nombre es, se llama, me llaman, su nombre es, je m'appelle, je me nomme, mon nom est,
mon prénom est, il s'appelle,
elle s'appelle, ich heiße, ich heisse, mein name ist, er heißt, sie heißt, mera naam, mera nam,
mera name, unka naam, uska naam,
inka naam, mera naam hai, mera name hai, unka naam hai, mi chiamo,
मेरा नाम, मेरा नाम है, मेरा पूरा नाम, उनका नाम, उनका नाम है, उसका नाम, इनका नाम,
संपर्क व्यक्ति,
اسمي, إسمي, اسمه, اسمها, الاسم, اسمي هو, يدعى, تدعى, أدعى,
signed by, signed off by, approved by, verified by, prepared by, checked by, submitted by, reported by,
witnessed by, reviewed by,
attended by, received by, issued by, attn, kind attn, c o, s o, d o, w o
"""
_SOME = """
this is, it's, it is, its, i'm, i am, im, here is, that's, that is, you are talking to,
you're talking to, talking to, talk to,
speaking to, speaking with, speak to, speak with, spoke to, spoke with, spoken to, ask for, asked for,
ask, asking for, tell, told,
inform, informed, met, met with, meet, call, called, calling, ring, text, dear, hi, hello, hey, cc,
bcc, contact, contact is, thank you,
thanks, bye, report to, reports to, reporting to, assigned to, handed to, given to, meeting with,
hired, named, madam, ma'am, sir,
sent by, message from, call from, attention, contact person, contact person is, emergency contact,
emergency contact is, poc, spoc,
owner, manager, supervisor, guard, patient, customer, tenant, landlord, engineer, technician, driver,
director, colleague, boss, wife,
husband, brother, sister, son, daughter, friend, caretaker, incharge, in charge, officer, head,
chairman, secretary, partner, uncle, aunt,
father, mother, client, visitor, nurse, receptionist, watchman, electrician, plumber, captain, major,
colonel, inspector, constable,
advocate, employee, resident, member, applicant, guards are, guards, managers, supervisors, owners,
visitors,
owner is, manager is, supervisor is, guard is, tenant is, landlord is, engineer is, technician is,
driver is, director is, boss is,
wife is, husband is, brother is, son is, daughter is, friend is, caretaker is, incharge is,
in charge is, officer is, head is, secretary is,
partner is, person is, employee is, head will be, supervisor will be, manager will be, manager named,
guard named, guard called,
dr, doctor, prof, professor, adv, er, capt, col, maj, lt, rev, fr, hon,
on duty, on shift, das ist, soy, habla, hablo con, pregunte por, je suis, c'est, ici, demandez, ich bin, hier ist,
hier spricht, fragen sie nach, main, mai,
मैं, मै, मैनेजर, गार्ड, सुपरवाइजर, أنا, انا, معك, هنا, المدير, nombre, nom
"""
_SIGN_OFF = "regards, sincerely, truly, cheers, wishes, respectfully, thanks, saludos, cordialement, grüßen"
_PERSON = word_set(
    """sur last first given full fore middle father mother husband wife customer contact guard employee owner
    manager visitor user patient person spouse tenant nominee holder cardholder guardian supervisor driver
    applicant display nick family admin resident candidate worker staff caller recipient sender
    गार्ड मैनेजर मालिक सुपरवाइजर पति पत्नी पिता माता भाई बहन ग्राहक"""
) - {"display"}
_ONE_WORD = word_set(
    """surname forename fullname firstname lastname username nickname apellido apellidos prénom nachname vorname"""
)
_THINGS = word_set(
    """site company building facility business client street project brand product file task host domain firm org
    organisation organization event asset shop store hotel meter shift post checkpoint bank service module model
    class package queue db database server machine device branch table column field key app application variable
    function school hospital city area location road society tower block zone gate agency vendor display code
    plan flow layer logger job index bucket image document template worker the space group path section panel
    feature category type tag item question slot state node channel"""
)
_NAME = frozenset({"name", "names", "naam", "नाम"})
_INTRODUCING = frozenset(
    {"this", "it's", "it", "its", "that", "that's", "here", "das", "c'est", "ici", "hier"}
)
_INNER = regex.compile(r"[ _\u00a0]{1,2}|\. ?|-|/")
_TO_NAME = regex.compile(r"(?:'s)?[.,:]?\s{1,2}|\.")
_TO_LABELLED = regex.compile(r"(?:'s)?[\s:=\-\"'\\.>]{1,10}")
_SPELLED = regex.compile(r"(?<![\p{L}\p{M}\d'])\p{L}(?:[\s\-.,]{1,2}\p{L}(?![\p{L}\p{M}\d'])){2,20}")
_BEFORE_SPELLED = regex.compile(
    r"(?:name|naam|nombre|nom|spell|spelled|spelt|spells)(?:\sis)?(?:\s(?:spelled|spelt))?(?:\sas)?[\s:]{1,2}$"
)
_MACHINE_LINE = regex.compile(
    r"(?<![A-Z<])[PIVAC][A-Z<][A-Z]{3}(?P<name>[A-Z]{1,39}+(?:<[A-Z]{1,39}+){0,4}+<<[A-Z]{1,39}+(?:<[A-Z]{1,39}+){0,6}+)<"
)
_DISPLAYED = regex.compile(
    r"(?<![\p{L}\p{M}\d'\-.])(?P<name>\p{Lu}[\p{L}\p{M}'\-]{1,30}+(?:[ .]{1,2}\p{Lu}[\p{L}\p{M}'\-]{0,30}+){0,3}+)"
    r"[\"']?\s?<[^<>\s@]{1,64}@"
)


@dataclass(slots=True)
class _Node:
    trust: Trust = Trust.NONE
    sign_off: bool = False
    following: dict[str, _Node] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cue:
    """A name may begin at word `index`. `labelled`: under a label such as "Name:", where the surname may come first.
    `introducing`: after "this is" or "it's", which introduce sites and things as well as people."""

    index: int
    trust: Trust
    labelled: bool = False
    introducing: bool = False


@lru_cache(maxsize=1)
def _tree() -> _Node:
    root = _Node()
    for phrases, trust in ((_SOME, Trust.SOME), (_FULL, Trust.FULL)):
        for phrase in phrases.replace("\n", " ").split(","):
            if phrase.strip():
                _plant(root, phrase.split()).trust = trust
    for word in _SIGN_OFF.split(", "):
        _plant(root, [word]).sign_off = True
    return root


def _plant(node: _Node, phrase: Sequence[str]) -> _Node:
    for word in phrase:
        node = node.following.setdefault(word.removesuffix("'s"), _Node())
    return node


def cues(sequence: Sequence[Word]) -> Iterator[Cue]:
    """Every place where the words before announce a name."""
    root = _tree()
    for index, word in enumerate(sequence):
        if word.low in _NAME or word.low in _ONE_WORD:
            yield from _label(sequence, index)
        node = root.following.get(word.low)
        place = index
        best: Cue | None = None
        while node is not None and place + 1 < len(sequence):
            following = sequence[place + 1]
            if (
                place == index
                and word.low in ("called", "named")
                and index
                and sequence[index - 1].low in _THINGS
            ):
                break
            if node.trust and _TO_NAME.fullmatch(following.gap):
                best = Cue(place + 1, node.trust, introducing=word.low in _INTRODUCING)
            if node.sign_off and "\n" in following.gap and len(following.gap.strip(" ,.\n-")) == 0:
                best = Cue(place + 1, Trust.FULL)
            if not _INNER.fullmatch(following.gap):
                break
            node = node.following.get(following.low)
            place += 1
        if best:
            yield best


def _label(sequence: Sequence[Word], index: int) -> Iterator[Cue]:
    """ "Name: ...", "full_name": "...", "customer name van der Merwe", but not "site name: ..."."""
    place = index - 1
    if place > 0 and sequence[place].low in ("ka", "का"):
        place -= 1
    before = sequence[place] if place >= 0 and _INNER.fullmatch(sequence[index].gap) else None
    owned = sequence[index].low in _ONE_WORD or (
        before is not None and before.low.removesuffix("s") in _PERSON
    )
    if before is not None and before.low in _THINGS and not owned:
        return
    first = index + 1
    while first < len(sequence) and sequence[first].low in ("is", "was", "hai", "es", "est", "ist"):
        if sequence[first].gap.strip(" '\""):
            break
        first += 1
    if first >= len(sequence) or not _TO_LABELLED.fullmatch(sequence[first].gap):
        return
    following, gap = sequence[first], sequence[first].gap
    marked = any(mark in gap for mark in ":=") or first > index + 1
    if (
        owned
        and (
            marked
            or following.capital
            or following.caseless
            or sequence[index].low == "naam"
            or following.low in PARTICLES
            or len(following.text) == 1
        )
    ) or (marked and first == index + 1):
        yield Cue(first, Trust.FULL, labelled=True)
    elif following.capital and before is None:
        yield Cue(first, Trust.SOME, labelled=True)


def spelled(lower: str) -> Iterator[tuple[int, int]]:
    """Names said letter by letter after "name" or "spelled"."""
    for match in _SPELLED.finditer(lower):
        if _BEFORE_SPELLED.search(lower[max(0, match.start() - 40) : match.start()]):
            yield match.span()


def machine_lines(text: str) -> Iterator[tuple[int, int]]:
    """The name in the machine readable line of a passport."""
    if "<<" in text:
        for match in _MACHINE_LINE.finditer(text):
            yield match.span("name")


def displayed(text: str) -> Iterator[tuple[int, int]]:
    """ "Jane Roe" before <jane@example.org>."""
    if "<" in text and "@" in text:
        for match in _DISPLAYED.finditer(text):
            yield match.span("name")
