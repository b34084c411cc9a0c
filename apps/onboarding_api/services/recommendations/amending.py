"""Amending: a person's changes make a new proposal, which is checked again and waits for somebody else's
approval."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from apps.onboarding.errors import TooLarge
from apps.onboarding.models import Recommendation
from apps.onboarding_api.services import provider_calls
from apps.onboarding_api.services.llm import CheckRequest, get_llm_service
from apps.onboarding_api.services.llm.proposal_schema import LISTS, validate_proposal
from apps.onboarding_api.services.llm.rules import staffing
from apps.onboarding_api.services.recommendations import gathering, merging, redacting
from apps.onboarding_api.services.recommendations.propose import Draft

RULE = "amended_by_a_person"
MAKER = "a person"
ROSTER = "/site/attributes/roster_strength"


LONGEST_CHANGES = 10_000
"""Characters of an amendment as JSON: each text in it is redacted, under the lock of the session."""


def amend(
    recommendation: Recommendation, *, changes: Mapping[str, Any], reason: str
) -> tuple[dict[str, Any], Draft]:
    """The redacted changes and the new draft. Call it outside a transaction. `reason` is redacted already.

    Raises `InvalidInput` with a pointer and a detail for each change that cannot be used.
    """
    merging.validate_changes(changes)
    session = recommendation.session
    if len(json.dumps(changes, ensure_ascii=False)) > LONGEST_CHANGES:
        raise TooLarge(
            f"the changes have more than {LONGEST_CHANGES} characters",
            user_message="These are too many changes at once. Please amend in smaller steps.",
        )
    redacted = redacting.redact_changes(
        changes,
        session_id=session.session_id,
        language=session.language,
        proposal=recommendation.proposal,
    )
    merged = merging.merge_changes(recommendation.proposal, redacted)
    validate_proposal(merged.proposal)
    roster = follow_roster(merged.proposal, redacted)
    asked = CheckRequest(
        proposal=merged.proposal,
        answers=session.collected_data,
        existing=gathering.existing_sites(session.client),
        facts=gathering.known_facts(session),
        today=gathering.today_at(session.client),
    )
    with provider_calls.about(session.pk):
        verdict = get_llm_service().check(asked)
    evidence = [
        *(
            entry
            for entry in carry_evidence(recommendation, merged.proposal)
            if not roster or entry["path"] != ROSTER
        ),
        *(cite_person(path, reason=reason) for path in merged.touched),
        *roster,
    ]
    draft = Draft(
        session_id=session.session_id,
        session_version=session.version,
        answers=dict(session.collected_data),
        proposal=merged.proposal,
        evidence=evidence,
        maker=MAKER,
        verdict=verdict,
    )
    return redacted, draft


def follow_roster(proposal: dict[str, Any], changes: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The roster follows amended shifts, unless the person set it too; its evidence where it does."""
    attributes = proposal["site"]["attributes"]
    asked = (changes.get("site", {}).get("attributes") or {}) if "site" in changes else {}
    if "shifts" not in changes or "roster_strength" not in attributes or "roster_strength" in asked:
        return []
    people = attributes["roster_strength"] = staffing.count_people(proposal["shifts"])
    reason = f"The amended shifts take {people} people on the roster."
    rule = staffing.count_roster
    return [{"path": ROSTER, "rule": rule.id, "version": rule.version, "reason": reason, "answers": {}}]


def cite_person(path: str, *, reason: str) -> dict[str, Any]:
    words = f"Amended by a person: {reason}" if reason else "Amended by a person."
    return {"path": path, "rule": RULE, "version": 1, "reason": words, "answers": {}}


def carry_evidence(recommendation: Recommendation, proposal: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The old evidence, its paths moved to where the items of the same codes stand now; gone items lose
    theirs."""
    for entry in recommendation.evidence:
        old = entry.get("paths") or [entry["path"]]
        paths = [path for one in old if (path := _moved(one, recommendation.proposal, proposal)) is not None]
        if paths:
            kept = {key: value for key, value in entry.items() if key != "paths"}
            yield {**kept, "path": paths[0], **({"paths": paths} if len(paths) > 1 else {})}


def _moved(path: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> str | None:
    section, _, rest = path.removeprefix("/").partition("/")
    if section not in LISTS or not rest:
        return path
    index, _, field = rest.partition("/")
    now = _index_of(old[section][int(index)]["code"], new[section])
    if now is None:
        return None
    return f"/{section}/{now}" + (f"/{field}" if field else "")


def _index_of(code: str, items: Sequence[Mapping[str, Any]]) -> int | None:
    return next((index for index, item in enumerate(items) if item["code"] == code), None)
