"""Other readings of a text, for values that have a shape, a check digit or a cue: broken over the end of a line, or
spelled and spaced out. What is found in one is given in positions of the view."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Container, Iterable, Iterator
from functools import lru_cache
from operator import itemgetter

from apps.onboarding_api.services.pii_integration.engine import (
    documents,
    network,
    number_words,
    packs,
    secrets,
)
from apps.onboarding_api.services.pii_integration.engine.context import Cues, cue_ends, speaks_of
from apps.onboarding_api.services.pii_integration.engine.lexicon import word_set
from apps.onboarding_api.services.pii_integration.engine.scene import Scene, Token
from apps.onboarding_api.services.pii_integration.engine.spans import Span
from apps.onboarding_api.services.pii_integration.engine.view import View

_BREAK = re.compile(r"(?<=\S)[^\S\n]{0,2}\n[^\S\n]{0,2}(?=\S)")
_CODE_LIKE = re.compile(r"[\d:/@_]|[-.]$")
_NEAR = 24
_LONG = 10
_UNBROKEN: dict[str, tuple[Callable[[Scene], Iterable[Span]], ...]] = {
    "": (
        network.credentials, secrets.secrets, network.addresses, documents.ibans, documents.identities,
        documents.plates, documents.positions, documents.birth_dates,
    ),
    " ": (documents.birth_dates,),
}  # fmt: skip
_SPELLED = (documents.identities, documents.plates, documents.ibans, documents.positions)
_CUES = ("PAN", "PASSPORT", "LICENCE", "IDENTITY", "PLATE", "IBAN", "GPS", "HOME")
_POINTS = packs.all_words("dot") | word_set("point punto punkt decimal दशमलव .")
_COMMAS = word_set("comma coma virgule komma कॉमा ,")
_SIGNS = word_set("minus menos moins")
_NO_DIGIT_AT_THE_END = word_set("to for too won no un una une ein eine die o")
_REACH = 60
_AROUND = 150
_WHOLE = 6
_PAN_LETTERS = 5
_START = itemgetter(1)
_NO_PIECES = frozenset(".,:;!?'\"()[]-/")
"""Signs that begin no code."""
_WORD = 3
"""Capital letters that belong to a code whatever follows; up to five where digits follow."""
_ANNOUNCES = word_set("is no nr es est ist num was")


def across_lines(scene: Scene) -> Iterator[Span]:
    """Spans of structured values that one end of a line breaks in two."""
    if "\n" not in scene.text:
        return
    breaks = [
        match.span() for match in _BREAK.finditer(scene.text) if _may_be_inside(scene.text, *match.span())
    ]
    if not breaks:
        return
    for between, rules in _UNBROKEN.items():
        if between and "DOB" not in scene.cues:
            continue
        reading, seams = _joined(scene, breaks, between)
        for rule in rules:
            for span in rule(reading):
                # The seams inside: characters before and after the seam both belong to the span.
                first = bisect_right(seams, span.start)
                last = bisect_right(seams, span.end - 1)
                opened = span.kind == "URL" and first > 0 and seams[first - 1] == span.start
                if opened or (last - first == 1 and _belongs(reading, span, seams[first])):
                    start, end = reading.view.back(span.start, span.end)
                    yield Span(start, end, span.kind, max(span.score, 0.9), span.rule)


def _may_be_inside(text: str, start: int, end: int) -> bool:
    left = text[max(0, start - _NEAR) : start].rsplit(None, 1)[-1]
    right = text[end : end + _NEAR].split(None, 1)[0]
    return bool(_CODE_LIKE.search(left) or _CODE_LIKE.search(right))


def _joined(scene: Scene, breaks: list[tuple[int, int]], between: str) -> tuple[Scene, list[int]]:
    """The scene without those ends of lines, and where in it they were."""
    text: list[str] = []
    origin: list[int] = []
    seams: list[int] = []
    position = 0
    for start, end in breaks:
        text.append(scene.text[position:start])
        origin.extend(range(position, start))
        text.append(between)
        origin.extend([start] * len(between))
        seams.append(len(origin))
        position = end
    text.append(scene.text[position:])
    origin.extend(range(position, len(scene.text) + 1))
    whole = "".join(text)
    view = View(whole, _lower(whole), origin)
    glued = {
        seam
        for seam in seams
        if not between and 0 < seam < len(whole) and whole[seam - 1 : seam + 1].isalpha()
    }
    return scene.read_as(view, _cues_in(scene, view, glued, [])), seams


def _cues_in(scene: Scene, view: View, glued: Container[int], inside: list[tuple[int, int]]) -> Cues:
    """The cues of a scene where they stand in another view of it; without those that are glued to another word there,
    or lie inside what was put together."""
    found: Cues = {}
    firsts = [first for first, _ in inside]
    for kind, pairs in scene.cues.items():
        starts: list[int] = []
        ends: list[int] = []
        for start, end in zip(*pairs, strict=True):
            if start < view.origin[0] or end > view.origin[-1]:
                continue
            first, last = view.at(start), view.at(end - 1) + 1
            if first in glued or last in glued:
                continue
            place = bisect_left(firsts, last) - 1
            if place >= 0 and inside[place][1] > first:
                continue
            starts.append(first)
            ends.append(last)
        if starts:
            found[kind] = (starts, ends)
    return found


def _lower(text: str) -> str:
    lower = text.lower()
    return lower if len(lower) == len(text) else text


def _belongs(reading: Scene, span: Span, seam: int) -> bool:
    """Whether what stands after the seam is part of the value, and not merely the next line."""
    text = reading.text
    left, right = text[span.start : seam], text[seam : span.end]
    if span.kind == "SECRET":
        if span.rule != "secret.marked":
            return False
        opaque = len(right) >= _LONG and any(map(str.isdigit, right)) and any(map(str.isalpha, right))
        mixed = len(right) >= 2 * _LONG and any(map(str.isupper, right[1:])) and any(map(str.islower, right))
        return opaque or mixed or not secrets.is_marked(left)
    if span.kind == "IP":
        return left[-1] in ".:" or right[0] in ".:"
    if span.rule.endswith(".cue") and span.kind in ("PASSPORT", "LICENCE", "IDENTITY"):
        return sum(map(str.isdigit, left)) < documents.DIGITS_OF_CODE or sum(map(str.isalnum, left)) < _WHOLE
    if span.kind in ("PASSPORT", "LICENCE", "IDENTITY", "PAN", "PLATE"):
        return speaks_of(reading, span.start, span.kind)
    return True


def spelled(scene: Scene) -> Iterator[Span]:
    """Spans of codes said or written piece by piece after a cue: "Y P H P L three eight", "77 XP 94835"."""
    if scene.cues.keys().isdisjoint(_CUES):
        return
    chains = list(_chains(scene))
    if not chains:
        return
    text: list[str] = []
    origin: list[int] = []
    ends: list[int] = []
    inside: list[tuple[int, int]] = []
    # What stands far from every chain says nothing about one.
    position = max(0, chains[0][0][0] - _AROUND)
    last = min(len(scene.text), chains[-1][-1][1] + _AROUND)
    for chain in chains:
        start = chain[0][0]
        text.append(scene.text[position:start])
        origin.extend(range(position, start))
        ends.extend(range(position + 1, start + 1))
        first = len(origin)
        for piece_start, piece_end, value in chain:
            text.append(value)
            if len(value) == piece_end - piece_start:
                origin.extend(range(piece_start, piece_end))
                ends.extend(range(piece_start + 1, piece_end + 1))
            else:
                origin.extend([piece_start] * len(value))
                ends.extend([piece_end] * len(value))
        inside.append((first, len(origin)))
        position = chain[-1][1]
    text.append(scene.text[position:last])
    origin.extend(range(position, last + 1))
    ends.extend(range(position + 1, last + 1))
    whole = "".join(text)
    view = View(whole, _lower(whole), origin, ends)
    reading = scene.read_as(view, _cues_in(scene, view, (), inside))
    starts = [start for start, _ in inside]
    for rule in _SPELLED:
        for span in rule(reading):
            place = bisect_right(starts, span.start) - 1
            if place >= 0 and span.start < inside[place][1]:
                start, end = reading.view.back(span.start, span.end)
                yield Span(start, end, span.kind, max(span.score, 0.9), span.rule)


_Piece = tuple[int, int, str]


def _chains(scene: Scene) -> Iterator[list[_Piece]]:
    """Runs of letters, digits and number words with at most small gaps, three pieces at least or two with digits."""
    chain: list[_Piece] = []
    tokens, index = scene.tokens, 0
    ends = sorted(end for kind in _CUES for end in cue_ends(scene, kind))
    reached = -1
    while index < len(tokens):
        if not chain:
            text, begin, end = tokens[index]
            if begin > reached:
                # Only what begins shortly after a cue can come to anything.
                place = bisect_right(ends, begin)
                if place == 0 or begin - ends[place - 1] > _REACH:
                    if place == len(ends):
                        return
                    index = max(index + 1, bisect_left(tokens, ends[place], key=_START))
                    continue
                reached = ends[place - 1] + _REACH
            # A plain word begins nothing: no number word, not in capitals, nothing written on to it.
            if text in _NO_PIECES or (
                len(text) > 1
                and text not in _spoken()
                and text.isalpha()
                and not (scene.text[end - 1].isupper() or scene.text[end : end + 1].isdigit())
            ):
                index += 1
                continue
        after, value = _piece(scene, tokens, index, len(chain))
        if value and chain and not _is_small(scene.text[chain[-1][1] : tokens[index].start]):
            yield from _worth(scene, chain)
            chain = []
            if value in ".,-":
                value = ""
        if value:
            whole = not chain and len(value) > 1 and sum(map(str.isdigit, value)) >= _WHOLE
            chain.append((tokens[index].start, tokens[after - 1].end, value))
            if whole:
                chain = []
        elif chain and not (tokens[index].text == "-" and tokens[index].start - chain[-1][1] <= 1):
            yield from _worth(scene, chain)
            chain = []
        index = after
    yield from _worth(scene, chain)


@lru_cache(maxsize=1)
def _spoken() -> frozenset[str]:
    """The words that stand for digits."""
    return frozenset([*number_words.values(), *number_words.REPEATS])


def _is_small(gap: str) -> bool:
    return len(gap) <= 3 and gap.strip(" ") in ("", "-")


def _piece(scene: Scene, tokens: tuple[Token, ...], index: int, inside: int) -> tuple[int, str]:
    """The index after the piece that starts at a token, and what it stands for; "" for no piece."""
    token = tokens[index]
    is_word = token.is_word
    if not (is_word or token.is_digits):
        return index + 1, ""
    start, end = token.start, token.end
    after = index + 1
    while (
        after < len(tokens)
        and tokens[after].start == end
        and (tokens[after].is_word or tokens[after].is_digits)
    ):
        end = tokens[after].end
        after += 1
    if after == index + 1 and is_word:
        if inside and token.text in _POINTS:
            return after, "."
        if inside and token.text in _COMMAS:
            return after, ","
        if inside and token.text in _SIGNS:
            return after, "-"
        if token.text == "o" and _is_letter(scene, tokens, index, inside):
            return after, "O"
        number = number_words.values().get(token.text)
        if number is not None and (number < 10 or inside):
            return after, str(number)
        count = number_words.REPEATS.get(token.text, 0)
        if count and after < len(tokens):
            following = str(number_words.values().get(tokens[after].text, ""))
            if len(following) == 1:
                return after + 1, following * count
    piece = scene.text[start:end]
    if not piece.isascii() or end - start > 20:
        return after, ""
    if len(piece) == 1 or any(map(str.isdigit, piece)) or (piece.isupper() and len(piece) <= 5):
        return after, piece.upper()
    return after, ""


def _is_letter(scene: Scene, tokens: tuple[Token, ...], index: int, inside: int) -> bool:
    """Whether an "o" is the letter: before another letter, or where a PAN has letters, at its beginning and end."""
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    if following is not None and following.is_word and len(following.text) == 1:
        return True
    number = following is not None and (following.is_digits or following.text in number_words.values())
    return "PAN" in scene.cues and (inside < _PAN_LETTERS or not number)


def _worth(scene: Scene, chain: list[_Piece]) -> Iterator[list[_Piece]]:
    while chain and (chain[-1][2] in ".,-" or _is_no_digit(scene, chain[-1])):
        chain = chain[:-1]
    while chain and chain[0][2].isalpha() and not _starts_code(chain):
        chain = chain[1:]
    if len(chain) < 2 or not any(piece[2].isdigit() or piece[2][-1:].isdigit() for piece in chain):
        return
    yield chain


def _is_no_digit(scene: Scene, piece: _Piece) -> bool:
    """Whether a word at the end of a chain is more likely the sentence going on: "to", "for"."""
    return piece[2].isdigit() and scene.lower[piece[0] : piece[1]] in _NO_DIGIT_AT_THE_END


def _starts_code(chain: list[_Piece]) -> bool:
    """Whether the letters of the first piece belong to the code."""
    letters = chain[0][2]
    if len(letters) <= _WORD:
        return letters.lower() not in _ANNOUNCES
    return len(chain) > 1 and any(map(str.isdigit, chain[1][2]))
