"""The chaos harness: its checker reports every kind of loss, its plan follows the seed, and the short run holds."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from scripts.chaos_harness import commit_log, fault_rates, kinds, outage, outside, plan, story
from scripts.chaos_harness.checker import Finding, judge, judge_plain, summary
from scripts.chaos_harness.commit_log import Batch, CommitLog, Committed
from scripts.chaos_harness.evidence import Evidence, Row, starts_given_back
from scripts.chaos_harness.faults import KILLS, OTHERS
from scripts.chaos_harness.progress import Progress
from scripts.supervisor.layout import ROOT

PLAIN = Committed(id="1", kind="plain", key="k1")
HOPELESS = Committed(id="2", kind="hopeless", key="k2")
POISON = Committed(id="3", kind="poison", key="k3")


def whole() -> Evidence:
    """What an untouched run leaves."""
    return Evidence(
        batches=[
            Batch(name="b1", tasks=(PLAIN, HOPELESS, POISON), outcome="committed", at=10.0),
            Batch(name="b2", tasks=(Committed("4", "plain", "k4"),), outcome="rolled_back", at=11.0),
            Batch(name="b3", tasks=(Committed("5", "plain", "k5"),), outcome="in_doubt"),
        ],
        rows={
            "1": Row(id="1", kind="plain", state="done"),
            "2": Row(id="2", kind="hopeless", state="dead", code="unknown", cause="c", opens=True),
            "3": Row(
                id="3", kind="poison", state="dead", code="poison", cause="poison", opens=True, starts=3
            ),
        },
        effects={"k1": 1},
        outside={},
        business={"b1": 1},
    )


def row(evidence: Evidence, task: Committed, **changes: Any) -> Evidence:
    return replace(evidence, rows={**evidence.rows, task.id: replace(evidence.rows[task.id], **changes)})


def found(evidence: Evidence) -> set[str]:
    return {finding.what for finding in judge(evidence)}


# the checker


def test_whole_ledger_is_proven() -> None:
    assert judge(whole()) == []


def test_deleted_row_is_a_loss() -> None:
    evidence = whole()
    assert found(
        replace(evidence, rows={key: kept for key, kept in evidence.rows.items() if key != "2"})
    ) == {"lost"}


def test_second_effect_is_told() -> None:
    assert found(replace(whole(), effects={"k1": 2})) == {"doubled"}


@pytest.mark.parametrize("state", ["running", "queued"])
def test_row_that_never_ends_is_told(state: str) -> None:
    assert found(row(whole(), PLAIN, state=state)) == {"stuck", "effect_without_done"} - {
        "effect_without_done"
    }


def test_done_without_its_effect_is_told() -> None:
    assert found(replace(whole(), effects={})) == {"missing_effect"}


def test_effect_of_a_dead_task_is_told() -> None:
    assert "effect_without_done" in found(
        row(whole(), PLAIN, state="dead", code="poison", cause="c", opens=True)
    )


def test_rolled_back_task_that_is_there_is_told() -> None:
    evidence = whole()
    ghost = Row(id="4", kind="plain", state="done")
    assert found(replace(evidence, rows={**evidence.rows, "4": ghost})) == {"ghost"}


def test_row_and_effect_of_nobody_are_told() -> None:
    evidence = whole()
    stranger = Row(id="9", kind="plain", state="done")
    assert found(replace(evidence, rows={**evidence.rows, "9": stranger})) == {"ghost"}
    assert found(replace(evidence, effects={**evidence.effects, "k9": 1})) == {"ghost"}


def test_half_a_transaction_is_told() -> None:
    assert found(replace(whole(), business={})) == {"torn"}
    assert found(replace(whole(), business={"b1": 1, "b3": 1})) == {"lost"}


def test_transaction_in_doubt_may_have_happened_whole() -> None:
    evidence = whole()
    there = Row(id="5", kind="plain", state="done")
    assert not judge(
        replace(
            evidence,
            rows={**evidence.rows, "5": there},
            effects={**evidence.effects, "k5": 1},
            business={"b1": 1, "b3": 1},
        )
    )


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"opens": False}, "does_not_open"),
        ({"cause": ""}, "no_cause"),
        ({"state": "done"}, "wrong_end"),
    ],
)
def test_dead_letter_that_is_no_good_is_told(changes: dict[str, Any], told: str) -> None:
    assert told in found(row(whole(), HOPELESS, **changes))


def test_poison_that_starts_too_often_is_told() -> None:
    assert found(row(whole(), POISON, starts=4)) == {"poison"}
    assert found(row(whole(), POISON, starts=6, generation=1)) == set()
    assert found(row(whole(), POISON, starts=4, given_back=1)) == set()


def test_a_start_is_undone_only_where_it_was_not_the_task_that_ended_it(tmp_path: Path) -> None:
    ended, late, unwritten = (str(uuid4()) for _ in range(3))
    told_to_end = "given back: its process is told to end"
    (tmp_path / "worker-1.log").write_text(
        f"WARNING task chaos_overlong {ended} {told_to_end}\n"
        f"WARNING task chaos_overlong {late} {told_to_end}, and its time was used up\n"
        f"WARNING task {unwritten} given back: its outcome could not be written when its run ended\n"
    )
    assert starts_given_back(tmp_path) == {ended: 1, unwritten: 1}


def test_good_work_that_dies_of_an_unknown_fault_is_told() -> None:
    evidence = replace(row(whole(), PLAIN, state="dead", code="unknown", cause="c", opens=True), effects={})
    assert found(evidence) == {"misjudged"}


def test_broken_balance_is_told() -> None:
    assert found(replace(whole(), missing=1)) == {"unbalanced"}


def test_outside_service_that_did_it_twice_or_never_is_told() -> None:
    asked = Committed(id="6", kind="outside", key="k6")
    evidence = replace(
        whole(),
        batches=[Batch(name="b6", tasks=(asked,), outcome="committed", at=1.0)],
        rows={"6": Row(id="6", kind="outside", state="done")},
        effects={"k6": 1},
        business={"b6": 1},
    )
    assert found(evidence) == {"missing_effect"}
    assert "outside_doubled" in found(replace(evidence, outside={"k6": 2}))


def test_plain_celery_is_judged_by_its_effects() -> None:
    batch = Batch(name="b", tasks=(PLAIN, HOPELESS, POISON), outcome="committed", at=1.0)
    evidence = replace(whole(), batches=[batch], effects={"k1": 1, "k2": 2})
    assert [finding.what for finding in judge_plain(evidence)] == ["doubled", "lost"]


def test_summary_counts_losses_and_doubles() -> None:
    findings = [Finding(what=what, subject="x", text="") for what in ("lost", "stuck", "doubled", "torn")]
    told = summary(whole(), findings)
    assert (told["committed"], told["lost"], told["doubled"]) == (3, 2, 1)


# accounts, plan, scenarios


def test_account_outlives_a_line_that_was_cut_short(tmp_path: Path) -> None:
    path = tmp_path / "committed-0.jsonl"
    log = CommitLog(path)
    log.intend("b1", [PLAIN])
    log.commit("b1")
    log.intend("b2", [HOPELESS])
    with path.open("ab") as file:
        file.write(b'{"what":"comm')
    again = CommitLog(path)
    again.intend("b3", [POISON])
    again.roll_back("b3")
    outcomes = {batch.name: batch.outcome for batch in commit_log.read(path)}
    assert outcomes == {"b1": "committed", "b2": "in_doubt", "b3": "rolled_back"}
    assert Progress(tmp_path).committed() == 1


def test_same_seed_is_the_same_plan_and_another_is_another() -> None:
    first, same, other = (plan.make(seed=seed, kills=20, others=list(OTHERS)) for seed in (1, 1, 2))
    assert first == same
    assert first != other


def test_plan_has_its_kills_and_every_other_fault() -> None:
    names = [step.fault for step in plan.make(seed=1, kills=200, others=list(OTHERS))]
    assert sum(name in KILLS for name in names) == 200
    assert names.count("flushall") == 5
    assert set(OTHERS) <= set(names)


def test_first_tasks_are_one_of_every_kind() -> None:
    wanted = {name for name, kind in kinds.KINDS.items() if kind.share}
    first = {kinds.choose(seed=1, producer=0, number=number).name for number in range(len(wanted))}
    assert first == wanted


def test_outside_log_counts_deeds_and_not_questions(tmp_path: Path) -> None:
    log = tmp_path / "outside.log"
    log.write_text("done a\nagain a\ndone b\n")
    assert outside.read(log) == {"a": 1, "b": 1}


def test_probes_are_what_was_asked_after_the_breaker_opened() -> None:
    assert outage.probe_gaps([100.1, 100.2, 101.0, 112.0, 124.5], away=100.0) == [12.5]


def test_policy_holds_by_expectation_and_sample() -> None:
    assert fault_rates.judge({"done": 9992, "dead": 8}, runs_allowed=5, tasks=10_000)["holds"]
    assert not fault_rates.judge({"done": 9950, "dead": 50}, runs_allowed=5, tasks=10_000)["holds"]
    assert not fault_rates.judge({"done": 9960, "dead": 40}, runs_allowed=4, tasks=10_000)["holds"]
    assert not fault_rates.judge({"done": 9990}, runs_allowed=5, tasks=10_000)["holds"]


# the short runs


def run(*arguments: str) -> tuple[int, dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-m", "scripts.chaos_harness", *arguments, "--json"],
        cwd=ROOT, capture_output=True, text=True, timeout=500, check=False,
    )  # fmt: skip
    assert done.stdout, done.stderr[-3000:]
    return done.returncode, json.loads(done.stdout)


@pytest.mark.slow
def test_nothing_is_lost_when_a_process_dies_at_any_failpoint() -> None:
    code, told = run("--tasks", "40", "--kills", "1", "--only", "flushall", "--flushes", "1")
    assert (code, told["lost"], told["doubled"], told["verdict"]["findings"], told["troubles"]) == (
        0,
        0,
        0,
        [],
        [],
    )
    assert told["failpoints_not_reached"] == []
    assert {f"at {point}" for point in story.POINTS} <= told["faults"].keys()
    assert told["proofs"]["poison_deliveries"] == 3


@pytest.mark.slow
def test_harness_reports_loss_where_there_is_no_keeper() -> None:
    code, told = run(
        "--without-keeper", "--tasks", "30", "--kills", "1", "--only", "flushall", "--flushes", "3"
    )
    assert code == 1
    assert told["lost"] > 0
