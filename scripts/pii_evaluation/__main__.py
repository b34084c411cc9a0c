"""python -m scripts.pii_evaluation: what the engine misses and what it takes wrongly, for those who work on it.

The parts that nobody tunes on are shown as totals only. `--fold 2/5` looks at the template families of that fifth
alone: tune on the other four (`--without 2/5`), then judge by it.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence

from scripts.pii_evaluation import corpus, disguises, metrics, written
from scripts.pii_evaluation.evaluation import leak_free_by_language
from scripts.pii_evaluation.examples import Example
from scripts.pii_evaluation.inprocess import find

PARTS = (
    "conversation",
    "negatives",
    "disguises",
    "field",
    "written",
    "market",
    "earlier",
    "held",
    "sealed",
    "blind",
)


def main(arguments: Sequence[str]) -> int:
    """0, whatever is found: this tells, it does not judge."""
    chosen = parse(arguments)
    parts: dict[str, Callable[[], None]] = {
        "conversation": lambda: conversation(chosen),
        "negatives": lambda: negatives(chosen),
        "disguises": lambda: hidden(chosen),
        "field": lambda: in_full(corpus.field(), chosen),
        "written": lambda: in_full(written.cases("written"), chosen),
        "market": lambda: in_full(written.cases("market"), chosen),
        "earlier": lambda: in_full(corpus.earlier(), chosen),
        "held": lambda: totals(corpus.held(), chosen),
        "sealed": lambda: totals(written.cases("sealed"), chosen),
        "blind": lambda: totals(written.cases("blind"), chosen),
    }
    for name in chosen.parts or parts:
        print(f"\n# {name}")
        parts[name]()
    return 0


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.pii_evaluation", description=__doc__.split("\n")[0]
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)} (all)")
    parser.add_argument("--policy", choices=("balanced", "strict"), default="balanced")
    parser.add_argument("--language", help="only this one")
    parser.add_argument("--kind", help="only values of this kind")
    parser.add_argument("--fold", type=_fold, help="K/N: only the template families of that part")
    parser.add_argument("--without", type=_fold, help="K/N: all but the template families of that part")
    parser.add_argument("--show", type=int, default=3, help="texts per family (3)")
    parser.add_argument("--values", type=int, default=10_000, help="how many disguised values (10000)")
    chosen = parser.parse_args(arguments)
    unknown = set(chosen.parts) - set(PARTS)
    if unknown:
        parser.error(f"no part named {', '.join(sorted(unknown))}")
    return chosen


def _fold(text: str) -> tuple[int, int]:
    number, count = map(int, text.split("/"))
    if not 1 <= number <= count:
        raise argparse.ArgumentTypeError(f"{text} is no part of {count}")
    return number, count


def _chosen(examples: Sequence[Example], chosen: argparse.Namespace) -> list[Example]:
    if chosen.fold:
        number, count = chosen.fold
        examples = corpus.folds(examples, count)[number - 1]
    if chosen.without:
        number, count = chosen.without
        parts = corpus.folds(examples, count)
        examples = [example for at, part in enumerate(parts) if at != number - 1 for example in part]
    return [example for example in examples if chosen.language in (None, example.language)]


def conversation(chosen: argparse.Namespace) -> None:
    _told(_chosen(corpus.conversation(), chosen), chosen)


def negatives(chosen: argparse.Namespace) -> None:
    _harmless(_chosen(corpus.negatives(), chosen), chosen)


def in_full(parts: corpus.Parts, chosen: argparse.Namespace) -> None:
    """A part to tune on: what is missed, and what is wrongly taken."""
    told, harmless = parts
    _told(_chosen(told, chosen), chosen)
    _harmless(_chosen(harmless, chosen), chosen)


def _told(examples: Sequence[Example], chosen: argparse.Namespace) -> None:
    """Totals, and the texts with a leak or a stranger by family."""
    found = [find(example, chosen.policy) for example in examples]
    _totals(metrics.score(examples, found))
    shown: Counter[str] = Counter()
    families: dict[str, list[str]] = defaultdict(list)
    for example, spans in zip(examples, found, strict=True):
        left = [
            f"{value.kind}:{example.text[value.start : value.end]}"
            for value in example.values
            if chosen.kind in (None, value.kind) and metrics.leaks(example.text, value, spans)
        ]
        strangers = [
            f"{kind}:{example.text[start:end]}"
            for start, end, kind in spans
            if not any(start < value.end and value.start < end for value in example.values)
        ]
        if left or (strangers and not chosen.kind):
            shown[example.family] += 1
            families[example.family].append(f"    {example.text!r} LEFT {left} STRANGERS {strangers}")
    for family, count in shown.most_common():
        print(f"  {family}: {count}")
        print("\n".join(families[family][: chosen.show]))


def _harmless(examples: Sequence[Example], chosen: argparse.Namespace) -> None:
    found = [find(example, chosen.policy) for example in examples]
    print(f"  untouched {metrics.untouched(found)} of {len(examples)}")
    families: dict[str, list[str]] = defaultdict(list)
    for example, spans in zip(examples, found, strict=True):
        if spans:
            taken = [f"{kind}:{example.text[start:end]}" for start, end, kind in spans]
            families[example.family].append(f"    {example.text!r} TAKEN {taken}")
    for family, lines in sorted(families.items(), key=lambda pair: -len(pair[1])):
        print(f"  {family}: {len(lines)}")
        print("\n".join(lines[: chosen.show]))


def hidden(chosen: argparse.Namespace) -> None:
    """The generative set: leaks by kind and disguise."""
    cases = [case for case in disguises.cases(chosen.values) if chosen.kind in (None, case.kind)]
    leaks: dict[tuple[str, str], list[str]] = defaultdict(list)
    for case in cases:
        spans = find(case.example, chosen.policy)
        if disguises.is_readable(case, spans):
            value = case.example.values[0]
            leaks[case.kind, case.disguise].append(
                f"    {case.example.text!r} VALUE {case.example.text[value.start : value.end]!r} FOUND {spans}"
            )
    print(f"  {sum(map(len, leaks.values()))} leaks of {len(cases)}")
    for (kind, disguise), lines in sorted(leaks.items(), key=lambda pair: -len(pair[1])):
        print(f"  {kind} {disguise}: {len(lines)}")
        print("\n".join(lines[: chosen.show]))


def totals(parts: corpus.Parts, chosen: argparse.Namespace) -> None:
    """Of a part nobody tunes on, with the languages. The texts stay unseen."""
    told, harmless = parts
    found = [find(example, chosen.policy) for example in told]
    _totals(metrics.score(told, found))
    for language, share in leak_free_by_language(told, found).items():
        print(f"  {language:<9} leak-free {share.good} of {share.of}")
    taken = [find(example, chosen.policy) for example in harmless]
    print(f"  untouched {metrics.untouched(taken)} of {len(harmless)}")


def _totals(scores: metrics.Scores) -> None:
    print(f"  leak-free {scores.leak_free} of {scores.texts} ({scores.leak_free_share:.3f})")
    for kind, tally in sorted(scores.by_kind.items()):
        print(
            f"  {kind:<9} n {tally.values:<5} recall {tally.recall:.3f} exact {tally.exact_recall:.3f} "
            f"precision {tally.precision:.3f} F2 {tally.f2:.3f}"
        )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
