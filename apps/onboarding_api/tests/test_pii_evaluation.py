"""The evaluation of redaction: what already holds must go on holding, and the evaluation itself tells the truth.

`scripts/bench pii` prints the whole; here is what is quick.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from random import Random

import phonenumbers
import pytest

from apps.onboarding_api.services.pii_integration.engine import checksums
from scripts.benches.results import Row
from scripts.pii_evaluation import __main__ as listing
from scripts.pii_evaluation import (
    corpus,
    disguises,
    evaluation,
    fillers,
    hostile,
    makers,
    metrics,
    scratch,
    speech,
    tables,
    written,
)
from scripts.pii_evaluation.examples import Example, Value
from scripts.pii_evaluation.inprocess import find
from scripts.pii_evaluation.templates import LANGUAGES
from scripts.pii_evaluation.wording import words

SLICE = 2_560
"""Of the 10,000 disguised values, all kinds and disguises alike."""

FOUND_WHOLE = words("PLATE SSN PAN AADHAAR IBAN IP URL SECRET")
"""Kinds of which the conversation leaks none; where one stands, nothing else is taken for it."""


# what the engine must keep


@pytest.mark.parametrize("policy", ["balanced", "strict"])
def test_no_development_text_leaks(policy) -> None:
    texts = evaluation.development("adversarial.jsonl")
    scores = metrics.score(texts, [find(example, policy) for example in texts])
    assert (scores.leak_free, scores.texts) == (130, 130)


def test_development_negatives_stay_untouched() -> None:
    texts = evaluation.development("hard_negatives.jsonl")
    assert len(texts) == 144
    assert metrics.untouched([find(example) for example in texts]) >= 143


@pytest.mark.parametrize("policy", ["balanced", "strict"])
@pytest.mark.parametrize("kind", sorted(disguises.KINDS))
def test_no_value_can_be_read_in_any_disguise(kind, policy) -> None:
    cases = [case for case in disguises.cases(SLICE) if case.kind == kind]
    assert len(cases) >= SLICE // len(disguises.KINDS)
    leaks = [case.example.text for case in cases if disguises.is_readable(case, find(case.example, policy))]
    assert leaks == []


def test_kinds_with_a_shape_are_found_whole_in_conversation() -> None:
    texts = [one for one in corpus.conversation() if any(value.kind in FOUND_WHOLE for value in one.values)]
    by_kind = metrics.score(texts, [find(example) for example in texts]).by_kind
    for kind in FOUND_WHOLE:
        tally = by_kind[kind]
        assert tally.values >= 20
        assert (tally.covered, tally.right) == (tally.values, tally.spans), kind


# what the evaluation promises


def test_the_corpora_are_as_large_as_they_say_and_cover_every_language() -> None:
    assert len(corpus.conversation()) >= 1_500
    assert len(corpus.negatives()) >= 600
    for texts in (
        corpus.conversation(),
        corpus.negatives(),
        corpus.field()[0],
        corpus.held()[0],
        corpus.earlier()[0],
    ):
        assert {example.language for example in texts} == set(LANGUAGES)
    assert {example.noise for example in corpus.conversation()} >= {
        "none",
        "lower",
        "typo",
        "scan",
        "hesitant",
    }
    fillers.check_lists()


def test_values_stand_where_they_are_said_to_and_negatives_have_none() -> None:
    for example in (*corpus.conversation(), *corpus.field()[0], *corpus.held()[0], *corpus.earlier()[0]):
        assert example.values, example.text
        position = 0
        for value in example.values:
            assert position <= value.start < value.end <= len(example.text)
            piece = example.text[value.start : value.end]
            assert piece == piece.strip(), example.text
            position = value.end
    assert all(
        not example.values
        for example in (
            *corpus.negatives(),
            *corpus.field()[1],
            *corpus.held()[1],
            *corpus.earlier()[1],
        )
    )


def test_the_same_cases_come_on_every_run() -> None:
    first = disguises.cases(200)
    corpora = corpus.conversation(), corpus.earlier()
    disguises.cases.cache_clear()
    corpus.conversation.cache_clear()
    corpus.earlier.cache_clear()
    assert disguises.cases(200) == first
    assert (corpus.conversation(), corpus.earlier()) == corpora
    assert disguises.cases(400)[:200] == first


def test_folds_keep_families_whole_over_all_languages() -> None:
    parts = corpus.folds(corpus.conversation(), 5)
    families = [{example.family.partition("/")[2] for example in part} for part in parts]
    assert all(families)
    assert sum(map(len, families)) == len(set().union(*families))
    assert sum(map(len, parts)) == len(corpus.conversation())


@pytest.mark.parametrize("part", ["earlier", "held"])
def test_the_parts_for_judging_share_no_text_and_no_name_with_the_rest(part) -> None:
    told = {
        example.text
        for texts in (corpus.conversation(), corpus.negatives(), *corpus.field())
        for example in texts
    }
    assert told.isdisjoint(example.text for texts in getattr(corpus, part)() for example in texts)
    for language in LANGUAGES:
        for key in ("first", "last"):
            own = set(fillers.with_names(part, language)[key])
            assert own.isdisjoint(fillers.lists(language)[key])
            assert own.isdisjoint(fillers.with_names("field", language)[key])


@pytest.mark.parametrize("part", ["held", "sealed", "blind"])
def test_listing_a_part_for_judging_shows_totals_only(capsys, part) -> None:
    listing.main([part])
    shown = capsys.readouterr().out
    assert re.search(r"leak-free \d+ of \d+", shown)
    assert all(re.search(rf"^  {language} +leak-free \d+ of \d+$", shown, re.M) for language in LANGUAGES)
    parts: corpus.Parts = corpus.held() if part == "held" else written.cases(part)
    texts = [example.text for examples in parts for example in examples]
    assert not any(text in shown for text in texts)
    values = {example.text[value.start : value.end] for example in parts[0] for value in example.values}
    assert values.isdisjoint(shown.split())


def test_cases_written_one_by_one_say_where_their_values_stand() -> None:
    parts = {part: written.cases(part) for part in ("written", "sealed", "market", "blind")}
    for told, harmless in parts.values():
        assert len(told) >= 150
        assert len(harmless) >= 100
        assert all(example.values for example in told)
        assert not any(example.values for example in harmless)
        assert not any("[[" in example.text for example in (*told, *harmless))
    for part in ("market", "blind"):
        for examples in parts[part]:
            assert {example.language for example in examples} == set(LANGUAGES)


@pytest.mark.parametrize(("open_part", "judging"), [("written", "sealed"), ("market", "blind")])
def test_what_judges_shares_no_family_and_no_text_with_what_is_tuned_on(open_part, judging) -> None:
    for known, kept in zip(written.cases(open_part), written.cases(judging), strict=True):
        assert {example.text for example in known}.isdisjoint(example.text for example in kept)
    known, kept = written.cases(open_part)[0], written.cases(judging)[0]
    assert {example.family for example in known}.isdisjoint(example.family for example in kept)


def test_market_and_blind_share_no_name() -> None:
    known, kept = (_names_of(written.cases(part)[0]) for part in ("market", "blind"))
    assert len(known) >= 300 <= len(kept)
    assert known.isdisjoint(kept)


def _names_of(examples: Sequence[Example]) -> set[str]:
    """The words of all names, initials aside."""
    said = [
        example.text[value.start : value.end].casefold()
        for example in examples
        for value in example.values
        if value.kind == "NAME"
    ]
    return {word for name in said for word in re.split(r"[\s.,<-]+", name) if len(word) > 2}


def test_listing_shows_what_is_missed_by_family(capsys, monkeypatch) -> None:
    monkeypatch.setattr(listing, "find", lambda *_: [])
    listing.main(["conversation", "--language", "fr", "--show", "1"])
    shown = capsys.readouterr().out
    assert "leak-free 0 of" in shown
    assert "fr/team: " in shown
    assert "LEFT ['NAME:" in shown


# what is measured, and how


TEXT = "call Asha Rao on 98450 12345"
NAME, PHONE = Value("NAME", 5, 13), Value("PHONE", 17, 28)


def scored(*found: metrics.Found) -> metrics.Scores:
    return metrics.score([Example(TEXT, (NAME, PHONE))], [found])


def test_a_part_of_a_value_left_in_the_clear_is_a_leak() -> None:
    assert metrics.left_over(TEXT, PHONE, [(17, 26, "PHONE")]) == "45"
    assert scored((5, 13, "NAME"), (17, 26, "PHONE")).leak_free == 0
    assert scored((5, 13, "NAME"), (17, 28, "PHONE")).leak_free == 1
    assert scored((0, 28, "ADDRESS")).leak_free == 1


def test_recall_asks_for_the_kind_and_half_of_the_value() -> None:
    tally = scored((5, 9, "NAME"), (17, 20, "PHONE")).by_kind
    assert (tally["NAME"].recall, tally["NAME"].exact_recall) == (1.0, 0.0)
    assert (tally["PHONE"].recall, tally["PHONE"].precision) == (0.0, 0.0)
    assert scored((17, 28, "CARD")).by_kind["PHONE"].recall == 0.0


def test_f2_leans_to_recall() -> None:
    tally = metrics.Tally(values=10, hit=9, spans=15, right=9)
    assert tally.f2 == pytest.approx(5 * 0.6 * 0.9 / (4 * 0.6 + 0.9))
    assert metrics.Tally(values=10, hit=6, spans=6, right=6).f2 < tally.f2


def test_a_disguised_value_is_readable_untouched_and_not_when_covered() -> None:
    for case in disguises.cases(1_600):
        value = case.example.values[0]
        assert disguises.is_readable(case, [])
        assert not disguises.is_readable(case, [(value.start, value.end, "ANY")])
        half = (value.start + value.end) // 2
        assert disguises.is_readable(case, [(value.start, half, "ANY")])


def test_unicode_disguises_keep_the_value_legible() -> None:
    """Read back by the rules of Unicode alone: compatibility forms, digits, and what has no width of its own."""

    def legible(text: str) -> str:
        plain = unicodedata.normalize("NFKD", text)
        kept = (one for one in plain if unicodedata.category(one) not in ("Cf", "Mn"))
        return "".join(str(unicodedata.digit(one, one)) for one in kept)

    random = Random(5)
    for kind in disguises.KINDS:
        for name in ("wide", "zero_width", "soft_hyphen", "combining"):
            value = makers.MAKERS[kind](random)
            hidden = disguises.DISGUISES[name](disguises.Draw(kind, value, "en", random))
            assert hidden != value or name == "combining"
            assert legible(hidden) == value
    number = makers.card(random)
    assert legible(disguises.DISGUISES["digits"](disguises.Draw("CARD", number, "en", random))) == number


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_spoken_number_keeps_every_digit(language) -> None:
    said = speech.say_digits("+98 44007", language, Random(1), style="plain").split()
    assert said[0] == speech.speech(language).plus
    assert [speech.speech(language).digits.index(word) for word in said[1:]] == [9, 8, 4, 4, 0, 0, 7]


def test_repeats_are_said_as_people_say_them() -> None:
    random = Random(1)
    assert speech.say_digits("98440077", "en", random, style="repeats") == (
        "nine eight double four double zero double seven"
    )
    assert speech.say_digits("504", "en", random, style="oh") == "five oh four"
    assert speech.say_digits("984416", "en", random, style="pairs") == "ninety eight forty four sixteen"
    assert speech.say_address("asha.rao@gmx.de", "de", random) == "asha punkt rao ät gmx punkt de"


def test_made_up_values_have_right_check_digits() -> None:
    random = Random(3)
    for _ in range(60):
        assert checksums.luhn(makers.card(random).replace(" ", ""))
        assert checksums.verhoeff(makers.aadhaar(random).replace(" ", ""))
        assert checksums.iban(makers.iban(random).replace(" ", ""))
    for country in makers.COUNTRIES:
        number = makers.phone(random, country=country, style="e164")
        assert phonenumbers.is_valid_number(phonenumbers.parse(number)), number


# how the tables are made


def evaluated(*, leaked: int = 0) -> evaluation.Evaluation:
    share = evaluation.Share(good=98, of=100)
    scores = metrics.score([Example(TEXT, (NAME, PHONE))], [[(5, 13, "NAME"), (17, 28, "PHONE")]])
    return evaluation.Evaluation(
        development=share,
        development_negatives=share,
        conversation=scores,
        market=scores,
        market_negatives=share,
        home=share,
        names={"en": scores.by_kind["NAME"]},
        negatives=share,
        unseen=scores,
        unseen_negatives=share,
        unseen_languages={"en": share},
        disguised=Counter(PHONE=1_000),
        leaked=Counter(PHONE=leaked),
        leaked_by_disguise=Counter(),
    )


def rows(ours: evaluation.Evaluation, peer: evaluation.Evaluation | None) -> dict[str, Row]:
    return {row.measure: row for row in tables.overview(ours, peer, beside="beside X")}


def test_a_single_readable_value_misses_the_aim() -> None:
    assert (
        rows(evaluated(leaked=1), evaluated(leaked=50))["disguised values still readable, beside X"].met
        is False
    )
    row = rows(evaluated(), evaluated(leaked=50))["disguised values still readable, beside X"]
    assert (row.ours, row.other, row.met) == (0.0, 5.0, True)


def test_shares_are_compared_with_the_peer_and_with_the_aim() -> None:
    found = rows(evaluated(), evaluated())
    assert found["negatives untouched, beside X"].met is True
    assert found["development texts without a leak, beside X"].met is False
    assert found["unseen conversation without a leak, beside X"].ratio == 1.0


def test_the_unseen_parts_are_told_by_language_and_kind() -> None:
    found = {row.measure: row for row in tables.unseen(evaluated(), evaluated())}
    assert set(found) == {"unseen en without a leak", "unseen PHONE recall"}
    assert (found["unseen en without a leak"].ours, found["unseen PHONE recall"].other) == (98.0, 100.0)
    assert all(row.other is None for row in tables.unseen(evaluated(), None, policy="strict"))


def test_a_missing_peer_leaves_its_column_empty() -> None:
    assert all(row.other is None for row in rows(evaluated(), None).values())


def test_an_environment_that_cannot_be_built_is_none(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(scratch, "WANTED", "--no-index this-is-no-requirement")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-such-python"))
    assert scratch.install(tmp_path / "environment") is None


def test_hostile_texts_are_long_and_ordinary_ones_as_long_as_asked() -> None:
    assert {len(example.text) for example in hostile.hostile()} == {hostile.HOSTILE_SIZE}
    assert {len(example.text) for example in hostile.ordinary(500, 5, language="en")} == {500}


def test_a_child_answers_for_the_engine_in_a_process_of_its_own() -> None:
    from scripts.pii_evaluation.child import Child  # starts a process; the other tests need none

    texts = [Example(TEXT), Example("the lift is fine")]
    with Child("engine_child") as child:
        answer = child.ask(texts)
        strict = child.ask(texts, policy="strict")
    assert answer.found == [find(example) for example in texts]
    assert strict.found == [find(example, "strict") for example in texts]
    assert (17, 28, "PHONE") in answer.found[0]
    assert all(seconds > 0 for seconds in answer.seconds)
    assert 0 < child.megabytes < 500


def test_values_of_every_kind_appear_in_disguise() -> None:
    seen = defaultdict(set)
    for case in disguises.cases(SLICE):
        seen[case.kind].add(case.disguise)
    assert set(seen) == set(disguises.KINDS)
    assert all(len(names) >= 5 for names in seen.values())
