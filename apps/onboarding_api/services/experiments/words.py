"""The result in plain words: sentences for people who read no p-values. Figures are those of `results`."""

from __future__ import annotations

from django.conf import settings

from apps.onboarding_api.services.experiments import guards
from apps.onboarding_api.services.experiments.results import Compared, Result, rate_of
from apps.onboarding_api.services.statistics.experiments.sequences import LEAST_UNITS
from apps.onboarding_api.services.statistics.experiments.stopping import Verdict

_DOES = {
    "engaged": "gets a first answer",
    "recommendations_generated": "reaches a proposal",
    "approval_decision": "reaches a decision",
    "completed": "completes",
}


def of(result: Result) -> list[str]:
    """What is known, how surely, and what may be done now; the most important first."""
    if result.verdict is Verdict.INVALID:
        return [_mismatch(result), _how_many(result)]
    guarded = (_guarded(one) for one in result.compared)
    return [
        *(_about(result, one) for one in result.compared),
        *(said for said in guarded if said),
        _advice(result),
        _how_many(result),
    ]


def _mismatch(result: Result) -> str:
    if result.ratio.strays:
        return (
            f"{result.ratio.strays} were exposed in an arm that nobody was to be put into. "
            "Stop, find out why, and believe none of these figures."
        )
    shares = ", ".join(f"{name} {arm.exposed:,}" for name, arm in result.arms.items())
    return (
        f"The arms did not get their shares ({shares}). Something loses people on the way into one of them. "
        "Stop, find out why, and believe none of these figures."
    )


def _about(result: Result, one: Compared) -> str:
    metric = result.experiment.primary_metric
    found, does = one.metrics[metric], _DOES[metric]
    if one.verdict is Verdict.HARM:
        return _harm(one)
    if found.difference is None:
        return (
            f"Nothing can be said of {one.arm} yet: nobody whose window has passed was counted in both arms."
        )
    if found.interval is None:
        return (
            f"It is too early to say anything of {one.arm}: "
            f"at least {LEAST_UNITS} counted in each arm are needed, and some who did and who did not."
        )
    figures = (
        f"{points(found.difference)}, between {points(found.interval.low, bare=True)} "
        f"and {points(found.interval.high, bare=True)}"
    )
    if one.verdict is Verdict.WINNER or found.interval.low > 0:
        return f"{one.arm} {does} more often: {figures}."
    if one.verdict is Verdict.LOSER or found.interval.high < 0:
        return f"{one.arm} {does} less often: {figures}."
    if one.verdict is Verdict.EQUIVALENT:
        return f"{one.arm} and {result.experiment.control} differ by nothing that would matter: {figures}."
    return f"Whether {one.arm} {does} more or less often is not known yet: {figures}."


def _harm(one: Compared) -> str:
    broken = next(guard for guard in one.guardrails if guard.is_harmful)
    what = guards.GUARDS[broken.name]
    if what.is_share:
        return (
            f"{one.arm} does harm: {what.meaning}, worse by {points(broken.worsening or 0.0, bare=True)} points, "
            f"at least {points(broken.at_least or 0.0, bare=True)}."
        )
    return (
        f"{one.arm} does harm: {what.meaning}, worse by {broken.worsening or 0.0:.2f} {_unit(broken.name)}, "
        f"at least {broken.at_least or 0.0:.2f}."
    )


def _guarded(one: Compared) -> str:
    """What the guardrails say where none is broken; nothing where there are none, or nobody is known of."""
    if one.verdict is Verdict.HARM:
        return ""
    told = [
        f"{guard.name} {_worse(guard.name, guard.worsening)}"
        for guard in one.guardrails
        if guard.worsening is not None
    ]
    return (
        f"What must not get worse in {one.arm}: {', '.join(told)}. None of it is sure to be more than is borne."
        if told
        else ""
    )


def _worse(name: str, worsening: float) -> str:
    if guards.GUARDS[name].is_share:
        size, shown = f"{abs(100 * worsening):.1f}", "points"
    else:
        size, shown = f"{abs(worsening):.2f}", _unit(name)
    if not float(size):
        return "as before"
    return f"{size} {shown} {'worse' if worsening > 0 else 'better'}"


def _unit(name: str) -> str:
    return f"{settings.LLM_PRICES.currency} a session" if name == "cost" else guards.GUARDS[name].unit


def _advice(result: Result) -> str:
    if result.experiment.state == result.experiment.State.ROLLED_OUT:
        return f"It has ended, and {result.experiment.rolled_out_arm} is what new sessions start with."
    running = result.experiment.state == result.experiment.State.RUNNING
    short = result.experiment.minimum_units - result.counted
    said = {
        Verdict.HARM: "It stops by itself; everybody new gets what they got before.",
        Verdict.LOSER: "It stops by itself; everybody new gets what they got before.",
        Verdict.WINNER: f"You may stop now, and roll {result.arm} out.",
        Verdict.EQUIVALENT: "You may stop now, and keep whichever you like.",
        Verdict.OUT_OF_UNITS: "As many as were planned have been counted, and there is no answer. You may stop.",
    }
    if not running:
        return f"It does not run: it is {result.experiment.get_state_display().lower()}."
    if result.verdict in said:
        return said[result.verdict]
    return f"Go on: {short:,} more are needed before anybody can win." if short > 0 else "Go on."


def _how_many(result: Result) -> str:
    waiting = result.exposed - result.counted
    hours = result.experiment.window_hours
    share = f" ({waiting / result.exposed:.0%})" if result.exposed else ""
    open_now = sum(arm.still_open for arm in result.arms.values())
    rates = [
        f"{name} {rate:.1%}"
        for name, arm in result.arms.items()
        if (rate := rate_of(arm, result.experiment.primary_metric, level=result.level)[0]) is not None
    ]
    return (
        f"{result.exposed:,} have met the difference. {result.counted:,} are counted"
        f"{': ' + ', '.join(rates) if rates else ''}. {waiting:,}{share} are not, since their {hours} hours are not "
        f"over; {open_now:,} of them are still open."
    )


def points(share: float, *, bare: bool = False) -> str:
    """A difference of shares in percentage points, with its sign: +3.1 points."""
    return f"{100 * share:+.1f}{'' if bare else ' points'}"
