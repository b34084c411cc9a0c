"""The embedded provider: rules, no key, no network. It says so, and never calls itself anything more."""

from __future__ import annotations

from apps.onboarding_api.services.llm import invariants
from apps.onboarding_api.services.llm.port import (
    CheckRequest,
    MakeRequest,
    Proposal,
    Understanding,
    UnderstandRequest,
    Verdict,
)
from apps.onboarding_api.services.llm.rules import assemble, book
from apps.onboarding_api.services.llm.rules.answers import Answers
from apps.onboarding_api.services.llm.rules.rule import Brief

LABEL = "rules-based"


class EmbeddedProvider:
    """Understands by the flow's grammars, makes by the book of rules, checks by the invariants.
    Deterministic."""

    name = "embedded"
    is_embedded = True

    def understand(self, request: UnderstandRequest) -> Understanding:
        # Imported here: the grammars load their word lists, which who only makes or checks does not need.
        from apps.onboarding.flows.understanding import understand

        commands = understand(
            request.flow, request.state, request.text, request.language, request.facts, request.today
        )
        return Understanding(commands=tuple(commands), provider=f"{LABEL} {book.VERSION}", label=LABEL)

    def make(self, request: MakeRequest) -> Proposal:
        brief = Brief(
            answers=Answers(request.answers),
            skipped=request.skipped,
            uploads=request.uploads,
            client_name=request.site.client_name,
            today=request.site.today,
            existing=request.site.existing,
        )
        proposal, evidence = assemble.make_proposal(brief, rules=book.RULES)
        return Proposal(proposal=proposal, evidence=evidence, maker=f"{LABEL} maker {book.VERSION}")

    def check(self, request: CheckRequest) -> Verdict:
        return invariants.check_proposal(request)
