"""Everything that is asked of one detector, under one policy."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from scripts.pii_evaluation import corpus, disguises, metrics, written
from scripts.pii_evaluation.child import Child
from scripts.pii_evaluation.examples import Example, Value
from scripts.pii_evaluation.metrics import Found, Scores, Tally
from scripts.pii_evaluation.templates import LANGUAGES
from scripts.supervisor.layout import ROOT

DEVELOPMENT = ROOT / "apps" / "onboarding_api" / "tests" / "data" / "pii"
DISGUISED = 10_000
HOME_KINDS = frozenset({"EMAIL", "PHONE", "CARD", "SSN", "IP", "IBAN"})
"""What every detector claims to find, without a language model."""
_KIND = {"CC": "CARD"}


@dataclass(frozen=True, kw_only=True)
class Share:
    """`good` of `of`."""

    good: int
    of: int

    @property
    def percent(self) -> float:
        return 100 * self.good / self.of


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """What one detector did. Disguised values are counted where they can still be read, by kind.

    `market`: cases of another hand, to tune on. `unseen`: the parts that nobody tunes on, `held`, `sealed` and `blind`.
    `home`: English conversation, only the values of `HOME_KINDS`: the ground that the peers are made for.
    """

    development: Share
    development_negatives: Share
    conversation: Scores
    market: Scores
    market_negatives: Share
    home: Share
    names: dict[str, Tally]
    negatives: Share
    unseen: Scores
    unseen_negatives: Share
    unseen_languages: dict[str, Share]
    disguised: Counter[str]
    leaked: Counter[str]
    leaked_by_disguise: Counter[str]


def evaluate(child: Child, *, policy: str = "balanced", disguised: int = DISGUISED) -> Evaluation:
    """Ask the child about every corpus. Takes from seconds to a minute, by the detector."""
    parts = (corpus.held(), written.cases("sealed"), written.cases("blind"))
    told = tuple(example for part in parts for example in part[0])
    harmless = tuple(example for part in parts for example in part[1])
    unseen = child.ask(told, policy=policy).found
    conversation = corpus.conversation()
    market, quiet = written.cases("market")
    found = child.ask(conversation, policy=policy).found
    cases = disguises.cases(disguised)
    hidden = child.ask([case.example for case in cases], policy=policy).found
    read = [case for case, spans in zip(cases, hidden, strict=True) if disguises.is_readable(case, spans)]
    adversarial = development("adversarial.jsonl")
    scores = metrics.score(adversarial, child.ask(adversarial, policy=policy).found)
    return Evaluation(
        development=Share(good=scores.leak_free, of=scores.texts),
        development_negatives=_untouched(child, development("hard_negatives.jsonl"), policy),
        conversation=metrics.score(conversation, found),
        market=metrics.score(market, child.ask(market, policy=policy).found),
        market_negatives=_untouched(child, quiet, policy),
        home=_at_home(conversation, found),
        names={language: _names(conversation, found, language) for language in LANGUAGES},
        negatives=_untouched(child, corpus.negatives(), policy),
        unseen=metrics.score(told, unseen),
        unseen_negatives=_untouched(child, harmless, policy),
        unseen_languages=leak_free_by_language(told, unseen),
        disguised=Counter(case.kind for case in cases),
        leaked=Counter(case.kind for case in read),
        leaked_by_disguise=Counter(case.disguise for case in read),
    )


@cache
def development(name: str) -> tuple[Example, ...]:
    """One of the development sets."""
    rows = (json.loads(line) for line in (DEVELOPMENT / name).read_text(encoding="utf-8").splitlines())
    return tuple(
        Example(
            row["text"],
            tuple(
                Value(_KIND.get(one["type"], one["type"]), one["start"], one["end"]) for one in row["spans"]
            ),
        )
        for row in rows
    )


def leak_free_by_language(examples: Sequence[Example], found: Sequence[Sequence[Found]]) -> dict[str, Share]:
    """How many texts of each language keep every value covered."""
    shares = {}
    for language in LANGUAGES:
        scores = _of_language(examples, found, language)
        shares[language] = Share(good=scores.leak_free, of=scores.texts)
    return shares


def _untouched(child: Child, examples: Sequence[Example], policy: str) -> Share:
    found = child.ask(examples, policy=policy).found
    return Share(good=metrics.untouched(found), of=len(examples))


def _at_home(examples: Sequence[Example], found: Sequence[Sequence[Found]]) -> Share:
    good = of = 0
    for example, spans in zip(examples, found, strict=True):
        values = [value for value in example.values if value.kind in HOME_KINDS]
        if example.language == "en" and values:
            of += 1
            good += not any(metrics.leaks(example.text, value, spans) for value in values)
    return Share(good=good, of=of)


def _names(examples: Sequence[Example], found: Sequence[Sequence[Found]], language: str) -> Tally:
    return _of_language(examples, found, language).by_kind["NAME"]


def _of_language(
    examples: Sequence[Example], found: Sequence[Sequence[Found]], language: str
) -> metrics.Scores:
    pairs = [pair for pair in zip(examples, found, strict=True) if pair[0].language == language]
    return metrics.score([one for one, _ in pairs], [spans for _, spans in pairs])
