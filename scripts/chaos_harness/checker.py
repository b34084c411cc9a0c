"""The offline checker: judges the evidence, and asks nobody who took part.

Run as: python -m scripts.chaos_harness.checker FOLDER [--plain-celery]; prints JSON.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from scripts.chaos_harness.commit_log import Batch, Committed
from scripts.chaos_harness.evidence import Evidence, Row, gather, gather_plain
from scripts.chaos_harness.kinds import ANY, KINDS, MOST_STARTS, Kind

ENDS = frozenset({"done", "dead", "parked", "waiting", "expired", "discarded"})
LOST = frozenset({"lost", "stuck", "missing_effect"})
DOUBLED = frozenset({"doubled", "outside_doubled"})


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One breach. `at`: when its task was committed, seconds of the Unix epoch; 0 where that is unknown."""

    what: str
    subject: str
    text: str
    at: float = 0.0


def judge(evidence: Evidence) -> list[Finding]:
    """Every breach of the invariant; an empty list is the proof."""
    return [
        *(finding for batch in evidence.batches for finding in _of_batch(batch, evidence)),
        *_of_effects(evidence),
        *_of_balance(evidence),
        *_of_unknown_rows(evidence),
    ]


def judge_plain(evidence: Evidence) -> list[Finding]:
    """Without a ledger only effects can be counted: each committed key exactly one."""
    found = []
    for batch in evidence.batches:
        for task in batch.tasks if batch.outcome == "committed" else ():
            n = evidence.effects.get(task.key, 0)
            if n != 1:
                what = "doubled" if n else "lost"
                found.append(Finding(what=what, subject=task.key, text=f"{n} effects", at=batch.at))
    return found


def _of_batch(batch: Batch, evidence: Evidence) -> Iterator[Finding]:
    there = [task for task in batch.tasks if task.id in evidence.rows]
    happened = evidence.business.get(batch.name, 0)
    if batch.outcome == "rolled_back":
        for task in there:
            yield Finding(what="ghost", subject=task.id, text="rolled back, and there", at=batch.at)
        return
    if batch.outcome == "in_doubt" and not happened and not there:
        return
    if happened != 1:
        yield Finding(
            what="torn", subject=batch.name, text=f"its business is there {happened} times", at=batch.at
        )
    for task in batch.tasks:
        row = evidence.rows.get(task.id)
        if row is None:
            yield Finding(
                what="lost", subject=task.id, text=f"{task.kind}: committed, and no row", at=batch.at
            )
        else:
            yield from _of_task(task, row, evidence, batch.at)


def _of_task(task: Committed, row: Row, evidence: Evidence, at: float) -> Iterator[Finding]:
    kind = KINDS[task.kind]
    if row.state not in ENDS:
        yield Finding(what="stuck", subject=task.id, text=f"{task.kind}: still {row.state}", at=at)
        return
    if row.state not in _ends(kind, row):
        yield Finding(what="wrong_end", subject=task.id, text=f"{task.kind}: {row.state} ({row.code})", at=at)
    done = row.state == "done"
    n = evidence.effects.get(task.key, 0)
    if kind.effect and done and n == 0:
        yield Finding(what="missing_effect", subject=task.id, text=f"{task.kind}: done without effect", at=at)
    if n and not done:
        yield Finding(what="effect_without_done", subject=task.id, text=f"{task.kind}: {row.state}", at=at)
    if kind.outside and done and evidence.outside.get(task.key, 0) != 1:
        yield Finding(what="missing_effect", subject=task.id, text="done, and not done outside", at=at)
    if row.opens is False and kind.binds:
        yield Finding(what="does_not_open", subject=task.id, text=f"{task.kind}: dead, does not bind", at=at)
    if row.state == "dead" and "done" in kind.ends and row.code in ("unknown", "arguments_do_not_fit"):
        yield Finding(
            what="misjudged", subject=task.id, text=f"{task.kind}: dead of {row.error_class}", at=at
        )
    if row.state == "dead" and not row.cause:
        yield Finding(what="no_cause", subject=task.id, text=f"{task.kind}: dead without a cause", at=at)
    if kind.name in ("poison", "overlong"):
        counted = row.starts - row.given_back
        if counted > MOST_STARTS * (row.generation + 1):
            yield Finding(what="poison", subject=task.id, text=f"{task.kind}: started {counted} times", at=at)


def _ends(kind: Kind, row: Row) -> frozenset[str]:
    # Sent back, it gets a new deadline, and may well succeed.
    return kind.ends | ANY if kind.name == "late" and row.generation else kind.ends


def _of_effects(evidence: Evidence) -> Iterator[Finding]:
    at = {task.key: batch.at for batch in evidence.batches for task in batch.tasks}
    for what, counts in (("doubled", evidence.effects), ("outside_doubled", evidence.outside)):
        for key, n in counts.items():
            if n > 1:
                yield Finding(what=what, subject=key, text=f"{n} effects", at=at.get(key, 0.0))
            if key not in at:
                yield Finding(what="ghost", subject=key, text="an effect of nobody's")


def _of_balance(evidence: Evidence) -> Iterator[Finding]:
    if evidence.missing:
        yield Finding(what="unbalanced", subject="ledger", text=f"{evidence.missing} missing in the balance")


def _of_unknown_rows(evidence: Evidence) -> Iterator[Finding]:
    known = {task.id for batch in evidence.batches for task in batch.tasks}
    for row_id in evidence.rows.keys() - known:
        yield Finding(what="ghost", subject=row_id, text="a row of nobody's")


def summary(evidence: Evidence, findings: list[Finding]) -> dict[str, object]:
    """The verdict as JSON: counts of everything, and the findings."""
    committed = [task for batch in evidence.batches if batch.outcome == "committed" for task in batch.tasks]
    outcomes = [batch.outcome for batch in evidence.batches]
    ends: dict[str, int] = {}
    bystanders: dict[str, int] = {}
    for task in committed:
        row = evidence.rows.get(task.id)
        state = row.state if row else "none"
        ends[state] = ends.get(state, 0) + 1
        if row and state == "dead" and "done" in KINDS[task.kind].ends:
            why = f"{task.kind} {row.code} {row.error_class}"
            bystanders[why] = bystanders.get(why, 0) + 1
    return {
        "committed": len(committed),
        "batches": {outcome: outcomes.count(outcome) for outcome in sorted(set(outcomes))},
        "ends": dict(sorted(ends.items())),
        "bystanders_dead": bystanders,
        "effects": sum(evidence.effects.values()),
        "missing_in_balance": evidence.missing,
        "lost": sum(finding.what in LOST for finding in findings),
        "doubled": sum(finding.what in DOUBLED for finding in findings),
        "findings": [asdict(finding) for finding in findings],
    }


def main(arguments: list[str]) -> None:
    import django

    django.setup()
    folder = Path(arguments[0])
    if "--plain-celery" in arguments:
        evidence = gather_plain(folder)
        findings = judge_plain(evidence)
    else:
        evidence = gather(folder)
        findings = judge(evidence)
    print(json.dumps(summary(evidence, findings)))


if __name__ == "__main__":
    main(sys.argv[1:])
