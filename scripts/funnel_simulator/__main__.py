"""python -m scripts.funnel_simulator truth | peeked | coverage | draw | demo: formulas against known worlds."""

from __future__ import annotations

import argparse
import json
import sys

from scripts.funnel_simulator import coverage, demo_lives, lives, peeking, truth, watching
from scripts.funnel_simulator.world import HOUR, STAGES, World


def main(arguments: list[str]) -> int:
    """0 where the formulas kept their promises, 1 where they did not."""
    parser = argparse.ArgumentParser(prog="python -m scripts.funnel_simulator", description=__doc__)
    parser.add_argument("what", choices=("truth", "peeked", "coverage", "draw", "demo"))
    parser.add_argument("--sessions", type=int, default=400_000)
    parser.add_argument("--experiments", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=2_000)
    parser.add_argument("--window-hours", type=float, default=72.0)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    return {"truth": _truth, "peeked": _peeked, "coverage": _coverage, "draw": _draw, "demo": _demo}[
        chosen.what
    ](chosen)


def _truth(chosen: argparse.Namespace) -> int:
    """True, naive and estimated share of each stage; within 0.3 points or 1."""
    world, within = World(), chosen.window_hours * HOUR
    true = truth.shares_by(world, within=within)
    worst = 0.0
    print(
        f"{chosen.sessions:,} sessions of {world.days} days, window {chosen.window_hours:g} h, seed {chosen.seed}"
    )
    for stage, name in enumerate(STAGES[1:], start=1):
        drawn = lives.draw(world, sessions=chosen.sessions, seed=chosen.seed)
        found = watching.estimate(watching.watch(drawn, world, stage=stage), within=within)
        error = found.curve.error(within) or 0.0
        worst = max(worst, abs(found.survival - true[stage]))
        print(
            f"{name:26} true {true[stage]:7.2%}  survival {found.survival:7.2%} (standard error {error:.2%})"
            f"  naive {found.naive:7.2%}"
        )
    return int(worst > 0.003)


def _peeked(chosen: argparse.Namespace) -> int:
    """False winners and false harms at several rates, `experiments` in all; at most 5 % of each at every rate or 1."""
    rates = (0.02, 0.1, 0.33, 0.7)
    shares, winners, asked = [], 0, 0
    for rate in rates:
        found = peeking.peek(experiments=chosen.experiments // len(rates), rate=rate, seed=chosen.seed)
        harms = found.false_harms / found.experiments
        shares += [found.share, harms]
        winners, asked = winners + found.false_winners, asked + found.experiments
        print(
            f"{found.experiments:,} A/A experiments at {rate:.0%}, 100 looks: false winners {found.share:.2%}"
            f" (z test at each look {found.naive_winners / found.experiments:.1%}), false harms {harms:.2%},"
            f" false mismatches {found.false_mismatches / found.experiments:.2%}"
        )
    print(f"{winners:,} false winners in all {asked:,}: {winners / asked:.2%}")
    return int(max(shares) > 0.05)


def _coverage(chosen: argparse.Namespace) -> int:
    """Share of intervals that hold the truth; 93 to 97 % or 1."""
    within = chosen.window_hours * HOUR
    found = {
        "Wilson, n 20, p 0.9": coverage.of_wilson(n=20, p=0.9, runs=chosen.runs, seed=chosen.seed),
        "Wilson, n 200, p 0.33": coverage.of_wilson(n=200, p=0.33, runs=chosen.runs, seed=chosen.seed),
        "Newcombe, 80 and 60": coverage.of_newcombe(
            n=80, p=0.6, other_n=60, other_p=0.45, runs=chosen.runs, seed=chosen.seed
        ),
        "incidence, 150 sessions": coverage.of_incidence(
            sessions=150, within=within, runs=chosen.runs, seed=chosen.seed
        ),
        "incidence, 40 sessions": coverage.of_incidence(
            sessions=40, within=within, runs=chosen.runs, seed=chosen.seed
        ),
    }
    for name, share in found.items():
        print(f"{name:26} {share:.1%} of {chosen.runs:,} runs")
    return int(any(not 0.93 <= share <= 0.97 for share in found.values()))


def _draw(chosen: argparse.Namespace) -> int:
    """One JSON object for each life, times in UTC."""
    world = World()
    for life in lives.draw(world, sessions=chosen.sessions, seed=chosen.seed):
        times = {name: moment.isoformat() for name, moment in life.stage_times(world).items()}
        print(
            json.dumps(
                {
                    "session_id": str(life.session_id),
                    "language": life.language,
                    "device": life.device,
                    "variant": life.variant,
                    "stages": times,
                    "left_after_seconds": life.left,
                    "cancelled": life.cancelled,
                }
            )
        )
    return 0


def _demo(_: argparse.Namespace) -> int:
    """The lives of the demo tenant, as apps/onboarding/demo_sessions.csv holds them."""
    demo_lives.write(sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
