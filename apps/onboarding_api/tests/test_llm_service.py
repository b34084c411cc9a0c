"""The one door to language models: what no provider can get around."""

from __future__ import annotations

import calendar
import json
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
import yaml
from django.core.exceptions import ImproperlyConfigured

from apps.onboarding.errors import ProviderUnavailable, SafetyRefused
from apps.onboarding.flows.commands import Back, CannotHandle, SetSlot
from apps.onboarding.flows.definition import Flow, load_flow
from apps.onboarding.flows.dialogue import open_dialogue
from apps.onboarding_api.services.llm import (
    CheckRequest,
    LlmService,
    MakeRequest,
    Objection,
    Proposal,
    SiteContext,
    Understanding,
    UnderstandRequest,
    Verdict,
    get_llm_service,
    registry,
)
from apps.onboarding_api.services.llm.safety import refuse_personal
from apps.onboarding_api.tests.recommendation_factories import HOSPITAL, TODAY, check, make
from apps.onboarding_api.tests.running_stack import ROOT

FLOW = Flow.from_definition(load_flow("facility_onboarding"))
NAG = Objection(code="nag", severity="warning", message="Hm.", where="/site", rule="model", version=1)


@dataclass
class OutsideProvider:
    """A provider beyond the network: it keeps what it was shown."""

    name: str = "outside"
    is_embedded: bool = False
    commands: tuple[Any, ...] = ()
    proposal: dict[str, Any] = field(default_factory=dict)
    verdict: Verdict = field(
        default_factory=lambda: Verdict(verdict="pass", objections=(), checker="outside 1")
    )
    seen: list[Any] = field(default_factory=list)

    def understand(self, request: UnderstandRequest) -> Understanding:
        self.seen.append(request)
        return Understanding(commands=self.commands, provider="outside 1", label="AI")

    def make(self, request: MakeRequest) -> Proposal:
        self.seen.append(request)
        return Proposal(proposal=self.proposal, evidence=(), maker="outside 1")

    def check(self, request: CheckRequest) -> Verdict:
        self.seen.append(request)
        return self.verdict


def asking(text: str, *, is_safe: bool = True) -> UnderstandRequest:
    state = open_dialogue(FLOW, "en").state
    return UnderstandRequest(flow=FLOW, state=state, text=text, language="en", is_safe=is_safe)


def test_embedded_provider_understands_by_rules_and_says_so():
    answer = get_llm_service().understand(asking("Sunrise Hospital"))
    assert answer.commands == (SetSlot(slot="site_name", value="Sunrise Hospital"),)
    assert answer.label == "rules-based"
    assert answer.provider.startswith("rules-based")


def test_embedded_provider_may_see_text_that_nobody_called_safe():
    assert get_llm_service().understand(asking("Sunrise Hospital", is_safe=False)).commands


@pytest.mark.parametrize(
    ("text", "is_safe"),
    [("Sunrise Hospital", False), ("call 98765 43210", True), ("mail asha@example.com", True)],
)
def test_unsafe_text_never_reaches_an_outside_provider(text, is_safe):
    outside = OutsideProvider()
    with pytest.raises(SafetyRefused):
        LlmService(provider=outside).understand(asking(text, is_safe=is_safe))
    assert outside.seen == []


def test_safe_text_with_placeholders_reaches_it():
    outside = OutsideProvider(commands=(SetSlot(slot="site_name", value="x"),))
    request = asking("the contact is [REDACTED_NAME]")
    assert LlmService(provider=outside).understand(request).commands == outside.commands
    assert outside.seen == [request]


@pytest.mark.parametrize(
    "commands",
    [
        ({"command": "set_slot"},),
        ("drop table",),
        (SetSlot(slot="no_such_slot", value=1),),
        (Back(slot="no_such_slot"),),
        (CannotHandle(reason=""),),
        (CannotHandle(reason="?"),) * 51,
    ],
    ids=["mapping", "text", "unknown slot", "unknown way back", "empty reason", "too many"],
)
def test_answers_outside_the_closed_set_are_refused(commands):
    service = LlmService(provider=OutsideProvider(commands=commands))
    with pytest.raises(ProviderUnavailable):
        service.understand(asking("Sunrise Hospital"))


def test_personal_values_in_answers_never_reach_an_outside_maker():
    outside = OutsideProvider()
    answers = {**HOSPITAL, "notes": "ask Asha at asha.rao@example.com"}
    request = MakeRequest(flow=FLOW, answers=answers, site=SiteContext(client_name="Acme", today=TODAY))
    with pytest.raises(SafetyRefused):
        LlmService(provider=outside).make(request)
    assert outside.seen == []


@pytest.mark.parametrize(
    "proposal", [{}, {"site": {}}, {**make(HOSPITAL).proposal, "shifts": [{"code": "A"}]}]
)
def test_malformed_proposal_of_a_provider_is_refused(proposal):
    service = LlmService(provider=OutsideProvider(proposal=proposal))
    request = MakeRequest(flow=FLOW, answers={}, site=SiteContext(client_name="Acme", today=TODAY))
    with pytest.raises(ProviderUnavailable):
        service.make(request)


GOOD = make(HOSPITAL)


@pytest.mark.parametrize(
    "evidence",
    [
        (),
        GOOD.evidence[:-3],
        [*GOOD.evidence, {"path": "/posts/99", "rule": "r", "version": 1, "reason": "Why not"}],
        [*GOOD.evidence, {"path": "/posts/0", "rule": "r", "version": 1, "reason": ""}],
        [*GOOD.evidence, {**GOOD.evidence[0], "answers": {"site_name": "Moonrise"}}],
        ["because"],
    ],
    ids=["none", "incomplete", "points nowhere", "no reason", "invented answer", "no entry"],
)
def test_unfounded_proposal_of_a_provider_is_refused(evidence, monkeypatch):
    outside = OutsideProvider()
    monkeypatch.setattr(outside, "make", lambda _: replace(GOOD, evidence=evidence))
    request = MakeRequest(flow=FLOW, answers=HOSPITAL, site=SiteContext(client_name="Acme", today=TODAY))
    with pytest.raises(ProviderUnavailable):
        LlmService(provider=outside).make(request)


def test_founded_proposal_of_a_provider_is_taken(monkeypatch):
    outside = OutsideProvider()
    monkeypatch.setattr(outside, "make", lambda _: GOOD)
    request = MakeRequest(flow=FLOW, answers=HOSPITAL, site=SiteContext(client_name="Acme", today=TODAY))
    assert LlmService(provider=outside).make(request) == GOOD


def faulty() -> CheckRequest:
    proposal = {**make(HOSPITAL).proposal, "contacts": []}
    return CheckRequest(proposal=proposal, answers=HOSPITAL, today=TODAY)


def test_invariants_run_whatever_a_provider_says():
    verdict = LlmService(provider=OutsideProvider()).check(faulty())
    assert verdict.verdict == "block"
    assert [objection.code for objection in verdict.objections] == ["contact_missing"]


def test_provider_adds_objections_and_removes_none():
    outside = OutsideProvider(verdict=Verdict(verdict="pass", objections=(NAG,), checker="outside 1"))
    verdict = LlmService(provider=outside).check(faulty())
    assert [objection.code for objection in verdict.objections] == ["contact_missing", "nag"]
    assert verdict.verdict == "block"
    good = replace(faulty(), proposal=make(HOSPITAL).proposal)
    assert LlmService(provider=outside).check(good).verdict == "warn"
    assert "invariants" in verdict.checker
    assert "outside" in verdict.checker


def test_embedded_check_is_the_invariants_alone():
    assert check(dict(make(HOSPITAL).proposal), HOSPITAL).checker.startswith("invariants")


def test_unknown_provider_is_refused_by_the_name_of_its_variable(settings):
    settings.LLM = replace(settings.LLM, provider="oracle")
    with pytest.raises(ImproperlyConfigured, match="LLM_PROVIDER"):
        get_llm_service()


def test_adapter_plugs_into_the_registry(settings, monkeypatch):
    monkeypatch.setitem(registry.PROVIDERS, "outside", OutsideProvider)
    settings.LLM = replace(settings.LLM, provider="outside")
    assert get_llm_service().provider.name == "outside"


def test_no_word_of_the_product_itself_is_taken_for_personal() -> None:
    """One that is would keep every proposal from an outside provider."""
    files = (ROOT / "apps/onboarding/flows").rglob("*.yaml")
    schema = json.loads((ROOT / "apps/onboarding_api/services/llm/proposal.schema.json").read_text())
    words = [*calendar.day_abbr, *calendar.month_abbr[1:], *calendar.day_name, *calendar.month_name[1:]]
    own: list[Any] = [yaml.safe_load(file.read_text(encoding="utf-8")) for file in files]
    refuse_personal([own, schema, [word.lower() for word in words], words])
