"""The phrases after which a name comes, in the languages of the packs.

Phrases are looked up word by word in a tree, so a text of any kind costs one look per word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from apps.onboarding_api.services.pii_integration.engine import packs
from apps.onboarding_api.services.pii_integration.engine.lexicon import (
    CORE,
    EVERYDAY,
    GIVEN,
    KIND,
    NAMED,
    PLACE,
    ROLE,
    STOP,
    table,
    word_set,
)
from apps.onboarding_api.services.pii_integration.engine.name_extent import Trust
from apps.onboarding_api.services.pii_integration.engine.name_words import PARTICLES, Word
from apps.onboarding_api.services.pii_integration.engine.patterns import lazily

_NAME = frozenset({"name", "names", "naam", "nombre", "nom", "नाम", "الاسم"})
_INNER = lazily(r"[ _\u00a0]{1,2}|\. ?|-|/")
_TO_NAME = lazily(r"(?:'s)?\s?[.,:،]?\s{1,2}[\"']?|\.|\s-\s")
_TO_LABELLED = lazily(r"(?:'s)?[\s:=\-\"'\\.>]{1,10}")
_LABEL = lazily(r"\s?:\s{0,2}|\s-\s")
_AS_IN = r"(?:\s(?:as\sin|for|like|wie|como|comme)\s\p{L}{2,12})?"
_SPELLED = lazily(
    rf"(?<![\p{{L}}\p{{M}}\d'@.])\p{{L}}(?![\p{{L}}\p{{M}}\d']){_AS_IN}"
    rf"(?:[\s\-.,]{{1,2}}\p{{L}}(?![\p{{L}}\p{{M}}\d']){_AS_IN}){{2,20}}"
)
_APART = re.compile(
    r"[\s\-.,][^\W\d_](?:[\s\-.,]{1,2}[^\W\d_](?![^\W_])|\s(?:as\sin|for|like|wie|como|comme)\s)"
)
"""Two letters, each by itself, or one that is explained: without these nothing is spelled."""
_LETTER_SAID = lazily(r"(?<![\p{L}\p{M}])\p{L}(?![\p{L}\p{M}])")
_VOWELS = frozenset("aeiouyáéíóúàèêëîïôûäöüøåæ")
_MANY_LETTERS, _FEWEST_DISTINCT, _BEFORE_LETTERS = 5, 3, 40
_SAYS_IT = lazily(
    r"(?:that's|thats|it's|its|is|was|as|capital|likho|likhiye|lekho|s'écrit|écrit|écris|schreibt|geschrieben|schreibe"
    r"|escribe|deletr\p{L}*|buchstab\p{L}*|épel\p{L}*|spel\p{L}*|लिखो|लिखिए|वर्तनी|أحرف|تهجئة)"
    r"(?:\s(?:sich|se|with|con|mit|avec|a|capital))?[\s:,]{1,2}$"
)
_NO_NAME_BEFORE = lazily(
    r"(?:gates?|blocks?|wings?|bays?|docks?|zones?|towers?|grades?|class(?:es)?|types?|shifts?|options?|rows?|columns?|keys?"
    r"|codes?|points?|levels?|phases?|sections?|plate|reg|registration|licence|license|passport|email|mail|at|dot|e-mail|id"
    r"|pan|model|part)"
    r"[\s:,]{1,2}(?:is\s|no\s)?$"
)
_IS_MAILBOX = lazily(r"\s(?:at|dot|underscore|@|arroba|punto|point|punkt|arobase|\d)")
_BEFORE_SPELLED = lazily(
    r"(?:name|surname|naam|nombre|apellido|nom|prénom|nachname|vorname|spell|spelled|spelt|spells|spelling|deletreo|deletrea"
    r"|deletreado|deletrear|buchstabiert|buchstabiere|buchstabieren|épelle|épelé|नाम|اسمي)"
    r"(?:\s(?:is|es|est|ist|hai|है|sich|se|s'épelle|karke|wie))?(?:\s(?:spelled|spelt))?(?:\sas)?[\s:,]{1,2}$"
)
_MACHINE_LINE = lazily(
    r"(?<![A-Z<])[PIVAC][A-Z<][A-Z]{3}(?P<name>[A-Z]{1,39}+(?:<[A-Z]{1,39}+){0,4}+<<[A-Z]{1,39}+(?:<[A-Z]{1,39}+){0,6}+)<"
)
_BOOKED = lazily(
    r"(?<![A-Z/])[A-Z]{2,20}(?:[ \-][A-Z]{2,20}){0,2}/[A-Z]{2,20}(?:[ ][A-Z]{2,20}){0,2}"
    r"[ ](?:MRS|MR|MS|MISS|MSTR|DR)(?![A-Z])"
)
"""As tickets have it: "DE SOUZA/MARIA MRS"."""
_DISPLAYED = lazily(
    r"(?<![\p{L}\p{M}\d'\-.])(?P<name>\p{Lu}[\p{L}\p{M}'\-]{1,30}+(?:[ .]{1,2}\p{Lu}[\p{L}\p{M}'\-]{0,30}+){0,3}+)"
    r"[\"']?\s?<[^<>\s@]{1,64}@"
)
_KIN = word_set(
    """papa mummy pita mata maa beta beti bhai behen pati patni dost पापा मम्मी माँ बेटे बेटी भाई बहन पति पत्नी दोस्त पिता"""
)
_IS = word_set("hai hain tha the thi है हैं था थे थी")
_ASKED = word_set(
    "kya kaun galat sahi alag same wahi pata yaad likha badal क्या कौन गलत सही अलग वही पता याद लिखा"
)
_LONGEST_NAME = 3
_THE = word_set("the this that")
_ROLE_REACH = 3
"""Words that may stand between a role and its verb: "jefe de turno es"."""


@dataclass(slots=True)
class _Node:
    trust: Trust = Trust.NONE
    sign_off: bool = False
    following: dict[str, _Node] = field(default_factory=dict)


@dataclass(slots=True)
class Cue:
    """A name may begin at word `index`. `labelled`: under a label such as "Name:", where the surname may come first.
    `introducing`: after "this is" or "it's", which introduce sites and things as well as people. `role`: after what
    somebody is at the site; `linked`: with a verb between them ("the guard is ..."). `until`: the name ends before this
    word, whatever its words are."""

    index: int
    trust: Trust
    labelled: bool = False
    introducing: bool = False
    role: bool = False
    linked: bool = False
    until: int = 0


@lru_cache(maxsize=1)
def _tree() -> _Node:
    root = _Node()
    for attribute, trust in (("suggests", Trust.SOME), ("announces", Trust.FULL)):
        for phrase in packs.all_phrases(attribute):
            _plant(root, phrase).trust = trust
    for word in packs.all_words("sign_offs"):
        _plant(root, [word]).sign_off = True
    return root


def _plant(node: _Node, phrase: Sequence[str]) -> _Node:
    for word in phrase:
        node = node.following.setdefault(word.removesuffix("'s"), _Node())
    return node


@dataclass(frozen=True, slots=True)
class _Words:
    """The small word lists of all languages that cues look at."""

    things: frozenset[str]
    owners: frozenset[str]
    labels: frozenset[str]
    labels_of_names: frozenset[str]
    begins: frozenset[str]
    """What a phrase or a label begins with."""
    introducing: frozenset[str]
    called: frozenset[str]
    greets: frozenset[str]


@lru_cache(maxsize=1)
def _lists() -> _Words:
    labels = packs.all_words("name_labels")
    return _Words(
        things=packs.all_words("things"),
        owners=packs.all_words("owners"),
        labels=labels,
        labels_of_names=_NAME | labels,
        begins=_NAME | labels | _tree().following.keys(),
        introducing=packs.all_words("introduces"),
        called=packs.all_words("called"),
        greets=packs.all_words("greets"),
    )


def cues(sequence: Sequence[Word]) -> Iterator[Cue]:
    """Every place where the words before announce a name."""
    tree, lists = _tree().following, _lists()
    labels, greets, begins = lists.labels_of_names, lists.greets, lists.begins
    for index in [index for index, word in enumerate(sequence) if word.marks & ROLE or word.low in begins]:
        word = sequence[index]
        if word.low in labels:
            yield from _label(sequence, index, lists)
        if word.marks & ROLE:
            yield from _role(sequence, index, lists)
        node = tree.get(word.low)
        if node is None or (word.low == "im" and _is_german(sequence, index, greets)):
            # "im" is "I'm" where a sentence begins; in German it is "in the".
            continue
        place = index
        best: Cue | None = None
        while node is not None and place + 1 < len(sequence):
            following = sequence[place + 1]
            plain = following.gap == " "
            if node.trust and (plain or _TO_NAME.fullmatch(following.gap)):
                labelled = ":" in following.gap and node.trust is Trust.SOME
                best = Cue(
                    place + 1, node.trust, labelled=labelled, introducing=word.low in lists.introducing
                )
            if node.sign_off and "\n" in following.gap and len(following.gap.strip(" ,.\n-")) == 0:
                best = Cue(place + 1, Trust.FULL)
            if not (plain or _INNER.fullmatch(following.gap)):
                break
            node = node.following.get(following.low)
            place += 1
        if best and not (best.trust is Trust.FULL and _speaks_of_a_thing(sequence, index, lists)):
            yield best


def _is_german(sequence: Sequence[Word], index: int, greets: frozenset[str]) -> bool:
    """Whether "im" is "in the" and not "I'm": within a sentence, or before a noun with a capital."""
    if index and sequence[index].gap == " " and sequence[index - 1].low not in greets:
        return True
    following = sequence[index + 1] if index + 1 < len(sequence) else None
    return following is not None and following.capital and not following.marks & GIVEN


def _speaks_of_a_thing(sequence: Sequence[Word], index: int, lists: _Words) -> bool:
    """ "the site is called ...", "el edificio se llama ...": no person's name follows."""
    for place in range(index - 1, max(-1, index - 4), -1):
        if sequence[place + 1].gap not in (" ", "  "):
            return False
        if sequence[place].marks & ROLE:
            return False
        if sequence[place].low in lists.things:
            return True
    return False


def _role(sequence: Sequence[Word], index: int, lists: _Words) -> Iterator[Cue]:
    """ "guard Mahesh", "the owner, Hemlata", "Supervisor: Manoj", "our electrician is Petros"."""
    place = index + 1
    if place >= len(sequence):
        return
    gap = sequence[place].gap
    if gap in (" ", ", ", "  ") or _LABEL.fullmatch(gap):
        yield Cue(place, Trust.SOME, labelled=bool(_LABEL.fullmatch(gap)), role=True)
    for step in range(index + 1, min(index + 2 + _ROLE_REACH, len(sequence) - 1)):
        if sequence[step].gap not in (" ", "  "):
            if step > index + 1 and _LABEL.fullmatch(sequence[step].gap) and ":" in sequence[step].gap:
                yield Cue(step, Trust.SOME, labelled=True, role=True)
            return
        if sequence[step].low in lists.called:
            after = step + 1
            while after < len(sequence) and sequence[after].low in lists.called and after - step < 3:
                after += 1
            if after < len(sequence) and sequence[after].gap in (" ", "  ", ": "):
                yield Cue(after, Trust.SOME, role=True, linked=True)
            return


def _label(sequence: Sequence[Word], index: int, lists: _Words) -> Iterator[Cue]:
    """ "Name: ...", "full_name": "...", "customer name van der Merwe", but not "site name: ..."."""
    place = index - 1
    if place > 0 and sequence[place].low in ("ka", "का"):
        place -= 1
        if sequence[place].marks & (ROLE | NAMED) or sequence[place].low in _KIN:
            yield from _until_being(sequence, index + 1)
    before = sequence[place] if place >= 0 and _INNER.fullmatch(sequence[index].gap) else None
    if (
        place >= 0
        and sequence[index].low == "name"
        and sequence[place].low in _THE
        and index + 1 < len(sequence)
    ):
        named = sequence[index + 1]
        if named.gap == " " and named.capital and named.marks & NAMED and not named.marks & (PLACE | KIND):
            yield Cue(index + 1, Trust.FULL)
            return
    owned = sequence[index].low in lists.labels or (
        before is not None and (before.low in lists.owners or before.low.removesuffix("s") in lists.owners)
    )
    if before is not None and before.low in lists.things and not owned:
        return
    first = index + 1
    while first < len(sequence) and sequence[first].low in (
        "is",
        "was",
        "hai",
        "es",
        "est",
        "ist",
        "lautet",
        "है",
    ):
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


def _until_being(sequence: Sequence[Word], first: int) -> Iterator[Cue]:
    """ "mere papa ka naam bhagwan das hai": all words up to the verb are the name."""
    last = first
    while last < len(sequence) and last - first <= _LONGEST_NAME and sequence[last].gap == " ":
        if sequence[last].low in _IS:
            if last > first:
                yield Cue(first, Trust.FULL, until=last)
            return
        if sequence[last].marks & (STOP | NAMED) == STOP or sequence[last].low in _ASKED:
            return
        last += 1


def may_spell(lower: str) -> bool:
    """Whether letters stand by themselves: quick to say, and true of few texts."""
    return _APART.search(lower) is not None


def spelled(lower: str) -> Iterator[tuple[int, int]]:
    """Names said letter by letter after "name" or "spelled", or in so many letters that nothing else is."""
    for match in _SPELLED.finditer(lower):
        letters = _LETTER_SAID.findall(match.group())
        before = lower[max(0, match.start() - _BEFORE_LETTERS) : match.start()]
        if _BEFORE_SPELLED.search(before) or (
            _is_word_of_letters(letters)
            and (len(letters) >= _MANY_LETTERS or _SAYS_IT.search(before))
            and not _NO_NAME_BEFORE.search(before)
            and not _IS_MAILBOX.match(lower, match.end())
        ):
            yield match.span()


def _is_word_of_letters(letters: Sequence[str]) -> bool:
    """With vowels and consonants, and not the alphabet: "a b c d"."""
    distinct = set(letters)
    vowels = distinct & _VOWELS
    if letters[0].isascii() and (not vowels or vowels == distinct or len(distinct) < _FEWEST_DISTINCT):
        return False
    if table().get("".join(letters), 0) & (EVERYDAY | STOP | CORE):
        return False
    return not all(ord(after) - ord(one) == 1 for one, after in pairwise(letters))


def machine_lines(text: str) -> Iterator[tuple[int, int]]:
    """The name in the machine readable line of a passport."""
    if "<<" in text:
        for match in _MACHINE_LINE.finditer(text):
            yield match.span("name")
    if "/" in text:
        for match in _BOOKED.finditer(text):
            yield match.span()


def displayed(text: str) -> Iterator[tuple[int, int]]:
    """ "Jane Roe" before <jane@example.org>."""
    if "<" in text and "@" in text:
        for match in _DISPLAYED.finditer(text):
            yield match.span("name")
