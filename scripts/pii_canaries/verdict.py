"""What was found where, and what it means."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from scripts.pii_canaries.places import Piece
from scripts.pii_canaries.searching import Index
from scripts.pii_canaries.values import Canary

RAW_MEDIA = "raw media"
PLACES = (
    "logs", "redis", "redis, files", "database", "database, vault", "database, accounts", "file names",
    "metrics and health", "alerts", "admin pages",
)  # fmt: skip
_EXAMPLES = 40


@dataclass
class Verdict:
    """`leaks`: values in places that may hold none. `unrecognised`: those that the engine did not see in people's text,
    which the database then holds. `raw`: those in files that are kept as they came."""

    pushed: list[Canary]
    read: Counter[str] = field(default_factory=Counter)
    leaks: dict[str, dict[Canary, tuple[str, str]]] = field(default_factory=lambda: defaultdict(dict))
    unrecognised: dict[Canary, tuple[str, str]] = field(default_factory=dict)
    raw: set[Canary] = field(default_factory=set)

    @property
    def leaked(self) -> int:
        return len({one for found in self.leaks.values() for one in found})

    def take(self, piece: Piece, index: Index) -> None:
        self.read[piece.place] += len(piece.text)
        for canary, excerpt in index.found(piece.text).items():
            if piece.place == RAW_MEDIA:
                self.raw.add(canary)
            elif piece.is_user_text and not canary.is_known:
                self.unrecognised.setdefault(canary, (piece.where, excerpt))
            else:
                self.leaks[piece.place].setdefault(canary, (piece.where, excerpt))

    def to_json(self) -> dict[str, Any]:
        return {
            "pushed": len(self.pushed),
            "known": sum(one.is_known for one in self.pushed),
            "leaked": self.leaked,
            "places": {p: {"characters": self.read[p], "found": len(self.leaks.get(p, {}))} for p in PLACES},
            "not_recognised": len(self.unrecognised),
            "raw_media": len(self.raw),
        }


def judge(pushed: list[Canary], pieces: Iterable[Piece]) -> Verdict:
    verdict, index = Verdict(pushed), Index(pushed)
    for piece in pieces:
        verdict.take(piece, index)
    return verdict


def table(verdict: Verdict) -> str:
    """The figures for people."""
    known = sum(one.is_known for one in verdict.pushed)
    lines = [f"{len(verdict.pushed)} values pushed, {known} of them known to their session", ""]
    lines.append(f"{'place':<24}{'read, kB':>12}{'found':>8}")
    lines += [
        f"{place:<24}{verdict.read[place] // 1000:>12}{len(verdict.leaks.get(place, {})):>8}"
        for place in PLACES
    ]
    lines += ["", f"leaked: {verdict.leaked}"]
    lines += [_leak_line(place, found) for place, found in verdict.leaks.items()]
    lines += [
        "",
        f"not recognised by the engine, so still in the redacted text of people: {len(verdict.unrecognised)}",
        *_by(verdict),
        "",
        f"in files that are kept as they came (a known limit): {len(verdict.raw)}",
    ]
    return "\n".join(lines)


def _leak_line(place: str, found: dict[Canary, tuple[str, str]]) -> str:
    doors = Counter(door for one in found for door in one.doors)
    wheres = Counter(where for where, _ in found.values())
    return f"  {place}: {dict(wheres.most_common(8))}; pushed through {dict(doors.most_common(12))}"


def _by(verdict: Verdict) -> list[str]:
    """Share of the values of a kind and a language that were not recognised, of all that could have been."""
    all_of = Counter((one.kind, one.language) for one in verdict.pushed)
    missed = Counter((one.kind, one.language) for one in verdict.unrecognised)
    rows = [
        f"  {kind:<6} {lang:<8} {missed[kind, lang]:>5} of {all_of[kind, lang]}"
        for kind, lang in sorted(missed)
    ]
    doors = Counter(door for one in verdict.unrecognised for door in one.doors)
    return [*rows, "  by door: " + ", ".join(f"{door} {n}" for door, n in doors.most_common())]


def examples(verdict: Verdict, *, each: int = _EXAMPLES) -> str:
    """Excerpts with the values in them: for those who mend, never for a log."""
    lines: list[str] = []
    for place, found in verdict.leaks.items():
        lines += [f"## leaked: {place}", *(_line(one, *spot) for one, spot in list(found.items())[:each])]
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one, spot in verdict.unrecognised.items():
        groups[one.kind, one.language].append(_line(one, *spot))
    for (kind, language), found_lines in sorted(groups.items()):
        lines += [f"## not recognised: {kind} {language} ({len(found_lines)})", *found_lines[:each]]
    return "\n".join(lines) + "\n"


def _line(one: Canary, where: str, excerpt: str) -> str:
    return f"{one.value!r} via {', '.join(sorted(one.doors))} in {where}: …{' '.join(excerpt.split())}…"
