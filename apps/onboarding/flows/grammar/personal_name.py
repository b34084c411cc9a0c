"""Names of people in an answer to the question for a name. Better one word too many than one too few."""

from functools import lru_cache

from apps.onboarding.flows.grammar.folding import fold, fold_with_map
from apps.onboarding.flows.grammar.numbers import small_value
from apps.onboarding.flows.grammar.results import PersonalSpan
from apps.onboarding.flows.grammar.tokens import Token, tokenise
from apps.onboarding.flows.words import personal as words

_MOST_WORDS = 6
_SHORT_ANSWER = 4


@lru_cache(maxsize=1)
def _never() -> frozenset[str]:
    return frozenset(fold(word) for word in words.NEVER_NAMES)


@lru_cache(maxsize=1)
def _hard() -> frozenset[str]:
    return frozenset(fold(word) for word in words.HARD_STOPS) | frozenset(
        fold(word) for word in words.HONORIFICS
    )


def _digit_words(tokens: tuple[Token, ...]) -> set[int]:
    """Positions in runs of four or more number words: a telephone number, not a name ("Das" alone is)."""
    found: set[int] = set()
    run: list[int] = []
    for index in range(len(tokens) + 1):
        token = tokens[index] if index < len(tokens) else None
        numeric = token is not None and (
            token.text in words.DOUBLE | words.TRIPLE | words.OH
            or (token.kind == "word" and small_value(token.text, hindi=True) is not None)
        )
        if numeric:
            run.append(index)
            continue
        if len(run) >= 4:
            found.update(run)
        run = []
    return found


class _Names:
    """Marks the words that belong to names."""

    def __init__(self, text: str) -> None:
        self.text = text
        folded, self.origin = fold_with_map(text)
        self.tokens = tokenise(folded, folded=True)
        self.digits = _digit_words(self.tokens)
        self.spoken = [token for token in self.tokens if token.kind == "word"]
        hard = _hard()
        content = [token for token in self.spoken if token.text not in hard]
        never = _never()
        self.short = (
            len(content) <= _SHORT_ANSWER
            and len(content) == len(self.spoken)
            and any(token.text not in never or token.text in words.NAME_LIKE for token in content)
        )

    def capital(self, index: int) -> bool:
        """Whether the word is written with a capital that does not begin the sentence."""
        start = self.origin[self.tokens[index].start]
        return index > 0 and self.text[start].isupper() and self.tokens[index - 1].text not in {".", "!", "?"}

    def after_cue(self, index: int, cues: tuple[str, ...] = words.NAME_CUES) -> bool:
        before = " ".join(token.text for token in self.tokens[max(0, index - 3) : index])
        while before and before.rsplit(" ", 1)[-1] in {*words.HONORIFICS, ":", "."}:
            before = before.rsplit(" ", 1)[0] if " " in before else ""
        return any(before == cue or before.endswith(f" {cue}") for cue in cues)

    def may_be(self, index: int, *, open_run: bool) -> bool:
        """Whether the word at a position is a name word. `open_run` if the word before it is one."""
        token = self.tokens[index]
        if self._initial(index) or self._spelled(index):
            return True
        if token.kind != "word" or index in self.digits or token.text in _hard():
            return False
        if token.text not in _never() or (self.short and token.text in words.NAME_LIKE):
            return True
        if open_run:
            return self.capital(index)
        return self.after_cue(index, words.STRONG_CUES) or (self.capital(index) and self.after_cue(index))

    def _initial(self, index: int) -> bool:
        """A single letter with a full stop right behind it and more of a name after that."""
        if (
            len(self.tokens[index].text) != 1
            or self.tokens[index].kind != "word"
            or index + 2 >= len(self.tokens)
        ):
            return False
        stop, after = self.tokens[index + 1], self.tokens[index + 2]
        return stop.text == "." and stop.start == self.tokens[index].end and after.kind == "word"

    def _spelled(self, index: int) -> bool:
        """A letter in a row of single letters: a name that is spelled."""

        def letter(at: int) -> bool:
            token = self.tokens[at] if 0 <= at < len(self.tokens) else None
            return token is not None and token.kind == "word" and len(token.text) == 1

        return letter(index) and (letter(index - 1) or letter(index + 1))

    def runs(self) -> list[tuple[int, int]]:
        """First and last token of each name."""
        found: list[tuple[int, int]] = []
        start: int | None = None
        last = 0
        index = 0
        while index <= len(self.tokens):
            inside = index < len(self.tokens)
            if inside and start is not None and self._bridge(index):
                index += 1
                continue
            if inside and self.may_be(index, open_run=start is not None):
                start = index if start is None else start
                last = index
                if sum(len(token.text) > 1 for token in self.tokens[start : index + 1]) >= _MOST_WORDS:
                    found.append((start, last))
                    start = None
            elif start is not None:
                found.append((start, last))
                start = None
            index += 1
        return found

    def _bridge(self, index: int) -> bool:
        """A full stop behind an initial, or a hyphen or apostrophe inside a name."""
        token = self.tokens[index]
        if token.kind != "symbol" or index + 1 >= len(self.tokens) or self.tokens[index + 1].kind != "word":
            return False
        before = self.tokens[index - 1]
        if token.text == ".":
            return before.kind == "word" and (len(before.text) == 1 or before.text in {"md", "mohd"})
        return (
            token.text in {"-", "'"}
            and before.end == token.start
            and self.tokens[index + 1].start == token.end
        )


def find_names(text: str) -> tuple[PersonalSpan, ...]:
    """Every name, without honorifics and without the words around it."""
    names = _Names(text)
    spans: list[PersonalSpan] = []
    for first, last in names.runs():
        start = names.origin[names.tokens[first].start]
        end = names.origin[names.tokens[last].end - 1] + 1
        said = " ".join(text[start:end].split())
        letters = sum(character.isalpha() for character in said)
        if letters == 1:
            continue
        normalised = " ".join(word[:1].upper() + word[1:] for word in said.split(" "))
        valid = letters >= 2
        spans.append(
            PersonalSpan(
                start=start, end=end, kind="NAME", normalised=normalised if valid else None, valid=valid
            )
        )
    return tuple(spans)
