"""Evaluations as rows for scripts/bench: ours beside one peer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from scripts.benches.results import Row
from scripts.pii_evaluation.evaluation import Evaluation, Share
from scripts.pii_evaluation.metrics import Scores, Tally
from scripts.pii_evaluation.timing import Speed, Worst

AIM_NEGATIVES = 98.0
AIM_LEAK_FREE = {"balanced": 95.0, "strict": 99.0}
AIM_NAME = 90.0


def overview(
    ours: Evaluation, peer: Evaluation | None, *, policy: str = "balanced", beside: str
) -> Iterator[Row]:
    """Leak-free texts, untouched negatives and disguised values that can still be read."""

    def row(measure: str, read: Callable[[Evaluation], Share], **aim: Any) -> Row:
        return _percent(f"{measure}, {beside}", read(ours), read(peer) if peer else None, **aim)

    least = AIM_LEAK_FREE[policy]
    judged = {"aim": f">= {least:.0f} %"}
    yield row("development texts without a leak", lambda one: one.development, aim="100 %", least=100)
    yield row("conversation without a leak", lambda one: _leak_free(one.conversation), **judged, least=least)
    yield row("the same, English, numbers and addresses only", lambda one: one.home)
    yield row("market texts without a leak", lambda one: _leak_free(one.market), **judged, least=least)
    yield row("unseen conversation without a leak", lambda one: _leak_free(one.unseen), **judged, least=least)
    if policy == "balanced":
        spared = {"aim": f">= {AIM_NEGATIVES:.0f} %", "least": AIM_NEGATIVES}
        yield row(
            "development negatives untouched", lambda one: one.development_negatives, aim=">= 99 %", least=99
        )
        yield row("negatives untouched", lambda one: one.negatives, **spared)
        yield row("market negatives untouched", lambda one: one.market_negatives, **spared)
        yield row("unseen negatives untouched", lambda one: one.unseen_negatives, **spared)
    else:
        yield row("negatives untouched", lambda one: one.negatives)
        yield row("market negatives untouched", lambda one: one.market_negatives)
    yield _readable(
        f"disguised values still readable, {beside}",
        Share(good=ours.leaked.total(), of=ours.disguised.total()),
        Share(good=peer.leaked.total(), of=peer.disguised.total()) if peer else None,
    )


def disguised(ours: Evaluation, peer: Evaluation) -> Iterator[Row]:
    """What can still be read, kind by kind."""
    for kind, count in sorted(ours.disguised.items()):
        yield _readable(
            f"disguised {kind} still readable",
            Share(good=ours.leaked[kind], of=count),
            Share(good=peer.leaked[kind], of=peer.disguised[kind]),
        )


def _readable(measure: str, ours: Share, other: Share | None) -> Row:
    """Met by not one: a small share of leaks is still leaks."""
    return _percent(measure, ours, other, aim="none", met=not ours.good)


def kinds(ours: Evaluation, peer: Evaluation) -> Iterator[Row]:
    """Recall, precision and F2 of each kind over the conversation."""
    for kind, tally in sorted(ours.conversation.by_kind.items()):
        other = peer.conversation.by_kind[kind]
        if tally.values:
            yield _figure(f"{kind} recall", tally.recall, other.recall, tally.values)
            if tally.spans:
                yield _figure(f"{kind} precision", tally.precision, _precision(other), tally.spans)
            yield _figure(f"{kind} F2", tally.f2, other.f2, tally.values)
    mine, theirs = ours.conversation.total, peer.conversation.total
    yield _figure("all kinds, recall with exact borders", mine.exact_recall, theirs.exact_recall, mine.values)


def unseen(ours: Evaluation, peer: Evaluation | None, *, policy: str = "") -> Iterator[Row]:
    """The parts that nobody tunes on, language by language and kind by kind. Names have rows of their own."""
    after = f", {policy}" if policy else ""
    for language, share in ours.unseen_languages.items():
        other = peer.unseen_languages[language] if peer else None
        yield _percent(f"unseen {language} without a leak{after}", share, other)
    for kind, tally in sorted(ours.unseen.by_kind.items()):
        if tally.values and kind != "NAME":
            theirs = peer.unseen.by_kind[kind].recall if peer else None
            yield _figure(f"unseen {kind} recall{after}", tally.recall, theirs, tally.values)


def recalls(ours: Evaluation, peer: Evaluation, *, beside: str) -> Iterator[Row]:
    """Recall of the kinds that the peer looks for at all."""
    for kind, other in sorted(peer.conversation.by_kind.items()):
        tally = ours.conversation.by_kind[kind]
        if other.spans and tally.values:
            yield _figure(f"{kind} recall, {beside}", tally.recall, other.recall, tally.values)


def names(ours: Evaluation, peer: Evaluation | None, *, policy: str = "") -> Iterator[Row]:
    """Names language by language, and over the unseen part."""
    after = f", {policy}" if policy else ""
    for language, tally in ours.names.items():
        yield from _name(f"NAME {language}", after, tally, peer.names[language] if peer else None)
    unseen = peer.unseen.by_kind["NAME"] if peer else None
    yield from _name("NAME unseen", after, ours.unseen.by_kind["NAME"], unseen)


def _name(label: str, after: str, tally: Tally, other: Tally | None) -> Iterator[Row]:
    for figure, ours, theirs in (
        ("recall", tally.recall, other.recall if other else None),
        ("precision", tally.precision, _precision(other) if other else None),
    ):
        # The aim is one for the balanced policy: the strict one takes words in doubt on purpose.
        aim = {} if after else {"aim": f">= {AIM_NAME:.0f} %", "met": 100 * ours >= AIM_NAME}
        yield _figure(f"{label} {figure}{after}", ours, theirs, tally.values, **aim)


def speeds(ours: Speed, peer: Speed, *, beside: str, samples: int, judged: bool = True) -> Iterator[Row]:
    for label, name, aim in (
        ("English, p50", "english_p50", 1.0),
        ("English, p99", "english_p99", 3.0),
        ("all languages, p50", "mixed_p50", 1.0),
        ("all languages, p99", "mixed_p99", 3.0),
    ):
        taken = getattr(ours, name)
        yield Row(
            measure=f"500 characters, {label}, {beside}",
            ours=taken,
            other=getattr(peer, name),
            unit="ms",
            samples=samples,
            aim=f"<= {aim:.0f} ms" if judged else "",
            met=taken <= aim if judged else None,
        )


def worst(ours: Worst, peer: Worst | None, *, beside: str, aim: float = 0.3) -> Row:
    """`peer` was tried on some of the texts only; where it was given up on, its figure is a lower bound."""
    slow = [name for name, one in (("ours", ours), ("the peer", peer)) if one and one.gave_up]
    note = f", {' and '.join(slow)} given up on" if slow else ""
    return Row(
        measure=f"worst hostile text of 50,000 characters ({ours.piece!r}), {beside}{note}",
        ours=ours.seconds,
        other=peer.seconds if peer else None,
        unit="s",
        samples=ours.tried,
        aim=f"< {aim} s",
        met=ours.seconds < aim and not ours.gave_up,
    )


def _leak_free(scores: Scores) -> Share:
    return Share(good=scores.leak_free, of=scores.texts)


def _precision(tally: Tally) -> float | None:
    """None where nothing was found: there is nothing to be right about."""
    return tally.precision if tally.spans else None


def _percent(
    measure: str,
    ours: Share,
    other: Share | None,
    *,
    aim: str = "",
    least: float | None = None,
    met: bool | None = None,
) -> Row:
    return Row(
        measure=measure,
        ours=ours.percent,
        other=other.percent if other else None,
        unit="%",
        samples=ours.of,
        aim=aim,
        met=met if least is None else ours.percent >= least,
    )


def _figure(measure: str, ours: float, other: float | None, samples: int, **aim: Any) -> Row:
    return Row(
        measure=measure,
        ours=100 * ours,
        other=None if other is None else 100 * other,
        unit="%",
        samples=samples,
        **aim,
    )
