"""Runs of digits as people write and say them, read once for all rules that look at numbers.

A run is a chain of atoms (groups of digits, number words, "double five") with at most short separators between them:
spaces, dashes, dots, brackets, and in speech "um", "dash", "dot".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache, partial
from typing import NamedTuple

from apps.onboarding_api.services.pii_integration.engine import number_words, packs
from apps.onboarding_api.services.pii_integration.engine.lexicon import word_set
from apps.onboarding_api.services.pii_integration.engine.scene import Scene, Token

FILLERS = word_set("um uh uhm er erm hmm mm eh ehm ah euh heu äh ähm öhm hm matlab मतलब أه")
"""What is said while thinking."""
_FILLERS = FILLERS | {"space"}
_DASHES = frozenset(
    word for pack in packs.all_languages() for word, mark in pack.marks.items() if mark == "-" and word != "-"
)
_DOTS = packs.all_words("dot") - {"."}
_WRITTEN_GAP = re.compile(r"[^\S\n]{0,2}[).\-/]{0,2}[^\S\n]{0,2}\(?|[^\S\n]{0,2}[-.,/]?\n\n?[^\S\n]{0,4}")
"""Within a line, or with an end of a line: the view has one kind of them, and no spaces before."""
_USUAL_GAPS = {"": "space", " ": "space", "-": "dash", ".": "dot", "/": "slash"}
"""Most gaps within a number, with their names."""
_SPOKEN_GAP = re.compile(r"[\s,.\-…]{1,6}")
_BETWEEN = frozenset(",.-()/…")
_DIGITS = frozenset("0123456789")
_OPENS = frozenset({"+", "(", "plus", "más", "mas", "प्लस", "زائد"})
_FEW = 2
_HUNDRED, _FEW_HUNDREDS = 100, 10
MAX_ATOMS = 400
"""A longer chain is cut here and goes on as the next run."""


class Atom(NamedTuple):
    """A group of digits at `[start, end)`. `gap` before it: "", "space", "dash", "dot", "slash", "pause" or "break"."""

    start: int
    end: int
    digits: str
    spoken: bool
    gap: str = ""


_made = partial(tuple.__new__, Atom)
"""An atom of its five fields, without the call of a Python function."""


class Run:
    """Atoms in order; `start` is before a plus sign or a bracket."""

    __slots__ = ("atoms", "digits", "end", "plus", "shape", "spoken", "start")

    def __init__(self, atoms: tuple[Atom, ...], plus: bool, start: int) -> None:
        self.atoms = atoms
        self.plus = plus
        self.start = start
        self.end = atoms[-1].end
        if len(atoms) == 1:
            _, _, self.digits, self.spoken, _ = atoms[0]
            self.shape: tuple[int, ...] = (len(self.digits),)
            """Digits per atom."""
        else:
            groups = [atom.digits for atom in atoms]
            self.digits = "".join(groups)
            self.shape = tuple(map(len, groups))
            self.spoken = sum([atom.spoken for atom in atoms]) * 2 > len(atoms)
            """Whether most of it was said in words."""

    def part(self, first: int, last: int) -> Run:
        """Atoms `first` to `last`, the last not included."""
        return Run(
            self.atoms[first:last],
            self.plus and first == 0,
            self.start if first == 0 else self.atoms[first].start,
        )


def _gap_name(gap: str) -> str:
    if "\n" in gap:
        return "dash" if "-" in gap else "break"
    for mark, name in (("-", "dash"), (".", "dot"), ("/", "slash")):
        if mark in gap:
            return name
    return "space"


@lru_cache(maxsize=1)
def _starters() -> frozenset[str]:
    """The words a run may begin with."""
    return frozenset([*number_words.values(), *number_words.REPEATS, *number_words.WHOLE_HUNDREDS])


@lru_cache(maxsize=1)
def _inner() -> frozenset[str]:
    """What a run may go on with, other than digits."""
    return _starters() | _FILLERS | _DASHES | _DOTS | _BETWEEN


def atom_at(tokens: tuple[Token, ...], index: int) -> tuple[Atom, int] | None:
    """The atom that starts at a token and the index after it."""
    text, start, end = tokens[index]
    if text[0] in _DIGITS:
        return _made((start, end, text, False, "")), index + 1
    if text not in _starters():
        return None
    count = number_words.REPEATS.get(text)
    if count is not None:
        return _repeated(tokens, index, count)
    whole = number_words.WHOLE_HUNDREDS.get(text)
    if whole is not None:
        return _hundreds(tokens, index, whole)
    value, after = _below_hundred(tokens, index, number_words.values()[text])
    digits = str(value)
    if after < len(tokens) and 0 < value < 100:
        if tokens[after].text in number_words.HUNDREDS:
            digits, after = _whole_hundred(tokens, after + 1, value)
        elif tokens[after].text in number_words.THOUSANDS:
            digits, after = f"{value}000", after + 1
    return Atom(start, tokens[after - 1].end, digits, spoken=True), after


def _whole_hundred(tokens: tuple[Token, ...], index: int, hundreds: int) -> tuple[str, int]:
    """ "two hundred", and with "and" what follows: "two hundred and one"."""
    if index + 1 < len(tokens) and tokens[index].text == "and" and hundreds < _FEW_HUNDREDS:
        value = number_words.values().get(tokens[index + 1].text, 0)
        if 0 < value < _HUNDRED:
            value, after = _below_hundred(tokens, index + 1, value)
            return str(hundreds * _HUNDRED + value), after
    return f"{hundreds}00", index


def _hundreds(tokens: tuple[Token, ...], index: int, whole: int) -> tuple[Atom, int]:
    """ "seiscientos doce"."""
    value = number_words.values().get(tokens[index + 1].text) if index + 1 < len(tokens) else None
    if not value:
        return Atom(tokens[index].start, tokens[index].end, str(whole), spoken=True), index + 1
    value, after = _below_hundred(tokens, index + 1, value)
    return Atom(tokens[index].start, tokens[after - 1].end, str(whole + value), spoken=True), after


def _repeated(tokens: tuple[Token, ...], index: int, count: int) -> tuple[Atom, int] | None:
    """ "double five", "triple 0"."""
    if index + 1 >= len(tokens):
        return None
    following = tokens[index + 1]
    digit = following.text if following.is_digits else str(number_words.values().get(following.text, ""))
    if len(digit) != 1:
        return None
    return Atom(tokens[index].start, following.end, digit * count, spoken=True), index + 2


def _below_hundred(tokens: tuple[Token, ...], index: int, value: int) -> tuple[int, int]:
    """Tens with their unit (twenty one, treinta y uno, soixante dix huit, quatre vingt trois) and the index after."""
    table = number_words.values()
    after = index + 1
    highest = 9
    if value == 4 and after < len(tokens) and tokens[after].text in ("vingt", "vingts"):
        value, after, highest = 80, after + 1, 19
    elif tokens[index].text == "soixante":
        highest = 19
    elif not number_words.is_tens(tokens[index].text):
        return value, after
    place = after + 1 if after < len(tokens) and tokens[after].text in ("et", "y") else after
    unit = table.get(tokens[place].text, 0) if place < len(tokens) else 0
    if not 0 < unit <= highest:
        return value, after
    if unit == 10 and place + 1 < len(tokens) and 7 <= table.get(tokens[place + 1].text, 0) <= 9:
        return value + 10 + table[tokens[place + 1].text], place + 2
    return value + unit, place + 1


def _joined(scene: Scene, last: Atom, tokens: tuple[Token, ...], index: int) -> tuple[Atom, int] | None:
    """The next atom of a run, looked for from `index` past fillers and separators."""
    texts, inner = scene.texts, _inner()
    first, name = index, ""
    last_index = min(index + 4, len(texts))
    while index < last_index:
        text = texts[index]
        if text[0] in _DIGITS:
            break
        if text not in inner:
            return None
        if text in _BETWEEN:
            pass
        elif text in _FILLERS:
            name = name or "pause"
        elif text in _DASHES and (last.spoken or index == first):
            name = "dash"
        elif text in _DOTS:
            name = "dot"
        else:
            break
        index += 1
    if index >= len(texts):
        return None
    found = atom_at(tokens, index)
    if found is None:
        return None
    (start, end, digits, spoken, _), after = found
    gap = scene.text[last.end : start]
    if name:
        joined = len(gap) <= 24
    elif last.spoken or spoken:
        joined = bool(_SPOKEN_GAP.fullmatch(gap)) and ("," not in gap or (last.spoken and spoken))
    else:
        name = _USUAL_GAPS.get(gap, "")
        joined = bool(name) or bool(_WRITTEN_GAP.fullmatch(gap))
    if not joined:
        return None
    return _made((start, end, digits, spoken, name or _gap_name(gap))), after


def _trimmed(scene: Scene, atoms: list[Atom]) -> list[Atom]:
    """Without everyday words at the edges: "call me so do ..." does not begin with a two."""

    def everyday(atom: Atom) -> bool:
        return atom.spoken and scene.lower[atom.start : atom.end] in number_words.EVERYDAY

    first, last = 0, len(atoms)
    while first < last and everyday(atoms[first]) and not _spoken_like(scene, atoms, first, +1):
        first += 1
    while last > first and everyday(atoms[last - 1]) and not _spoken_like(scene, atoms, last - 1, -1):
        last -= 1
    return atoms[first:last]


def _spoken_like(scene: Scene, atoms: list[Atom], index: int, step: int) -> bool:
    """Whether the neighbour is a spoken digit too, so that "oh seven" keeps its "oh" and "do ek" its "do"."""
    word = scene.lower[atoms[index].start : atoms[index].end]
    neighbour = index + step
    if not 0 <= neighbour < len(atoms) or not atoms[neighbour].spoken:
        return word in {"o", "oh"} and 0 <= neighbour < len(atoms)
    return True


def runs_of(scene: Scene) -> Iterator[Run]:
    """All runs, in order. Linear: every token is visited once."""
    tokens, texts, index = scene.tokens, scene.texts, 0
    starters, inner = _starters(), _inner()
    for first_index in [place for place, text in enumerate(texts) if text in starters or text[0] in _DIGITS]:
        if first_index < index:
            continue
        if tokens[first_index - 1].end == tokens[first_index].start and _is_within_a_word(
            tokens, first_index
        ):
            continue
        found = atom_at(tokens, first_index)
        if found is None:
            continue
        atoms, index = [found[0]], found[1]
        while (
            index < len(texts)
            and (texts[index] in inner or texts[index][0] in _DIGITS)
            and len(atoms) < MAX_ATOMS
            and (following := _joined(scene, atoms[-1], tokens, index))
        ):
            atoms.append(following[0])
            index = following[1]
        kept = _trimmed(scene, atoms) if any(atom.spoken for atom in atoms) else atoms
        if kept:
            start, plus = kept[0].start, False
            if first_index and tokens[first_index - 1].text in _OPENS:
                start, plus = _opening(scene, tokens, first_index, start)
            yield Run(tuple(kept), plus, start)


def _is_within_a_word(tokens: tuple[Token, ...], index: int) -> bool:
    """A few digits with letters right before and after them: no number begins there."""
    token = tokens[index]
    if token.end - token.start > _FEW or not (0 < index < len(tokens) - 1 and token.is_digits):
        return False
    before, after = tokens[index - 1], tokens[index + 1]
    return before.end == token.start and after.start == token.end and before.is_word and after.is_word


def _opening(scene: Scene, tokens: tuple[Token, ...], index: int, start: int) -> tuple[int, bool]:
    """The run's start with its bracket and plus sign, written or spoken."""
    plus = False
    steps = 0
    while index > 0 and steps < 3:
        token = tokens[index - 1]
        gap = scene.text[token.end : start]
        if token.text not in _OPENS or len(gap) > 1 or gap == "\n":
            break
        plus = plus or token.text != "("
        start, index, steps = token.start, index - 1, steps + 1
    return start, plus
