"""An error in words that may be kept and shown: class, message, traceback, place, and the mark of its cause."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256

from apps.onboarding.errors import DomainError
from apps.onboarding_api.services.pii_integration.failures import steps
from apps.onboarding_api.services.pii_integration.failures.kept import GONE, Kept, kept
from apps.onboarding_api.services.pii_integration.failures.words_of_code import Vocabulary, vocabulary
from apps.onboarding_api.services.pii_integration.strict import scrub

MAX_MESSAGE_CHARS = 500
MAX_TRACEBACK_CHARS = 8_000
MAX_CAUSES = 5
_MAX_MEMBERS = 5
_MAX_NOTES = 3
_LONGEST_READ = 100_000
"""Characters of an argument that are looked at before the text of an error is made from it."""

_STAND_IN = "~"
_WORDLIKE = re.compile(r"\w+")
_SHORTEST_SECRET = 3
_CLASS_NAME = re.compile(r"[A-Za-z_][\w.<>]{0,199}", re.ASCII)


@dataclass(frozen=True, slots=True)
class FailureText:
    """An error without any value: `cause` is the same for the same fault, whatever values, lines or process."""

    error_class: str
    message: str
    traceback: str
    cause: str
    location: str


def _is_long_enough(value: str) -> bool:
    """Two characters of a script beyond ASCII are a family name already, and hardly a word of the code."""
    return len(value) >= _SHORTEST_SECRET or (len(value) == 2 and not value.isascii())


class Secrets:
    """Values that must not stand in a text even where the code itself could have written them."""

    def __init__(self, values: Iterable[str]) -> None:
        self._whole = frozenset(filter(_is_long_enough, (value.strip() for value in values)))
        self._parts = frozenset(
            word.lower()
            for value in self._whole
            for part in value.split()
            for word in (part, *_WORDLIKE.findall(part))
            if _is_long_enough(word)
        )

    def removed_from(self, text: str) -> str:
        """`text` without them. Where one is part of a word, the whole word goes."""
        for value in sorted((one for one in self._whole if one in text), key=len, reverse=True):
            text = re.sub(rf"\w*{re.escape(value)}\w*", GONE, text)
        text = _WORDLIKE.sub(lambda word: GONE if word[0].lower() in self._parts else word[0], text)
        for part in self._parts:
            if not part.isalnum() and part in text.lower():
                text = re.sub(re.escape(part), GONE, text, flags=re.IGNORECASE)
        return text


def describe(error: BaseException, *, secrets: Iterable[str] = ()) -> FailureText:
    """The error as text that holds nothing personal. Never raises.

    Of a message only that stays which the code on the traceback, the class of the error, the interpreter or a known
    library can have written; then `secrets` (values of the task's own arguments, from three characters on, and their
    words) and what the strict policy finds are taken out.
    """
    name = class_name(error)
    try:
        return _described(error, name, Secrets(secrets))
    except Exception as fault:  # noqa: BLE001 -- the text of a failure must never become a failure of its own
        return FailureText(
            name, f"(could not be described: {type(fault).__name__})", "", _fingerprint([name]), ""
        )


def class_name(error: BaseException) -> str:
    """`module.QualName` of the error's class."""
    name = f"{type(error).__module__}.{type(error).__qualname__}"
    return name if _CLASS_NAME.fullmatch(name) else "(a class without a plain name)"


def clean_user_message(error: DomainError, *, secrets: Iterable[str] = ()) -> str:
    """What to tell the person: the class's own sentence as it is, any other by the rules of `describe`.

    A sentence of which those rules leave nothing is replaced by the class's own. Never raises.
    """
    own = type(error).user_message
    if error.user_message == own:
        return own
    try:
        filtered = kept(str(error.user_message), vocabulary(one for _, one in _family(error)))
        return _clean(filtered.text, Secrets(secrets)) if " " in filtered.words else own
    except Exception:  # noqa: BLE001 -- as in `describe`
        return own


def _described(error: BaseException, name: str, secrets: Secrets) -> FailureText:
    family = list(_family(error))
    spoken = vocabulary(one for _, one in family)
    own = _filtered(error, spoken)
    location = steps.location(error)
    basis = [name, location, own.words]
    if isinstance(error, DomainError):
        basis.append(str(error.code))
    basis += sorted({class_name(one) for how, one in family if how == "member"})
    message = _clean(own.text, secrets)
    return FailureText(
        error_class=name,
        message=message,
        traceback=_traceback(family, spoken, secrets, first=message),
        cause=_fingerprint(basis),
        location=location,
    )


def _family(error: BaseException) -> Iterator[tuple[str, BaseException]]:
    """The error, what caused it (at most five steps), and the members of groups; each once, cycles end."""
    seen: set[int] = set()
    how, one = "", error
    for _ in range(MAX_CAUSES + 1):
        seen.add(id(one))
        yield how, one
        if isinstance(one, BaseExceptionGroup):
            for member in one.exceptions[:_MAX_MEMBERS]:
                if id(member) not in seen:
                    seen.add(id(member))
                    yield "member", member
        following = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
        if following is None or id(following) in seen:
            return
        how = "caused by" if one.__cause__ is not None else "while handling"
        one = following


def _traceback(
    family: list[tuple[str, BaseException]], spoken: Vocabulary, secrets: Secrets, *, first: str
) -> str:
    blocks: list[str] = []
    for number, (how, one) in enumerate(family):
        message = first if number == 0 else _clean(_filtered(one, spoken).text, secrets)
        heading = f"{how + ' ' if how else ''}{class_name(one)}{': ' + message if message else ''}"
        blocks += [heading, *(f"  note: {note}" for note in _notes(one, spoken, secrets))]
        blocks += steps.lines(one, most=steps.MAX_FRAMES if number == 0 else steps.MAX_FRAMES_OF_A_CAUSE)
    text = "\n".join(blocks)
    if len(text) <= MAX_TRACEBACK_CHARS:
        return text
    return text[: MAX_TRACEBACK_CHARS - 40].rpartition("\n")[0] + "\n[cut]"


def _notes(error: BaseException, spoken: Vocabulary, secrets: Secrets) -> list[str]:
    notes = getattr(error, "__notes__", None)
    if not isinstance(notes, list):
        return []
    texts = [note[:_LONGEST_READ] for note in notes[:_MAX_NOTES] if isinstance(note, str)]
    return [_clean(kept(text, spoken).text, secrets) for text in texts]


def _filtered(error: BaseException, spoken: Vocabulary) -> Kept:
    return kept(_said_by(error), spoken)


def _said_by(error: BaseException) -> str:
    """`str(error)` where that is possible; a huge argument is cut before a text is made from it."""
    try:
        given = error.args[0] if len(error.args) == 1 else None
        if type(error).__str__ in (BaseException.__str__, KeyError.__str__) and isinstance(
            given, str | bytes
        ):
            cut = given[:_LONGEST_READ]
            return cut if isinstance(cut, str) and not isinstance(error, KeyError) else repr(cut)
        return str(error)
    except Exception:  # noqa: BLE001 -- any code may stand behind an error's text
        return ""


def _clean(text: str, secrets: Secrets) -> str:
    """Without secrets and what patterns find, short and without control characters."""
    text = secrets.removed_from(text)
    # The stand-in is plain ASCII: the scrubber looks closer, and longer, at texts with other characters.
    text = scrub(text.replace(GONE, _STAND_IN)).replace(_STAND_IN, GONE)
    text = re.sub(r"…(?:\s*…)+", GONE, text)
    return text if len(text) <= MAX_MESSAGE_CHARS else text[: MAX_MESSAGE_CHARS - 1] + GONE


def _fingerprint(basis: list[str]) -> str:
    return sha256("\n".join(basis).encode("utf-8", "replace")).hexdigest()[:16]
