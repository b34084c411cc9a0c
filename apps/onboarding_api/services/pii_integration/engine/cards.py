"""Numbers that identify: payment cards, social security, Aadhaar. All read from runs, so also when spoken."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from apps.onboarding_api.services.pii_integration.engine import checksums
from apps.onboarding_api.services.pii_integration.engine.context import is_harmless, speaks_of
from apps.onboarding_api.services.pii_integration.engine.patterns import lazily
from apps.onboarding_api.services.pii_integration.engine.runs import Run
from apps.onboarding_api.services.pii_integration.engine.scene import Scene
from apps.onboarding_api.services.pii_integration.engine.spans import Span

_CODE_BEFORE = lazily(r"[\p{L}_]\Z|\p{L}-\Z|\d\.\Z|(?<!\d)\d{1,3},\Z")
_CODE_AFTER = lazily(r"[_\d]|-\p{L}|\p{Ll}")
_BETWEEN = 24
"""Characters between two pieces of one number."""
_LAST_FOUR = lazily(r"(?:last|final|[uú]ltim[oa]s|derniers|letzten)\s(?:four|4|cuatro|quatre|vier)\b.{0,40}$")


def _is_clear(scene: Scene, run: Run) -> bool:
    """Not part of a longer code."""
    left = scene.text[max(0, run.start - 6) : run.start]
    right = scene.text[run.end : run.end + 2]
    return not (_CODE_BEFORE.search(left) or _CODE_AFTER.match(right))


def cards(scene: Scene) -> Iterator[Span]:
    """CARD spans: a run, or a part of one, with a card's shape; next to a cue also with a mistyped digit."""
    for run in scene.runs:
        total = len(run.digits)
        if total < 12 or not _is_clear(scene, run):
            continue
        cue = speaks_of(scene, run.start, "CARD")
        if cue and 12 <= total <= 19:
            yield Span(run.start, run.end, "CARD", 0.95, "card.cue")
            continue
        if not cue and is_harmless(scene, run.start, run.end):
            continue
        yield from _parts(run, cue=cue)


def split_cards(scene: Scene) -> Iterator[Span]:
    """CARD spans over two pieces of a number that was told with words between: "4012 8888 then 8888 1881"."""
    if "CARD" not in scene.cues:
        return
    for first, second in pairwise(scene.runs):
        digits = first.digits + second.digits
        if not 13 <= len(digits) <= 19 or second.start - first.end > _BETWEEN:
            continue
        if checksums.card_like(digits) and speaks_of(scene, first.start, "CARD"):
            yield Span(first.start, first.end, "CARD", 0.9, "card.split")
            yield Span(second.start, second.end, "CARD", 0.9, "card.split")


def _parts(run: Run, *, cue: bool) -> Iterator[Span]:
    first, shape = 0, run.shape
    digits, offset = run.digits, 0
    while first < len(shape):
        lengths = checksums.card_lengths(digits[offset : offset + 2])
        best = length = 0
        if lengths:
            for last in range(first, min(first + 19, len(shape))):
                length += shape[last]
                if length > 19:
                    break
                if length in lengths and checksums.card_like(digits[offset : offset + length]):
                    best = last + 1
        if best:
            part = run.part(first, best)
            yield Span(part.start, part.end, "CARD", 0.95 if cue else 0.88, "card.luhn")
            offset += sum(shape[first:best])
            first = best
        else:
            offset += shape[first]
            first += 1


def social_security(scene: Scene) -> Iterator[Span]:
    """SSN spans: the dashed shape, nine digits next to a cue, or the last four of them."""
    for run in scene.runs:
        digits = run.digits
        if len(digits) == 4 or len(digits) == 9:
            if speaks_of(scene, run.start, "SSN"):
                yield Span(run.start, run.end, "SSN", 0.95, "ssn.cue")
                continue
            if (
                len(digits) == 4
                and speaks_of(scene, run.start, "CARD")
                and _LAST_FOUR.search(scene.before(run.start))
            ):
                yield Span(run.start, run.end, "CARD", 0.9, "card.last_four")
                continue
        dashed = run.shape == (3, 2, 4) and all(atom.gap == "dash" for atom in run.atoms[1:])
        if not dashed or digits[:3] in ("000", "666") or digits[0] == "9":
            continue
        if _is_clear(scene, run) and not is_harmless(scene, run.start, run.end):
            yield Span(run.start, run.end, "SSN", 0.86, "ssn.shape")


def aadhaar(scene: Scene) -> Iterator[Span]:
    """AADHAAR spans: twelve digits next to a cue, or with its check digit and usual grouping."""
    for run in scene.runs:
        digits = run.digits
        if len(digits) != 12:
            continue
        if speaks_of(scene, run.start, "AADHAAR"):
            yield Span(run.start, run.end, "AADHAAR", 0.95, "aadhaar.cue")
        elif (
            digits[0] not in "01"
            and checksums.verhoeff(digits)
            and not is_harmless(scene, run.start, run.end)
        ):
            grouped = run.shape == (4, 4, 4) or run.spoken
            if _is_clear(scene, run) and (grouped or scene.policy == "strict" or len(run.shape) == 1):
                yield Span(run.start, run.end, "AADHAAR", 0.8, "aadhaar.check_digit")


def spoken_addresses(scene: Scene) -> Iterator[Span]:
    """IP spans that were said: "one nine two dot one six eight dot one dot forty two"."""
    for run in scene.runs:
        if not run.spoken or sum(atom.gap == "dot" for atom in run.atoms) != 3:
            continue
        groups = [""]
        for atom in run.atoms:
            if atom.gap == "dot":
                groups.append("")
            groups[-1] += atom.digits
        if all(0 < len(group) <= 3 and int(group) < 256 for group in groups) and not is_harmless(
            scene, run.start, run.end
        ):
            yield Span(run.start, run.end, "IP", 0.9, "ip.spoken")
