"""Values the session already holds, matched exactly: no detection needed. The biggest step to no leak at all."""

from __future__ import annotations

from collections.abc import Iterator

import regex

from apps.onboarding_api.services.pii_integration.engine.lexicon import words
from apps.onboarding_api.services.pii_integration.engine.scene import Scene
from apps.onboarding_api.services.pii_integration.engine.spans import KnownValue, Span
from apps.onboarding_api.services.pii_integration.engine.view import view_of

_DIGIT_KINDS = frozenset({"PHONE", "CARD", "SSN", "AADHAAR"})
_NATIONAL = 9
"""Digits that tell a telephone from another, without the code of its country or the zero that stands for it: Arabic
and many European numbers have no more."""
_BEFORE = 6
"""Digits that may stand before these: an international prefix, a country, the first of ten."""
_PART = regex.compile(r"[\p{L}\p{M}]{3,}")


def known_values(scene: Scene) -> Iterator[Span]:
    """Spans over every spelling of the known values: names also by their parts, numbers also when spoken."""
    for known in scene.known:
        if known.kind in _DIGIT_KINDS:
            yield from _number(scene, known)
        elif known.kind == "NAME":
            yield from _name(scene, known)
        for form in {view_of(written).lower.strip() for written in (known.value, known.normalised)}:
            if len(form) >= 3:
                yield from _exactly(scene, form, known.kind)


def _exactly(scene: Scene, form: str, kind: str) -> Iterator[Span]:
    position = scene.lower.find(form)
    while position >= 0:
        end = position + len(form)
        left, right = scene.lower[position - 1 : position], scene.lower[end : end + 1]
        if not (form[0].isalnum() and left.isalnum()) and not (form[-1].isalnum() and right.isalnum()):
            yield Span(position, end, kind, 1.0, "known.value")
        position = scene.lower.find(form, end)


def _number(scene: Scene, known: KnownValue) -> Iterator[Span]:
    wanted = "".join(str(int(character)) for character in known.normalised if character.isdecimal())
    if known.kind == "PHONE":
        wanted = wanted[-_NATIONAL:]
    if len(wanted) < 7:
        return
    for run in scene.runs:
        digits = run.digits
        position = digits.find(wanted)
        if position >= 0 and len(digits) - len(wanted) <= _BEFORE:
            yield Span(run.start, run.end, known.kind, 1.0, "known.number")
        elif position >= 0:
            passed, first, last = 0, None, len(run.atoms)
            for index, atom in enumerate(run.atoms):
                passed += len(atom.digits)
                if first is None and passed > position:
                    first = index
                if passed >= position + len(wanted):
                    last = index + 1
                    break
            part = run.part(first or 0, last)
            yield Span(part.start, part.end, known.kind, 1.0, "known.number")


def _name(scene: Scene, known: KnownValue) -> Iterator[Span]:
    """Parts of a name that is no everyday word in any case, others only with a capital."""
    everyday = words("common") | words("stop") | words("ambiguous") | words("organisations")
    parts = set(_PART.findall(known.normalised.casefold()))
    for part in parts:
        for match in regex.finditer(
            rf"(?<![\p{{L}}\p{{M}}\d]){regex.escape(part)}(?![\p{{L}}\p{{M}}\d])", scene.lower
        ):
            if part not in everyday or scene.text[match.start()].isupper():
                yield Span(match.start(), match.end(), "NAME", 1.0, "known.part")
