"""The documents that describe proposals and changes, and merging as RFC 7386 has it."""

from __future__ import annotations

import pytest
from jsonschema import Draft202012Validator

from apps.onboarding.errors import InvalidInput
from apps.onboarding_api.services.llm.proposal_schema import find_faults, load_schema, validate_proposal
from apps.onboarding_api.services.recommendations.merging import (
    load_changes_schema,
    merge_changes,
    merge_patch,
    validate_changes,
)
from apps.onboarding_api.tests.recommendation_factories import HOSPITAL, OFFICE, make


@pytest.mark.parametrize("schema", [load_schema(), load_changes_schema()], ids=["proposal", "changes"])
def test_schema_is_valid_json_schema(schema):
    Draft202012Validator.check_schema(schema)


def test_faults_name_their_place_and_never_the_value():
    proposal = {**make(OFFICE).proposal, "contacts": [{"code": "9876543210 ", "name": "Asha Rao" * 40}]}
    faults = find_faults(proposal)
    assert {fault["pointer"] for fault in faults} == {"/contacts/0", "/contacts/0/code", "/contacts/0/name"}
    assert "Asha" not in str(faults)
    assert "98765" not in str(faults)


def test_invalid_proposal_lists_at_most_twenty_errors():
    proposal = {**make(OFFICE).proposal, "assets": [{}] * 100}
    with pytest.raises(InvalidInput) as caught:
        validate_proposal(proposal)
    assert len(caught.value.extra["errors"]) == 20


# The examples of RFC 7386, appendix A.
@pytest.mark.parametrize(
    ("original", "patch", "result"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "b"}, ["c"], ["c"]),
        ({"a": "foo"}, None, None),
        ({"a": "foo"}, "bar", "bar"),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_merge_patch_follows_the_rfc(original, patch, result):
    assert merge_patch(original, patch) == result


def test_items_are_changed_added_and_taken_away_by_code():
    before = make(HOSPITAL).proposal
    changes = {
        "shifts": {"A": {"headcount": 12}, "C": None},
        "meter_points": {"gas-1": {"name": "Gas", "kind": "gas", "unit": "m3"}},
        "site": {"city": None, "attributes": {"risks": None, "owner": "Acme"}},
    }
    validate_changes(changes)
    merged = merge_changes(before, changes)
    after = merged.proposal
    assert find_faults(after) == []
    assert [(shift["code"], shift["headcount"]) for shift in after["shifts"]] == [("A", 12), ("B", 9)]
    assert after["meter_points"][-1]["reading_interval_hours"] == 24
    assert after["site"]["city"] == ""
    assert "risks" not in after["site"]["attributes"]
    assert after["site"]["attributes"]["owner"] == "Acme"
    assert set(merged.touched) == {
        "/shifts/0",
        "/shifts",
        "/meter_points/2",
        "/site/city",
        "/site/attributes",
    }
    assert before["shifts"][0]["headcount"] == 9
