"""What a rule is, and what it yields."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from apps.onboarding_api.services.llm.port import ExistingSite, UploadSummary
from apps.onboarding_api.services.llm.rules.answers import Answers


@dataclass(slots=True)
class Draft:
    """What the rules have proposed so far."""

    site: dict[str, Any] = field(default_factory=dict)
    lists: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def items(self, section: str) -> list[dict[str, Any]]:
        return self.lists.setdefault(section, [])

    def guards(self) -> int:
        """Guards that all posts together take in one shift."""
        return sum(post["guards_per_shift"] for post in self.items("posts"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """All that a rule may look at: what was said, and what earlier rules proposed."""

    answers: Answers
    skipped: Sequence[str] = ()
    uploads: Sequence[UploadSummary] = ()
    client_name: str = ""
    today: date
    existing: Sequence[ExistingSite] = ()
    draft: Draft = field(default_factory=Draft)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A piece of the proposal with one reason.

    Section `site`: `items` holds one mapping of fields. A list section: each item is new where its `code` is,
    else its fields are set on the item that has that code. `words` fill the reason; `uploads` are ids it
    rests on.
    """

    section: str
    items: tuple[dict[str, Any], ...]
    words: Mapping[str, object] = field(default_factory=dict)
    uploads: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """`reasons`: language -> template, English always. `rests_on`: slots, cited where answered."""

    id: str
    version: int
    rests_on: tuple[str, ...]
    reasons: Mapping[str, str]
    apply: Callable[[Brief], Iterable[Part]]


def rule(
    *, id: str, version: int, rests_on: Sequence[str], en: str, hi: str = ""
) -> Callable[[Callable[[Brief], Iterable[Part]]], Rule]:
    """Make a rule of a function."""

    def declare(apply: Callable[[Brief], Iterable[Part]]) -> Rule:
        reasons = {"en": en, **({"hi": hi} if hi else {})}
        return Rule(id=id, version=version, rests_on=tuple(rests_on), reasons=reasons, apply=apply)

    return declare


def site(words: Mapping[str, object] | None = None, uploads: tuple[str, ...] = (), **fields: Any) -> Part:
    """Fields of the site."""
    return Part(section="site", items=(fields,), words=words or {}, uploads=uploads)
