"""A run in words: a table per fault, what became of the tasks, the verdict."""

from __future__ import annotations

from scripts.chaos_harness.story import Told


def render(told: Told) -> str:
    verdict = told.verdict
    lines = [f"{'fault':<26}{'times':>7}{'lost':>7}{'doubled':>9}"]
    for name, row in sorted(told.faults.items()):
        lines.append(f"{name:<26}{row['times']:>7}{row['lost']:>7}{row['doubled']:>9}")
    if verdict:
        ends = ", ".join(f"{n} {state}" for state, n in verdict["ends"].items())
        batches = ", ".join(f"{n} {outcome}" for outcome, n in verdict["batches"].items())
        lines += [
            "",
            f"committed   {verdict['committed']} tasks (transactions: {batches})",
            f"ended       {ends}",
            f"effects     {verdict['effects']}",
        ]
        if verdict["bystanders_dead"]:
            dead = ", ".join(f"{n} {code}" for code, n in verdict["bystanders_dead"].items())
            lines.append(f"dead of the faults themselves: {dead}")
    if told.proofs:
        pulses = ", ".join(f"{queue} {seconds} s" for queue, seconds in told.proofs["pulses"].items())
        lines.append(f"pulses      {pulses}")
        lines.append(
            f"poison      dead after {told.proofs['poison_seconds']} s and {told.proofs['poison_deliveries']}"
            f" starts, cause {told.proofs['poison_cause']}"
        )
    lines.append("took        " + ", ".join(f"{name} {value:.0f} s" for name, value in told.seconds.items()))
    lines += [f"NOT REACHED {point}" for point in told.not_reached]
    lines += [f"TROUBLE     {text}" for text in told.troubles]
    findings = verdict.get("findings", [])
    lines += [f"{item['what'].upper():<12}{item['subject']}: {item['text']}" for item in findings[:20]]
    if len(findings) > 20:
        lines.append(f"            and {len(findings) - 20} more")
    lines += ["", _verdict(told)]
    return "\n".join(lines)


def _verdict(told: Told) -> str:
    if not told.verdict:
        return "NOT PROVEN: the run did not come to its check"
    lost, doubled = told.verdict["lost"], told.verdict["doubled"]
    counts = f"{lost} lost, {doubled} doubled of {told.verdict['committed']}"
    if told.asked.plain_celery:
        return f"PLAIN CELERY: {counts}"
    if told.holds:
        return f"HOLDS: {counts}; every committed task is accounted for"
    return f"BROKEN: {counts}; {len(told.verdict['findings'])} findings"
