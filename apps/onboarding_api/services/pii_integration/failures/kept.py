"""Which parts of a message stay: those that the code, the interpreter or the system can have written."""

from __future__ import annotations

import re
from dataclasses import dataclass

from apps.onboarding_api.services.pii_integration.failures.peoples_names import is_a_name
from apps.onboarding_api.services.pii_integration.failures.phrases import phrases
from apps.onboarding_api.services.pii_integration.failures.words_of_code import Vocabulary, plain_space

GONE = "…"
_HEAD, _TAIL = 6_000, 2_000
"""Characters of a message that are read. What is longer is cut in the middle first."""

_CLASS = re.compile(r"(?<![\w.@\-])(?:[a-z_]+\.)*([A-Z]\w{4,})(?![\w@\-])")
_NUMBER = re.compile(r"(?<![\w.,+\-/@'\"])\d{1,4}(?![\w@/\-'\"]|[.,]\w)")
_QUOTED = re.compile(r"(?<![\w'\"])(['\"])([A-Za-z_]\w{1,60})\1(?![\w'\"])")
_LIGHT = re.compile(r"[ \"'()\[\]{}<>:;,.=#!?|*-]*")
_LIGHT_BEFORE = re.compile(r"[ \"'(\[{<:=,;)]{0,3}")
_LIGHT_AFTER = re.compile(r"[ \"')\]}>:,.;(]{0,3}$")
_BETWEEN = re.compile(r"[ \"'()\[\]{}<>:;,.=#!?|*-]*(?:\d{1,4}[ \"'()\[\]{}<>:;,.=#!?|*-]*)?")
_WORD = re.compile(r"[^\W\d_]+(?:_[^\W\d_]+)*")
_MEASURE = re.compile(
    r"(?:port|line|column|char|position|errno|status|length|index|exit|bytes?|characters?|chars|rows?|items?|ms|px)\b"
)
_MEASURE_BEFORE = re.compile(
    r"\b(?:port|line|column|char|position|errno|status|length|index|exit)[ :=#(\[]*$"
)
_PASSES = 3


@dataclass(frozen=True, slots=True)
class Kept:
    """`text` as it may be shown; `words` are those that say what kind of fault it is, without numbers."""

    text: str
    words: str


def kept(message: str, vocabulary: Vocabulary) -> Kept:
    """`message` with all that a value could have brought replaced by `…`."""
    text = _readable(message)
    marks = bytearray(len(text))
    _mark_pieces(text, marks, vocabulary)
    _mark_phrases(text, marks, vocabulary)
    _mark_classes(text, marks, vocabulary)
    _mark_weak(text, marks, vocabulary)
    words = " ".join(_WORD.findall("".join(c if m else " " for c, m in zip(text, marks, strict=True))))
    _mark_numbers(text, marks)
    return Kept(_written(text, marks), words)


def _readable(message: str) -> str:
    if len(message) > _HEAD + _TAIL:
        message = f"{message[:_HEAD]} \N{REPLACEMENT CHARACTER} {message[-_TAIL:]}"
    return plain_space(message).strip()


def _mark_pieces(text: str, marks: bytearray, vocabulary: Vocabulary) -> None:
    """Pieces of the code with several words: two where the text was made, three in frames further up."""
    for piece in vocabulary.near:
        if piece in text and _words(piece, 2) >= 2:
            _mark_all(text, marks, piece)
    for piece in vocabulary.far:
        if piece in text and _words(piece, 3) >= 3:
            _mark_all(text, marks, piece)


def _mark_all(text: str, marks: bytearray, piece: str) -> None:
    for start in _places(text, piece):
        _mark(marks, start, start + len(piece))


def _mark_phrases(text: str, marks: bytearray, vocabulary: Vocabulary) -> None:
    lower = text.lower()
    for phrase in phrases():
        if phrase.longest not in lower:
            continue
        for match in phrase.pattern.finditer(text):
            start = match.start()
            for number, slot in enumerate(phrase.slots, start=1):
                _mark(marks, start, match.start(number))
                if _known(match[number], slot, vocabulary):
                    _mark(marks, *match.span(number))
                start = match.end(number)
            _mark(marks, start, match.end())


def _known(value: str, slot: str, vocabulary: Vocabulary) -> bool:
    if slot == "n":
        return True
    if slot == "t":
        return value in vocabulary.types or (value in vocabulary.names and _is_no_name(value))
    if slot == "i":
        return all(part in vocabulary.names and _is_no_name(part) for part in value.split("."))
    return slot == "s" and value in vocabulary.schema


def _mark_classes(text: str, marks: bytearray, vocabulary: Vocabulary) -> None:
    for match in _CLASS.finditer(text):
        if match[1] in vocabulary.classes:
            _mark(marks, *match.span())


def _mark_weak(text: str, marks: bytearray, vocabulary: Vocabulary) -> None:
    """Pieces of one word stay where they touch what stays, or an end of the text; bare words only as a whole."""
    whole = text.strip("'\"")
    if whole in vocabulary.names and _is_no_name(whole):
        _mark(marks, 0, len(text))
    for match in _QUOTED.finditer(text):
        if "_" in match[2] and match[2] in vocabulary.names:
            _mark(marks, *match.span())
    weak = [
        (start, start + len(piece))
        for piece in vocabulary.near
        if piece in text and _words(piece, 2) < 2 and not piece.isidentifier() and _is_no_name(piece)
        for start in _places(text, piece)
    ]
    for _ in range(_PASSES):
        left = [place for place in weak if not _touches(text, marks, *place)]
        for start, end in set(weak) - set(left):
            _mark(marks, start, end)
        if len(left) == len(weak):
            return
        weak = left


def _touches(text: str, marks: bytearray, start: int, end: int) -> bool:
    before = marks.rfind(1, 0, start) + 1
    after = marks.find(1, end)
    after = len(text) if after < 0 else after
    return bool(_BETWEEN.fullmatch(text, before, start) or _BETWEEN.fullmatch(text, end, after))


def _mark_numbers(text: str, marks: bytearray) -> None:
    """Short numbers between what stays (or an end of the text), never in quotes; four digits only where they count."""
    found = []
    for match in _NUMBER.finditer(text):
        start, end = match.span()
        before = marks.rfind(1, 0, start) + 1
        after = marks.find(1, end)
        if (before == 0 and after < 0) or not _LIGHT.fullmatch(text, before, start):
            continue
        right = len(text) if after < 0 else after
        if not (_LIGHT.fullmatch(text, end, right) or text[end : end + 2] in (": ", "; ")):
            continue
        if end - start == 4 and not (
            _MEASURE_BEFORE.search(text[max(0, start - 20) : start]) or _MEASURE.match(text, end + 1)
        ):
            continue
        found.append((start, end))
    for place in found:
        _mark(marks, *place)


def _written(text: str, marks: bytearray) -> str:
    """Marked runs as they are; between them one `…`, with the light punctuation that stood at its sides."""
    parts: list[str] = []
    position = 0
    while position < len(text):
        run = marks[position]
        end = marks.find(1 - run, position)
        end = len(text) if end < 0 else end
        parts.append(text[position:end] if run else _hidden(text[position:end]))
        position = end
    return re.sub(r"…(?:[ \"'()\[\]{}<>:;,.=]*…)+", GONE, "".join(parts)).strip()


def _hidden(run: str) -> str:
    if len(run) <= 6 and _LIGHT.fullmatch(run):
        return run
    before = _LIGHT_BEFORE.match(run)
    lead = before[0] if before else ""
    after = _LIGHT_AFTER.search(run[len(lead) :])
    return lead + GONE + (after[0] if after else "")


def _places(text: str, piece: str) -> list[int]:
    """Where `piece` stands alone in `text`: not inside a word, an address or a compound."""
    found = []
    start = text.find(piece)
    while start >= 0:
        end = start + len(piece)
        if (not _is_word(piece[0]) or _ends_before(text, start)) and (
            not _is_word(piece[-1]) or _begins_after(text, end)
        ):
            found.append(start)
        start = text.find(piece, start + 1)
    return found


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_" or character > "\x7f"


def _ends_before(text: str, start: int) -> bool:
    if start == 0:
        return True
    before = text[start - 1]
    if before == "'":
        return start == 1 or not _is_word(text[start - 2])
    return not _is_word(before) and before not in "@-+/\\.%&$~"


def _begins_after(text: str, end: int) -> bool:
    if end == len(text):
        return True
    after, next_one = text[end], text[end + 1 : end + 2]
    if after in "'.:,;!?":
        return not next_one or not _is_word(next_one)
    return not _is_word(after) and after not in "@-+/\\%&$~"


def _words(piece: str, length: int) -> int:
    return sum(len(word) >= length and any(map(str.isalpha, word)) for word in piece.split())


def _is_no_name(piece: str) -> bool:
    """Whether no word of the piece is in a list of names. An identifier of several parts is none."""
    return "_" in piece or not any(is_a_name(word) for word in _WORD.findall(piece))


def _mark(marks: bytearray, start: int, end: int) -> None:
    marks[start:end] = b"\x01" * (end - start)
