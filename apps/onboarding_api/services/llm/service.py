"""Maker and checker over any provider, with the guarantees that no provider can take away.

Nothing that is not proven safe reaches a provider outside this process; what a provider answers is checked
against the closed set of commands and the schema; the invariants always run, and a provider can only add
objections to theirs.
"""

from __future__ import annotations

from typing import Any

from apps.onboarding.errors import InvalidInput, ProviderUnavailable, SafetyRefused
from apps.onboarding_api.services.circuit_breaker import ask_provider
from apps.onboarding_api.services.llm import commands_check, evidence_check, invariants, safety
from apps.onboarding_api.services.llm.port import (
    CheckRequest,
    LlmProvider,
    MakeRequest,
    Proposal,
    Understanding,
    UnderstandRequest,
    Verdict,
)
from apps.onboarding_api.services.llm.proposal_schema import validate_proposal


class LlmService:
    """The one door to language models."""

    def __init__(self, *, provider: LlmProvider) -> None:
        self.provider = provider

    def understand(self, request: UnderstandRequest) -> Understanding:
        """The commands that an answer means.

        Raises `SafetyRefused` before an outside provider sees text that the PII service did not call safe,
        and `ProviderUnavailable` where the provider answers outside the closed set.
        """
        if not self.provider.is_embedded:
            if not request.is_safe:
                raise SafetyRefused("the text of an answer was not proven safe")
            safety.refuse_personal(request.text)
        answer = ask_provider("llm", self.provider, self.provider.understand, request)
        commands_check.refuse_unknown(answer.commands, flow=request.flow)
        return answer

    def make(self, request: MakeRequest) -> Proposal:
        """A proposal that obeys the schema, with evidence for it."""
        if not self.provider.is_embedded:
            safety.refuse_personal([request.answers, [dict(upload.findings) for upload in request.uploads]])
        made = ask_provider("llm", self.provider, self.provider.make, request)
        self._refuse_malformed(made.proposal)
        evidence_check.refuse_unfounded(made.evidence, proposal=made.proposal, answers=request.answers)
        return made

    def check(self, request: CheckRequest) -> Verdict:
        """The invariants' verdict, with what the provider objects on top."""
        certain = invariants.check_proposal(request)
        if self.provider.is_embedded:
            return certain
        safety.refuse_personal([request.proposal, request.answers])
        added = ask_provider("llm", self.provider, self.provider.check, request)
        return Verdict.of(
            [
                *certain.objections,
                *(objection for objection in added.objections if objection not in certain.objections),
            ],
            checker=f"{certain.checker} + {added.checker}"[:80],
        )

    def _refuse_malformed(self, proposal: Any) -> None:
        try:
            validate_proposal(proposal)
        except InvalidInput as error:
            raise ProviderUnavailable(
                f"{self.provider.name} made a malformed proposal: {error.detail}"
            ) from error
