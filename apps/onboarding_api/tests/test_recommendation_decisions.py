"""A person decides: approve, reject, amend."""

from __future__ import annotations

import threading
from copy import deepcopy
from typing import Any

import pytest
from django.db import connection

from apps.onboarding import event_log
from apps.onboarding.errors import (
    DomainError,
    Forbidden,
    InvalidInput,
    NoRecommendationPending,
    NotFound,
    TurnInProgress,
)
from apps.onboarding.flows import dialogue
from apps.onboarding.flows.commands import CorrectSlot, Repeat
from apps.onboarding.flows.definition import Flow, load_flow
from apps.onboarding.flows.dialogue_state import DialogueState
from apps.onboarding.models import (
    ChangeSet,
    Contact,
    ConversationSession,
    Decision,
    Recommendation,
    Site,
    Turn,
    VaultEntry,
)
from apps.onboarding_api.services import recommendations
from apps.onboarding_api.services.pii_integration import vault
from apps.onboarding_api.services.recommendations import closed_words
from apps.onboarding_api.services.recommendations.amending import RULE
from apps.onboarding_api.services.recommendations.errors import (
    BlockedByChecker,
    MakerCannotApprove,
    NotAwaitingApproval,
    ProposalOutdated,
)
from apps.onboarding_api.tests.recommendation_factories import (
    HOSPITAL,
    OFFICE,
    build_client,
    build_recommendation,
    build_session,
    build_user,
    refused,
)

State = event_log.State
Status = Recommendation.Status


@pytest.fixture
def client(db):
    return build_client()


@pytest.fixture
def manager(client):
    return build_user(client)


def kinds(session: ConversationSession) -> list[str]:
    return list(session.events.values_list("kind", flat=True))


def decide(recommendation: Recommendation, user: Any, decision: str = "approve", **more: Any) -> Any:
    return recommendations.decide(recommendation_id=recommendation.pk, user=user, decision=decision, **more)


# Proposing


def test_proposal_is_stored_with_its_verdict_and_awaits_approval(client):
    recommendation = build_recommendation(client, HOSPITAL)
    session = ConversationSession.objects.get(pk=recommendation.session_id)
    assert session.current_state == State.AWAITING_APPROVAL
    assert session.recommendations_generated_at is not None
    assert recommendation.number == 1
    assert recommendation.verdict["verdict"] in {"pass", "warn"}
    assert kinds(session)[-3:] == ["recommendation_made", "recommendation_checked", "state_changed"]


def test_proposal_from_changed_answers_supersedes_the_pending_one(client):
    first = build_recommendation(client)
    session = ConversationSession.objects.get(pk=first.session_id)
    ConversationSession.objects.filter(pk=session.pk).update(collected_data={**OFFICE, "floors": 3})
    second = build_recommendation(client, session=ConversationSession.objects.get(pk=session.pk))
    first.refresh_from_db()
    assert (first.status, second.status, second.number) == (Status.SUPERSEDED, Status.PROPOSED, 2)


def test_same_proposal_asked_for_again_keeps_the_pending_amendment(client, manager):
    first = build_recommendation(client)
    amended = decide(first, manager, "amend", changes={"site": {"floors": 3}}).next_recommendation
    with event_log.writing(first.session_id) as session:
        event_log.change_state(session, State.GENERATING_RECOMMENDATIONS)
    again = build_recommendation(client, session=ConversationSession.objects.get(pk=first.session_id))
    assert again == amended
    assert Recommendation.objects.count() == 2
    assert ConversationSession.objects.get(pk=first.session_id).current_state == State.AWAITING_APPROVAL


def test_proposal_made_from_older_answers_is_not_stored(client):
    session = build_session(client, OFFICE)
    draft = recommendations.prepare(session)
    ConversationSession.objects.filter(pk=session.pk).update(collected_data={**OFFICE, "floors": 9})
    with refused(ProposalOutdated), event_log.writing(session.pk) as locked:
        recommendations.store(locked, draft)
    assert not Recommendation.objects.exists()


def test_second_site_of_the_same_name_gets_a_code_of_its_own_and_a_warning(client, manager):
    decide(build_recommendation(client), manager)
    second = build_recommendation(client)
    assert second.proposal["site"]["code"] == "indigo-house-2"
    assert [o["code"] for o in second.verdict["objections"]] == ["site_name_taken"]


def test_announcement_counts_parts_in_both_languages(client):
    recommendation = build_recommendation(client, HOSPITAL)
    english = recommendations.announce(recommendation, "en-IN")
    assert "Sunrise Hospital" in english
    assert "3 shifts, 6 posts" in english
    assert "3 शिफ़्ट" in recommendations.announce(recommendation, "hi")


# Approving


def test_approval_applies_the_configuration_and_completes_the_session(client, manager):
    outcome = decide(build_recommendation(client, HOSPITAL), manager, reason="Looks right")
    site = Site.objects.get()
    assert outcome.session.current_state == State.COMPLETED
    assert outcome.recommendation.status == Status.APPROVED
    assert (site.code, site.floors, str(site.area_sq_m)) == ("sunrise-hospital", 6, "11148.36")
    assert site.shifts.count() == 3
    assert site.assets.count() == 32
    assert outcome.change_set.client == client
    assert kinds(outcome.session)[-3:] == ["decision_made", "configuration_applied", "state_changed"]
    decision = Decision.objects.get()
    assert (decision.kind, decision.decided_by, decision.reason) == ("approve", manager, "Looks right")


def test_second_approval_finds_nothing_pending(client, manager):
    recommendation = build_recommendation(client)
    decide(recommendation, manager)
    with refused(NoRecommendationPending):
        decide(recommendation, manager)
    assert ChangeSet.objects.count() == 1


def test_blocking_objection_cannot_be_approved(client, manager):
    recommendation = build_recommendation(client, {**HOSPITAL, "go_live_date": "2020-01-01"})
    with refused(BlockedByChecker) as caught:
        decide(recommendation, manager)
    assert caught.value.next_actions == ("amend", "reject")
    assert [objection["code"] for objection in caught.value.extra["objections"]] == ["go_live_past"]
    assert not Site.objects.exists()
    assert not Decision.objects.exists()


@pytest.mark.parametrize("role", ["viewer", "contributor"])
def test_only_managers_decide(client, role):
    with refused(Forbidden):
        decide(build_recommendation(client), build_user(client, role=role))


def test_staff_decide_and_strangers_see_nothing(client):
    recommendation = build_recommendation(client)
    with refused(NotFound):
        decide(recommendation, build_user(build_client()))
    assert decide(recommendation, build_user(is_staff=True)).change_set is not None


def test_answer_still_worked_on_holds_the_approval_back(client, manager):
    recommendation = build_recommendation(client)
    Turn.objects.create(session=recommendation.session, number=1, kind=Turn.Kind.TEXT)
    with refused(TurnInProgress):
        decide(recommendation, manager)


def test_nothing_is_decided_in_a_session_that_awaits_nothing(client, manager):
    recommendation = build_recommendation(client)
    with event_log.writing(recommendation.session_id) as session:
        event_log.change_state(session, State.CANCELLED)
    with refused(NotAwaitingApproval):
        decide(recommendation, manager)


def test_values_of_an_applied_site_stay_in_the_vault(client, manager):
    session = build_session(client, OFFICE)
    vault.store(session.pk, "EMAIL", "nobody@example.com", "nobody@example.com")
    outcome = decide(build_recommendation(client, session=session), manager)
    assert Contact.objects.get().phone == "[REDACTED_PHONE]"
    assert Site.objects.get().vault_session == session.pk
    kept = VaultEntry.objects.filter(expires_at__isnull=True).values_list("placeholder", flat=True)
    assert set(kept) == {"[REDACTED_NAME]", "[REDACTED_PHONE]"}
    recommendations.revert(change_set_id=outcome.change_set.pk, user=manager)
    assert not VaultEntry.objects.filter(expires_at__isnull=True).exists()


@pytest.mark.django_db(transaction=True)
def test_two_approvals_at_once_apply_once():
    client = build_client()
    users = [build_user(client), build_user(client)]
    recommendation = build_recommendation(client, HOSPITAL)
    start = threading.Barrier(2)
    results: list[Any] = []

    def approve(user: Any) -> None:
        try:
            start.wait(timeout=10)
            results.append(decide(recommendation, user).change_set is not None)
        except DomainError as error:
            results.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=approve, args=(user,)) for user in users]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert sorted(results, key=str) == [True, "already_decided"]
    assert (ChangeSet.objects.count(), Site.objects.count(), Decision.objects.count()) == (1, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_two_sessions_that_claim_one_code_at_once_make_one_site():
    client = build_client()
    manager = build_user(client)
    proposals = [build_recommendation(client), build_recommendation(client)]
    assert {proposal.proposal["site"]["code"] for proposal in proposals} == {"indigo-house"}
    start = threading.Barrier(2)
    results: list[Any] = []

    def approve(recommendation: Recommendation) -> None:
        try:
            start.wait(timeout=10)
            results.append(decide(recommendation, manager).session.current_state)
        except DomainError as error:
            results.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=approve, args=(proposal,)) for proposal in proposals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert sorted(results) == ["COMPLETED", "site_taken"]
    assert Site.objects.count() == 1
    # The one that lost is still to be decided: nothing of it was written.
    assert Recommendation.objects.filter(status=Status.PROPOSED).count() == 1
    assert Decision.objects.count() == 1


# Rejecting


def test_rejection_opens_the_conversation_again(client, manager):
    recommendation = build_recommendation(client)
    outcome = decide(recommendation, manager, "reject", reason="Call 9876543210 first")
    assert outcome.session.current_state == State.IN_PROGRESS
    assert outcome.recommendation.status == Status.REJECTED
    decision = Decision.objects.get()
    assert "9876543210" not in decision.reason
    assert "[REDACTED_PHONE" in decision.reason
    again = build_recommendation(
        client, session=ConversationSession.objects.get(pk=recommendation.session_id)
    )
    assert decide(again, manager).session.current_state == State.COMPLETED


def test_rejection_puts_the_dialogue_back_to_its_offer(client, manager):
    recommendation = build_recommendation(client)
    flow = Flow.from_definition(load_flow("facility_onboarding"))
    done = DialogueState(answers=OFFICE, tier="done").to_json()
    ConversationSession.objects.filter(pk=recommendation.session_id).update(dialogue=done)
    session = decide(recommendation, manager, "reject").session
    state = DialogueState.from_json(ConversationSession.objects.get(pk=session.pk).dialogue)
    assert dict(state.answers) == OFFICE
    assert dialogue.apply(flow, state, [Repeat()], "en").outcome == "ask"
    corrected = dialogue.apply(flow, state, [CorrectSlot(slot="floors", value=3)], "en")
    assert corrected.state.answers["floors"] == 3


# Amending


def test_amended_proposal_waits_for_another_person(client, manager):
    recommendation = build_recommendation(client)
    changes = {"site": {"floors": 4}, "shifts": {"GENERAL": {"headcount": 3}}}
    outcome = decide(recommendation, manager, "amend", changes=changes, reason="New wing")
    amended = outcome.next_recommendation
    assert outcome.session.current_state == State.AWAITING_APPROVAL
    assert (outcome.recommendation.status, amended.status) == (Status.SUPERSEDED, Status.PROPOSED)
    assert (amended.number, amended.amends, amended.made_by) == (2, recommendation, manager)
    assert amended.proposal["site"]["floors"] == 4
    assert amended.proposal["shifts"][0]["headcount"] == 3
    assert amended.proposal["shifts"][0]["starts_at"] == "09:00"
    with refused(MakerCannotApprove):
        decide(amended, manager)
    assert decide(amended, build_user(client)).session.current_state == State.COMPLETED
    assert Site.objects.get().floors == 4


def test_who_amended_an_earlier_version_cannot_approve_a_later_one(client, manager):
    other = build_user(client)
    first = build_recommendation(client)
    second = decide(first, manager, "amend", changes={"site": {"floors": 3}}).next_recommendation
    third = decide(second, other, "amend", changes={"site": {"floors": 4}}).next_recommendation
    for maker in (manager, other):
        with refused(MakerCannotApprove):
            decide(third, maker)
    assert decide(third, build_user(client)).change_set is not None


def test_roster_follows_amended_shifts(client, manager):
    changes = {"shifts": {"GENERAL": {"headcount": 6}}}
    amended = decide(build_recommendation(client), manager, "amend", changes=changes).next_recommendation
    assert amended.proposal["site"]["attributes"]["roster_strength"] == 6
    cited = [e for e in amended.evidence if e["path"] == "/site/attributes/roster_strength"]
    assert [entry["reason"] for entry in cited] == ["The amended shifts take 6 people on the roster."]


def test_amendment_is_checked_again(client, manager):
    recommendation = build_recommendation(client, HOSPITAL)
    amended = decide(recommendation, manager, "amend", changes={"shifts": {"C": None}}).next_recommendation
    assert "coverage_gap" in {objection["code"] for objection in amended.verdict["objections"]}
    with refused(BlockedByChecker):
        decide(amended, build_user(client))


def test_amendment_can_put_a_blocked_proposal_right(client, manager):
    recommendation = build_recommendation(client, {**HOSPITAL, "go_live_date": "2020-01-01"})
    amended = decide(
        recommendation, manager, "amend", changes={"site": {"go_live_on": None}}
    ).next_recommendation
    assert decide(amended, build_user(client)).change_set is not None


def test_evidence_of_an_amendment_cites_the_person_and_follows_moved_items(client, manager):
    recommendation = build_recommendation(client, HOSPITAL)
    changes = {"posts": {"gate-1": None, "gate-9": {"name": "North gate", "kind": "gate"}}}
    amended = decide(
        recommendation, manager, "amend", changes=changes, reason="Gate closed"
    ).next_recommendation
    mine = [entry for entry in amended.evidence if entry["rule"] == RULE]
    assert [entry["reason"] for entry in mine] == ["Amended by a person: Gate closed"] * 2
    at = next(index for index, post in enumerate(amended.proposal["posts"]) if post["code"] == "gate-9")
    assert {entry["path"] for entry in mine} == {"/posts", f"/posts/{at}"}
    control = next(entry for entry in amended.evidence if entry["rule"] == "posts.control_room")
    index = int(control["path"].removeprefix("/posts/"))
    assert amended.proposal["posts"][index]["code"] == "control-room"
    cited = {path for entry in amended.evidence for path in entry.get("paths", [entry["path"]])}
    assert {f"/posts/{index}" for index in range(len(amended.proposal["posts"]))} <= cited


def test_personal_values_of_an_amendment_go_to_the_vault(client, manager):
    recommendation = build_recommendation(client)
    changes = {
        "contacts": {
            "night-1": {"name": "Zubin Qureshi", "role": "night", "phone": "+91 98200 12345", "email": ""},
            "emergency-1": {"phone": "[REDACTED_PHONE]", "email": "ops@example.com"},
        }
    }
    outcome = decide(recommendation, manager, "amend", changes=changes)
    amended = outcome.next_recommendation
    stored = str(amended.proposal) + str(amended.evidence) + str(Decision.objects.get().changes)
    stored += str(list(outcome.session.events.values_list("data", flat=True)))
    for value in ("Zubin", "98200", "ops@example.com"):
        assert value not in stored
    by_code = {contact["code"]: contact for contact in amended.proposal["contacts"]}
    assert by_code["emergency-1"]["phone"] == "[REDACTED_PHONE]"
    restored = vault.restore_json(recommendation.session_id, by_code["night-1"])
    assert (restored["name"], restored["phone"]) == ("Zubin Qureshi", "+91 98200 12345")
    assert amended.verdict == {"verdict": "pass", "objections": []}


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"contacts": {"asha-kulkarni-9822051337": {"role": "night"}}}, "/contacts"),
        ({"posts": {"gate-1": {"code": "zunderbyx"}}}, "/posts"),
        ({"posts": {"a-s-h-a": {"name": "Gate", "kind": "gate"}}}, "/posts"),
        ({"site": {"code": "qwelthorpe-1"}}, "/site/code"),
        ({"site": {"attributes": {"call zunderbyx": 1}}}, "/site/attributes"),
        ({"contacts": {"emergency-1": {"role": "zunderbyx"}}}, "/contacts/emergency-1/role"),
        ({"meter_points": {"gas-1": {"name": "Gas", "kind": "gas", "unit": "Asha"}}}, "/meter_points/gas-1/unit"),
        (
            {"meter_points": {"gas-1": {"name": "Gas", "kind": "gas", "unit": "m3", "opening_reading": "9822051337"}}},
            "/meter_points/",
        ),
    ],
)  # fmt: skip
def test_what_is_not_redacted_in_an_amendment_takes_plain_words_only(client, manager, changes, pointer):
    with pytest.raises(InvalidInput) as caught:
        decide(build_recommendation(client, HOSPITAL), manager, "amend", changes=changes)
    assert caught.value.extra["errors"][0]["pointer"].startswith(pointer)
    assert "zunderbyx" not in str(caught.value) + str(caught.value.extra)


def test_attributes_of_an_amendment_hold_no_telephone_as_a_number(client, manager):
    changes = {"site": {"attributes": {"updates": "mail asha@example.com", "lines": [9822051337, 9000000]}}}
    amended = decide(build_recommendation(client), manager, "amend", changes=changes).next_recommendation
    attributes = amended.proposal["site"]["attributes"]
    assert attributes["lines"][1] == 9000000
    assert "9822051337" not in str(attributes)
    assert "asha" not in str(attributes)


@pytest.mark.parametrize(
    "code", ["gate-9", "NIGHT", "DAY", "water-2", "dg-set-1", "guard-house-2", "B", "cctv-012"]
)
def test_ordinary_codes_are_plain(code):
    assert closed_words.is_plain(code)


def test_telephone_that_does_not_dial_is_pointed_out_in_an_amendment(client, manager):
    changes = {"contacts": {"emergency-1": {"phone": "12"}}}
    amended = decide(build_recommendation(client), manager, "amend", changes=changes).next_recommendation
    assert "contact_invalid" in {objection["code"] for objection in amended.verdict["objections"]}


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"sight": {}}, ""),
        ({"site": {}}, "/site"),
        ({"site": {"floors": "four"}}, "/site/floors"),
        ({"site": {"code": "not a code"}}, "/site/code"),
        ({"site": {"go_live_on": "2026-02-30"}}, "/site/go_live_on"),
        ({"site": {"name": None}}, "/site/name"),
        ({"site": {"owner": "x"}}, "/site"),
        ({"site": {"attributes": 5}}, "/site/attributes"),
        ({"site": {"name": "a\x00b"}}, "/site/name"),
        ({"site": {"name": "\ud800"}}, "/site/name"),
        ({"site": {"latitude": float("nan")}}, "/site/latitude"),
        ({"site": {"floors": 2}}, ""),
        ({"shifts": []}, "/shifts"),
        ({"shifts": {"NOPE": None}}, "/shifts/NOPE"),
        ({"shifts": {"GENERAL": {"headcount": 0}}}, "/shifts/0/headcount"),
        ({"shifts": {"GENERAL": {"headcount": True}}}, "/shifts/0/headcount"),
        ({"shifts": {"GENERAL": {"starts_at": "25:00"}}}, "/shifts/0/starts_at"),
        ({"shifts": {"GENERAL": {"days": [1, 1]}}}, "/shifts/0/days"),
        ({"shifts": {"NEW": {"name": "New"}}}, "/shifts/1"),
        ({"shifts": {"bad code": {"name": "New"}}}, "/shifts"),
        ({"site": {"attributes": {"a": {"b": [[[[[[[[[1]]]]]]]]]}}}}, "/site/attributes/a/b/0/0/0/0/0"),
    ],
)
def test_unusable_changes_are_refused_with_their_place(client, manager, changes, pointer):
    recommendation = build_recommendation(client)
    with refused(InvalidInput) as caught:
        decide(recommendation, manager, "amend", changes=changes)
    assert pointer in {error["pointer"] for error in caught.value.extra["errors"]}
    recommendation.refresh_from_db()
    assert recommendation.status == Status.PROPOSED


@pytest.mark.parametrize(
    "wish",
    [
        {"decision": "amend"},
        {"decision": "amend", "changes": {}},
        {"decision": "perhaps"},
        {"decision": "approve", "changes": {"site": {"floors": 3}}},
        {"decision": "reject", "reason": "x" * 2001},
        {"decision": "reject", "reason": 7},
    ],
)
def test_senseless_decisions_are_refused(client, manager, wish):
    recommendation = build_recommendation(client)
    with refused(InvalidInput):
        decide(recommendation, manager, **wish)


def test_same_code_given_to_two_items_is_blocked(client, manager):
    changes = {"posts": {"patrol": {"code": "gate-1"}}}
    amended = decide(build_recommendation(client), manager, "amend", changes=changes).next_recommendation
    assert amended.verdict["verdict"] == "block"


def test_amending_leaves_the_older_proposal_untouched(client, manager):
    recommendation = build_recommendation(client)
    before = deepcopy(recommendation.proposal)
    decide(recommendation, manager, "amend", changes={"site": {"floors": 7, "attributes": {"note": "x"}}})
    recommendation.refresh_from_db()
    assert recommendation.proposal == before
