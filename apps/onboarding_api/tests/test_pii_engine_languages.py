"""What the engine finds and leaves alone in six languages, in sentences nobody made a rule from.

`data/pii/fresh/<language>.txt` holds facility talk with its values marked. A third of the lines, by checksum, is held
out: it is looked at as totals only, never line by line, so that it goes on telling something about unseen text.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from pathlib import Path

import pytest

from apps.onboarding_api.services.pii_integration.engine import Policy, find

DATA = Path(__file__).parent / "data" / "pii" / "fresh"
LANGUAGES = ("ar", "de", "en", "es", "fr", "hi")
MARK = re.compile(r"\[\[([A-Z]+):(.*?)\]\]")


def marked(line: str) -> tuple[str, list[tuple[str, int, int]]]:
    """The text without marks, and where its values stand."""
    text, values, position = "", [], 0
    for match in MARK.finditer(line):
        text += line[position : match.start()]
        values.append((match[1], len(text), len(text) + len(match[2])))
        text += match[2]
        position = match.end()
    return text + line[position:], values


def lines(language: str) -> list[str]:
    text = (DATA / f"{language}.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


def is_held_out(line: str) -> bool:
    return zlib.crc32(line.encode()) % 3 == 0


def totals(chosen: list[str], policy: Policy = "balanced") -> Counter[str]:
    count: Counter[str] = Counter()
    for line in chosen:
        text, values = marked(line)
        spans = find(text, policy=policy)
        covered = [any(span.start <= start and end <= span.end for span in spans) for _, start, end in values]
        if values:
            count["texts"] += 1
            count["free of leaks"] += all(covered)
        else:
            count["harmless"] += 1
            count["untouched"] += not spans
        people = [
            (start, end, found)
            for (kind, start, end), found in zip(values, covered, strict=True)
            if kind == "NAME"
        ]
        count["names"] += len(people)
        count["names found"] += sum(found for *_, found in people)
        named = [span for span in spans if span.kind == "NAME"]
        count["called names"] += len(named)
        count["rightly"] += sum(
            any(s.start < end and start < s.end for start, end, _ in people) for s in named
        )
    return count


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_of_a_language_are_read(language):
    count = totals([line for line in lines(language) if not is_held_out(line)])
    assert count["free of leaks"] >= 0.95 * count["texts"]
    assert count["untouched"] >= 0.98 * count["harmless"]


def test_held_out_sentences_are_read_as_well():
    count = totals([line for language in LANGUAGES for line in lines(language) if is_held_out(line)])
    assert count["texts"] > 100
    assert count["harmless"] > 100
    assert count["free of leaks"] >= 0.95 * count["texts"]
    assert count["untouched"] >= 0.98 * count["harmless"]
    assert count["names found"] >= 0.90 * count["names"]
    assert count["rightly"] >= 0.90 * count["called names"]


def test_kinds_are_told_apart():
    wrong = []
    for language in LANGUAGES:
        for line in lines(language):
            if is_held_out(line):
                continue
            text, values = marked(line)
            spans = find(text)
            for kind, start, end in values:
                if found := [span.kind for span in spans if span.start <= start and end <= span.end]:
                    wrong += [(line, found)] if found != [kind] else []
    assert wrong == []
