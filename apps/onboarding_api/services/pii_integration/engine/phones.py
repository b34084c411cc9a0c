"""Telephone numbers, written and spoken."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from apps.onboarding_api.services.pii_integration.engine import checksums
from apps.onboarding_api.services.pii_integration.engine.context import (
    follows,
    is_cue,
    is_harmless,
    speaks_of,
)
from apps.onboarding_api.services.pii_integration.engine.lexicon import (
    BRAND,
    CORE,
    EVERYDAY,
    FREQUENT,
    GIVEN,
    KIND,
    NAMED,
    PLACE,
    ROLE,
    STOP,
    marks,
    word_set,
)
from apps.onboarding_api.services.pii_integration.engine.patterns import lazily
from apps.onboarding_api.services.pii_integration.engine.runs import Run
from apps.onboarding_api.services.pii_integration.engine.scene import Scene
from apps.onboarding_api.services.pii_integration.engine.spans import Span

REGIONS = ("IN", "US", "GB", "FR", "DE", "ES", "AE", "SA", "EG")
"""Plans that a number without a country code is tried in: the languages of the product."""

_SHORTEST = 10
_FEWEST_DIGITS = 2
"""What has no more different digits than this is no telephone, unless something says so."""
_EXTENSION = lazily(r"\s?(?:,\s?)?(?:ext|extn|extension|x)\.?\s?\d{1,6}")
_MAY_BE_VANITY = re.compile(r"8(?:00|33|44|55|66|77|88)[-. ]")
_VANITY = lazily(
    r"(?<![\w-])(?:\+?1[-. ])?8(?:00|33|44|55|66|77|88)[-. ](?=[A-Z\d-]{7,9}(?!\w))(?=[\d-]*[A-Z])[A-Z\d-]{7,9}"
)
_CODE_BEFORE = lazily(r"(?:[\p{L}_#]|[\p{L}\d][-/_]|[\d][.,])\Z")
_WORD_BEFORE = lazily(r"[\p{L}]{2,}[-:]?\Z")
_CODE_AFTER = lazily(r"-\p{L}|_")
_WORD_AFTER = lazily(r"[A-Z][\p{L}]{2,}|x\d|ext")
_CONTINUES = lazily(
    r"[\s,.…]{1,6}(?:(?:sorry|wait|no|uh)[\s,]{1,2})?(?:and\s)?"
    r"(?:(?:then|and|followed by|sorry|next|after that|phir|aur phir|luego|después|puis|ensuite|dann|danach|फिर|ثم)"
    r"[\s,]{1,2}"
    r"|(?:second|next|last|other) (?:part|half|bit)(?: is)?[\s:]{1,2})$"
)
_NETMASK = re.compile(r"255\.255\.(?:255|254|252|248|240|224|192|128|0)\.")
_NUMBERED = word_set("no nr num number numbers nummer número numéro n° nº नंबर رقم")
_OWN = word_set(
    """my his her our your their the this that new old whose which mera meri mere mi su tu mon son ton notre votre mein
    meine ihr ihre unser unsere मेरा मेरी उनका उनकी उसका उसकी इनका आपका हमारा नया पुराना दूसरा सही गलत घर ऑफिस दफ्तर
    naya nayi purana purani dusra doosra apna apni neue neuer alte neues nuevo nueva nouveau nouvel ancien
    personal private home office work emergency alternate second other direct local is are and same other another
    correct right wrong actual full whole"""
)
_SAYS_PHONE = word_set(
    "tel mob cell fax phn phone call sms text ring and name usa uae ksa home work main dial"
)
"""Short words that may stand in capitals before a telephone."""
_BEFORE, _SMALL_GAP = 44, 5
_COUNTED = 4
"""So many numbers of which each is one more than the last count something."""
_BETWEEN = 24
"""Characters between two pieces of one number."""
_BARE_NUMBER = 7
_DIALLING = (
    "tel",
    "handy",
    "mobil",
    "ruf",
    "fax",
    "durchwahl",
    "kontakt",
    "privat",
    "notfall",
    "festnetz",
    "whatsapp",
)
"""German words for numbers that dial begin like this; all other kinds of "-nummer" number things."""
_SIGNS = "()[]{}\"'.,;:|#*"
_MONTHS = lazily(
    r"(?<![\p{L}])(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?$"
)


def phones(scene: Scene) -> Iterator[Span]:
    """PHONE spans over runs that dial, with their extension; also vanity numbers."""
    for match in _VANITY.finditer(scene.text) if _MAY_BE_VANITY.search(scene.text) else ():
        yield Span(match.start(), match.end(), "PHONE", 0.8, "phone.vanity")
    previous: Run | None = None
    for run in scene.runs:
        found = False
        if len(run.digits) >= 7:
            for span in _of_run(scene, run):
                found = True
                yield span
        elif previous is not None and run.start - previous.end <= _BETWEEN:
            yield from _split(scene, previous, run)
        previous = None if found else run


def _of_run(scene: Scene, run: Run) -> Iterator[Span]:
    score = _score(scene, run)
    if score:
        yield _span(scene, run, score)
        return
    if len(run.digits) <= 15 or any(atom.gap == "break" for atom in run.atoms):
        # Lines of numbers under each other are one run: every line is judged alone.
        first = 0
        for index, atom in enumerate(run.atoms):
            if index and atom.gap == "break":
                if len((part := run.part(first, index)).digits) >= 7 and (score := _score(scene, part)):
                    yield _span(scene, part, score)
                first = index
        if (
            first
            and len((part := run.part(first, len(run.atoms))).digits) >= 7
            and (score := _score(scene, part))
        ):
            yield _span(scene, part, score)
        return
    if len(set(run.digits)) <= _FEWEST_DIGITS:
        return
    # Several numbers side by side: the parts that dial, from the left.
    shape, digits, first, offset = run.shape, run.digits, 0, 0
    while first < len(shape):
        length, taken = 0, first
        while taken < len(shape) and length < 13:
            length += shape[taken]
            taken += 1
            if length < _SHORTEST:
                continue
            piece = digits[offset : offset + length]
            if not _usual(piece):
                continue
            part = run.part(first, taken)
            if score := _score(scene, part):
                yield _span(scene, part, score)
                offset += length - shape[taken - 1]
                first = taken - 1
                break
        offset += shape[first]
        first += 1


def _usual(digits: str) -> bool:
    """The lengths that telephones of the supported countries are written in."""
    length = len(digits)
    usual = (
        length == 10
        or (length == 11 and digits[0] in "01")
        or (length == 12 and digits.startswith(("91", "44", "97")))
    )
    return usual and len(set(digits)) > _FEWEST_DIGITS


def _span(scene: Scene, run: Run, score: float) -> Span:
    end = run.end
    if run.start > 0 and scene.text[run.start] == "(" and ")" not in scene.text[run.start : end]:
        end += scene.text[end : end + 1] == ")"
    extension = _EXTENSION.match(scene.lower, end)
    return Span(run.start, extension.end() if extension else end, "PHONE", score, "phone.run")


def _split(scene: Scene, first: Run, second: Run) -> Iterator[Span]:
    """ "212 555 and then 0142": two pieces of one number, with a cue before the first."""
    between = scene.lower[first.end : second.start]
    together = len(first.digits) + len(second.digits)
    if (
        not 7 <= together <= 15
        or len(first.digits) < 3
        or len(between) > _BETWEEN
        or not _CONTINUES.search(between)
    ):
        return
    if speaks_of(scene, first.start, "PHONE") or (
        follows(scene, second.end, "PHONE") and not is_harmless(scene, first.start, first.end)
    ):
        yield Span(first.start, first.end, "PHONE", 0.7, "phone.split")
        yield Span(second.start, second.end, "PHONE", 0.7, "phone.split")


def _attached(scene: Scene, run: Run) -> bool:
    """Whether the digits are part of a longer code: TX-5551234, 555-1234-A, SN2039, 5000W."""
    text = scene.text
    left = text[max(0, run.start - 14) : run.start]
    if left and not left[-1].isspace() and _CODE_BEFORE.search(left):
        glued = _WORD_BEFORE.search(left)
        if not (glued and is_cue(glued.group().lower().rstrip("-:"), "PHONE")):
            return True
    right = text[run.end : run.end + 8]
    if right[:1] in ("-", "_") and _CODE_AFTER.match(right):
        return True
    return right[:1].isalpha() and not _WORD_AFTER.match(right)


def _is_after_month(scene: Scene, run: Run) -> bool:
    before = scene.before(run.start, 12).rstrip()
    return bool(before) and (before[-1].isalpha() or before[-1] == ".") and bool(_MONTHS.search(before))


def _is_counting(run: Run) -> bool:
    """Years side by side, dates, decimals, thousands, or 1 2 3 4 5 6 7."""
    if len(run.atoms) == 1:
        return False
    groups = [atom.digits for atom in run.atoms]
    shape = run.shape
    gaps = {atom.gap for atom in run.atoms[1:]}
    if all(len(group) == 4 and group[:2] in ("19", "20") for group in groups):
        return True
    if len(groups) == 2 and gaps == {"dot"} and not run.spoken:
        # "0812.345" is a decimal, "081217.09593" dials.
        return not (len(run.digits) >= _SHORTEST and groups[0][0] == "0" and groups[0][1:2] not in ("0", ""))
    if len(groups) >= 3 and "slash" in gaps:
        return True
    if shape in ((4, 2, 2), (2, 2, 4), (1, 2, 4), (2, 1, 4), (1, 1, 4)) and gaps <= {"dash", "dot", "slash"}:
        return True
    if len(shape) <= 4 and shape[0] <= 3 and all(size == 3 for size in shape[1:]) and gaps == {"space"}:
        return groups[0][0] != "0" and not run.plus
    if len(groups) < _COUNTED:
        return False
    return all(after - before == 1 for before, after in pairwise(map(int, groups)))


def _is_number_of_a_thing(scene: Scene, run: Run) -> bool:
    """ "पार्ट नंबर 22-6655-441": the word for a number, which announces telephones too, after the name of a thing."""
    words = (
        scene.text[max(0, run.start - _BEFORE) : run.start]
        .rpartition("\n")[2]
        .rstrip(" .:#-")
        .rsplit(None, 2)
    )
    if len(words) < 2 or words[-1].lower() not in _NUMBERED:
        return False
    thing = words[-2].strip(_SIGNS).lower()
    known = marks(thing)
    thinglike = known & (EVERYDAY | FREQUENT | KIND) and not known & (STOP | NAMED | ROLE | CORE)
    return bool(thinglike) and not is_cue(thing, "PHONE") and thing not in _OWN


def _is_of_a_thing(scene: Scene, run: Run) -> bool:
    """ "claim no 4455667788", "RFQ 4058352173", and a netmask."""
    if _NETMASK.match(scene.text, run.start):
        return True
    words = (
        scene.text[max(0, run.start - _BEFORE) : run.start]
        .rpartition("\n")[2]
        .rstrip(" .:#-")
        .rsplit(None, 2)
    )
    if not words:
        return False
    last = words[-1]
    if len(words) > 1 and last.lower() in _NUMBERED:
        thing = words[-2].strip(_SIGNS).lower()
        if len(thing) > 2 and thing.isalpha() and not is_cue(thing, "PHONE") and thing not in _OWN:
            return not marks(thing) & (STOP | GIVEN)
    low = last.lower()
    if low.endswith(("nummer", "-nr")) and len(low) > _BARE_NUMBER and not low.startswith(_DIALLING):
        return True
    if scene.policy == "strict" or not (
        last.isupper() and last.isascii() and last.isalpha() and 3 <= len(last) <= 6
    ):
        return False
    return last.lower() not in _SAYS_PHONE and not marks(last.lower()) & NAMED


def _is_somebodys(scene: Scene, run: Run) -> bool:
    """Whether a name stands right before: "Solène 06 13 14 45 81, Aminata 0614099287"."""
    before = scene.text[max(0, run.start - _BEFORE) : run.start]
    words = before.rstrip(" ,:(|-–،").rsplit(None, 2)
    if not words or len(before) - len(before.rstrip(" ,:(|-–،")) > _SMALL_GAP:
        return False
    what = words[-1]
    if len(words) > 1 and ((what[0] == "(" and what[-1] == ")") or marks(what.lower()) & ROLE):
        # "Jarek (plumber) 600 555 718"
        words.pop()
    name = words[-1].strip(_SIGNS)
    if (
        len(name) < 3
        or not name.replace("'", "").replace("-", "").isprintable()
        or any(map(str.isdigit, name))
    ):
        return False
    known = marks(name.lower())
    if not known:
        return name.istitle() and run.digits[0] == "0" and len(run.digits) >= _SHORTEST
    return bool(known & GIVEN) or (
        bool(known & NAMED) and not known & (EVERYDAY | PLACE | KIND | BRAND | CORE)
    )


def _score(scene: Scene, run: Run) -> float:
    """How sure it is that this dials; 0 for no."""
    digits, shape = run.digits, run.shape
    length = len(digits)
    if not 7 <= length <= 15 or len(set(digits)) == 1 or _attached(scene, run):
        return 0.0
    plus = run.plus or (digits.startswith("00") and length > 9)
    cue = speaks_of(scene, run.start, "PHONE")
    if cue and not plus and not run.spoken and _is_number_of_a_thing(scene, run):
        return 0.0
    if plus and not run.spoken and length >= 8:
        return 0.9 if checksums.calls_abroad(digits.removeprefix("00")) else 0.75
    if not cue and is_harmless(scene, run.start, run.end):
        return 0.0
    if cue and not (_is_counting(run) and length < 10 and not run.spoken):
        return 0.85
    if cue and shape == (3, 3, 3) and not is_harmless(scene, run.start, run.end):
        return 0.8
    if _is_of_a_thing(scene, run):
        return 0.0
    if shape == (3, 3, 3) and digits[0] in "6789" and _is_somebodys(scene, run):
        return 0.6
    if _is_counting(run) or _is_after_month(scene, run):
        return 0.0
    later = follows(scene, run.end, "PHONE")
    if 9 <= length <= 13 and not run.spoken and _is_somebodys(scene, run):
        return 0.7
    if run.spoken or (length >= 10 and (max(shape) == 1 or (max(shape) <= 2 and digits[0] == "0"))):
        return 0.65 if length >= 9 or (later and length >= 7) or scene.kind == "speech" else 0.0
    if later and length >= 10:
        return 0.6
    regions = REGIONS if scene.policy == "strict" or len(shape) > 1 else ("IN", "US", "GB")
    if length < 10 and len(shape) == 1 and digits[0] != "0":
        return 0.0
    if (
        shape
        in ((3, 3, 4), (1, 3, 3, 4), (5, 5), (3, 4, 4), (2, 2, 2, 2, 2), (3, 7), (4, 3, 3), (4, 6), (3, 4, 3))
        and length >= 10
    ):
        return 0.6 if digits[0] != "1" or shape[0] == 1 else 0.0
    if shape == (3, 2, 2, 2) and digits[0] in "679" and len({atom.gap for atom in run.atoms[1:]}) == 1:
        return 0.6
    if scene.policy == "strict" and digits[0] == "0" and digits[1] != "0" and _SHORTEST <= length <= 13:
        return 0.5
    whole = length >= 10 and digits[0] != "1"
    if not whole and not (digits[0] == "0" and length >= 9):
        return 0.0
    if not checksums.dials(digits, regions):
        return 0.0
    return 0.55 if whole else 0.5
