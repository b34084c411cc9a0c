"""The port of language models: what is asked of a provider, and what it may answer.

Shapes only. A provider understands an answer (text to commands of the closed set), makes a proposal and
checks one. Everything that crosses is a frozen dataclass; what stands in a mapping is JSON. Personal values
stand as placeholders.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, Protocol

from apps.onboarding_api.services.provider_calls import Usage

if TYPE_CHECKING:
    from apps.onboarding.flows.commands import Command
    from apps.onboarding.flows.definition import Flow

Severity = Literal["warning", "blocking"]
VerdictWord = Literal["pass", "warn", "block"]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderstandRequest:
    """`facts`: placeholder -> whether the value behind it is valid. `is_safe` is what the PII service said of
    `text`. `today`: the day where the client is, which "tomorrow" counts from."""

    flow: Flow
    state: Any
    text: str
    language: str
    facts: Mapping[str, bool] = field(default_factory=dict)
    is_safe: bool = False
    today: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Understanding:
    """`provider` names who understood it and its version, `label` says what it is in words for people. `usage`, as in
    the other answers: what it took, where the provider tells."""

    commands: tuple[Command, ...]
    provider: str
    label: str
    usage: Usage | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadSummary:
    """What is known of one upload. `reading` is the value that a person confirmed, digits as shown."""

    id: str
    kind: str
    document_type: str = ""
    findings: Mapping[str, Any] = field(default_factory=dict)
    latitude: float | None = None
    longitude: float | None = None
    reading: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExistingSite:
    id: str
    code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteContext:
    """What surrounds the new site: whose it is, what day it is there, which sites the client has."""

    client_name: str
    today: date
    existing: tuple[ExistingSite, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeRequest:
    """`answers`: slot -> value as the flow stores it. `skipped`: slots the person chose not to answer."""

    flow: Flow | None
    answers: Mapping[str, Any]
    skipped: Sequence[str] = ()
    uploads: Sequence[UploadSummary] = ()
    site: SiteContext
    language: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """`proposal` obeys `proposal.schema.json`. `evidence`: path, rule, version, reason, answers for each
    part."""

    proposal: Mapping[str, Any]
    evidence: Sequence[Mapping[str, Any]]
    maker: str
    usage: Usage | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRequest:
    proposal: Mapping[str, Any]
    answers: Mapping[str, Any]
    existing: tuple[ExistingSite, ...] = ()
    facts: Mapping[str, bool] = field(default_factory=dict)
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """One fault. `where` is a JSON pointer (RFC 6901) into the proposal; a blocking one forbids approval."""

    code: str
    severity: Severity
    message: str
    where: str
    rule: str
    version: int

    def to_json(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "severity": self.severity,
            "message": self.message,
            "where": self.where,
            "rule": self.rule,
            "version": self.version,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    verdict: VerdictWord
    objections: tuple[Objection, ...]
    checker: str
    usage: Usage | None = None

    @classmethod
    def of(cls, objections: Sequence[Objection], *, checker: str) -> Verdict:
        """The verdict that follows from the objections: the worst severity decides."""
        severities = {objection.severity for objection in objections}
        word: VerdictWord = "block" if "blocking" in severities else "warn" if severities else "pass"
        return cls(verdict=word, objections=tuple(objections), checker=checker)

    def to_json(self) -> dict[str, Any]:
        return {"verdict": self.verdict, "objections": [objection.to_json() for objection in self.objections]}


class LlmProvider(Protocol):
    """One adapter. Raises `ProviderUnavailable` or `ProviderTimeout` where it cannot answer."""

    name: str
    is_embedded: bool
    """True where nothing leaves the process."""

    def understand(self, request: UnderstandRequest) -> Understanding: ...

    def make(self, request: MakeRequest) -> Proposal: ...

    def check(self, request: CheckRequest) -> Verdict: ...
