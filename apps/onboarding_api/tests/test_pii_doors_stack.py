"""The short form of scripts/canaries: some two hundred values through the doors of real processes, then read back."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from apps.onboarding_api.tests.running_stack import RunningStack
from scripts.pii_canaries import places, rounds, verdict
from scripts.pii_canaries.searching import Index
from scripts.pii_canaries.target import Target
from scripts.pii_canaries.values import Aviary
from scripts.pii_canaries.verdict import Verdict

pytestmark = [pytest.mark.stack, pytest.mark.slow]


def target_of(stack: RunningStack) -> Target:
    return Target(
        url=stack.url,
        environment=stack.environment,
        logs=(stack.folder,),
        redis_files=None,
        media=Path(stack.environment["DATA_DIR"]) / "media",
        hold_media=lambda: None,
        let_media_go=lambda: None,
    )


@pytest.fixture(scope="module")
def found(stack: RunningStack) -> Verdict:
    """What stands where after the values went through every door, and the last task has ended."""
    target, aviary = target_of(stack), Aviary(seed=11, most=200)
    rounds.push_few(target, aviary)
    busy = "SELECT 1 FROM task_ledger_taskrecord WHERE state IN ('queued', 'running')"
    stack.wait_for(lambda: not stack.rows(busy))
    pieces = itertools.chain(
        (piece for piece in places.logs(target) if piece.where.endswith(".log")),
        places.redis_dump(target),
        places.database(target),
        places.file_names(target),
        places.metrics_and_health(target),
    )
    return verdict.judge(aviary.taken, pieces)


def test_two_hundred_values_leak_nowhere(found: Verdict) -> None:
    assert len(found.pushed) >= 150
    assert found.leaked == 0, verdict.examples(found)
    assert found.read["logs"] > 1_000
    assert found.read["database"] > 10_000


def test_no_unasked_address_or_number_stays_in_peoples_text(found: Verdict) -> None:
    """Names in no list may stay (the engine's recall is measured elsewhere); few do."""
    assert len(found.unrecognised) <= len(found.pushed) * 0.05, verdict.examples(found)


def test_values_known_to_the_session_stay_nowhere(found: Verdict) -> None:
    assert any(one.is_known for one in found.pushed)
    assert not [one for one in found.unrecognised if one.is_known]


def test_search_sees_a_planted_leak(found: Verdict) -> None:
    planted = found.pushed[0]
    assert planted in Index(found.pushed).found(f"a line with {planted.value} in it")
