"""Answers to questions other than the open one, where the speaker names the question.

"change the number of floors to 5", "actually the area is 2000 sq m", "there are 3 gates",
"क्षेत्रफल 2000 वर्ग मीटर कर दो". Without such a name an utterance answers the open question alone.
"""

from dataclasses import dataclass

from apps.onboarding.flows.definition import Flow, Slot
from apps.onboarding.flows.grammar.folding import fold_with_map
from apps.onboarding.flows.grammar.numbers import Number, read_items
from apps.onboarding.flows.grammar.tokens import Token, tokenise
from apps.onboarding.flows.labels import Label, counted_at, label_at
from apps.onboarding.flows.words import listed

_LEADS = frozenset(
    listed(
        """
    actually sorry no wait correction oops oh please ok okay hold on and also but well so um uh yes then
    now i we want to would like need can could you let me us lets let's just hey hmm meant mean असल में
    माफ कीजिए नहीं रुको अरे और asal mein mein sorry nahi ruko are aur maaf kijiye kripya कृपया
    """
    )
)
_REPAIRS = frozenset(
    listed(
        """
    actually sorry wait correction oops no meant असल asal नहीं nahi रुको ruko माफ maaf
    """
    )
)
_VERBS = frozenset(
    listed(
        """
    change set update make correct modify edit fix replace put alter adjust amend revise switch badlo
    badal बदलो बदल
    """
    )
)
_INTO = frozenset(["to", "as", "=", "is", "into", "with", ":", "be", "ko", "को", "-"])
_IS = frozenset(
    listed(
        """
    is are was were = : should must will would needs to be been actually now hai hain ko है हैं को the
    """
    )
)
_TAIL_VERBS = frozenset(
    listed(
        """
    karo kardo kar do karein kijiye dijiye hai hain karna rakho badlo badal karke instead please now करो
    कर दो करें कीजिए दीजिए है हैं करना रखो बदलो बदल दीजिये
    """
    )
)
_WRONG = frozenset(["wrong", "incorrect", "mistaken", "galat", "गलत"])
_BACK_TO = frozenset(
    listed(
        """
    back go return to question the about for again पर par pe
    """
    )
)


@dataclass(frozen=True, slots=True)
class Named:
    """A question named in an utterance with the words of its answer; no words means "go there".

    `explicit` if the speaker asked for a change in so many words; `text` is of the original utterance;
    `labelled` if the name stood before its value ("the area is ...").
    """

    slot: str
    text: str | None
    explicit: bool
    labelled: bool = False


class _Utterance:
    """The tokens of an utterance with their place in the original text."""

    def __init__(self, flow: Flow, text: str) -> None:
        self.flow = flow
        self.text = text
        folded, self.origin = fold_with_map(text)
        self.tokens: tuple[Token, ...] = tokenise(folded, folded=True)

    def word(self, index: int) -> str:
        return self.tokens[index].text if 0 <= index < len(self.tokens) else ""

    def rest(self, start: int, end: int | None = None) -> str:
        """The original words from token `start` up to `end`, without a "not ..." or "instead of ..." behind."""
        tokens = self.tokens[start:end]
        for index, token in enumerate(tokens):
            if index and token.text in {"not", "instead", "rather"} and tokens[index - 1].text != "but":
                tokens = tokens[:index]
                break
        if not tokens:
            return ""
        return self.text[self.origin[tokens[0].start] : self.origin[tokens[-1].end - 1] + 1].strip()

    def after_leads(self) -> tuple[int, bool]:
        """The first token behind introductory words, and whether these announce a correction."""
        index, repairs = 0, False
        while index < len(self.tokens) and (
            self.word(index) in _LEADS or (self.word(index) in {",", ".", "-", "!", ":"} and index > 0)
        ):
            repairs = repairs or self.word(index) in _REPAIRS
            index += 1
        return index, repairs

    def without_tail(self, start: int) -> int:
        """The end of the value that starts at a token: verbs and full stops behind it are left out."""
        end = len(self.tokens)
        while end > start + 1 and (self.word(end - 1) in _TAIL_VERBS or self.word(end - 1) in {".", "!"}):
            end -= 1
        return end


def find_named(flow: Flow, text: str) -> Named | None:
    """The question that an utterance names, or None."""
    said = _Utterance(flow, text)
    index, repairs = said.after_leads()
    if said.word(index) in _VERBS:
        return _by_verb(said, index + 1)
    found = _return_to(said, index)
    if found is not None:
        return found
    label = label_at(flow, said.tokens, index)
    if label is not None:
        return _by_label(said, label, repairs)
    return _by_count(said, index, repairs)


def _by_verb(said: _Utterance, index: int) -> Named | None:
    """ "change the number of floors (from 4) to 5"; without a value: go to that question."""
    label = label_at(said.flow, said.tokens, index)
    if label is None:
        return _number_first(said, index)
    at = label.end
    if said.word(at) in {"answer", "question", "value", "number", "field"}:
        at += 1
    if said.word(at) == "from":
        while at < len(said.tokens) and said.word(at) not in {"to", "into"}:
            at += 1
    if at >= len(said.tokens) or all(
        said.word(i) in _TAIL_VERBS | {"."} for i in range(at, len(said.tokens))
    ):
        return Named(slot=label.slot, text=None, explicit=True)
    while said.word(at) in _INTO:
        at += 1
    value = said.rest(at, said.without_tail(at))
    return Named(slot=label.slot, text=value or None, explicit=True)


def _number_first(said: _Utterance, index: int) -> Named | None:
    """ "make it 5 floors"."""
    while said.word(index) in {"it", "that", "this", "to"}:
        index += 1
    return _by_count(said, index, repairs=True)


def _return_to(said: _Utterance, index: int) -> Named | None:
    """ "go back to the address", "back to floors question"."""
    start = index
    while said.word(index) in _BACK_TO:
        index += 1
    if index == start or not any(said.word(i) in {"back", "go", "return"} for i in range(start, index)):
        return None
    label = label_at(said.flow, said.tokens, index)
    if label is None:
        return None
    rest = {said.word(i) for i in range(label.end, len(said.tokens))}
    return (
        Named(slot=label.slot, text=None, explicit=True)
        if rest <= {"question", "again", "please", "."}
        else None
    )


def _by_label(said: _Utterance, label: Label, repairs: bool) -> Named | None:
    """ "the area is 2000 sq m", "floors: 5", "क्षेत्रफल 2000 वर्ग मीटर कर दो", "the area is wrong"."""
    at = label.end
    marked = False
    while said.word(at) in _IS:
        marked = True
        at += 1
    if said.word(at) in _WRONG:
        return Named(slot=label.slot, text=None, explicit=True)
    if said.word(at) in {"badalna", "बदलना", "badlo", "बदलो"}:
        return Named(slot=label.slot, text=None, explicit=True)
    end = said.without_tail(at)
    changes = any(
        said.word(i) in {"karo", "kar", "kardo", "करो", "कर", "badlo", "बदलो"}
        for i in range(end, len(said.tokens))
    )
    marked = marked or end < len(said.tokens) or repairs
    value = said.rest(at, end)
    if not value:
        return None
    numeric = said.tokens[at].kind == "digits"
    if not (marked or numeric):
        return None
    return Named(slot=label.slot, text=value, explicit=repairs or changes, labelled=True)


def _by_count(said: _Utterance, index: int, repairs: bool) -> Named | None:
    """ "there are 5 floors", "we have three gates": a number with the counted noun right behind it."""
    items = read_items(said.tokens, "en")
    for position, item in enumerate(items):
        if isinstance(item, Number):
            label = counted_at(said.flow, said.tokens, item.end)
            if label is None or item.start < index:
                return None
            return Named(slot=label.slot, text=said.rest(item.start, label.end), explicit=repairs)
        if position > 7:
            return None
    return None


def clauses(text: str) -> list[str]:
    """The utterance cut at commas, semicolons, full stops and "and"."""
    # A plain scan: a pattern with optional spaces on both sides of each cut would not be linear.
    parts: list[str] = [""]
    for word in text.replace("।", ". ").split(" "):
        bare = word.strip().lower()
        if bare in {"and", "aur", "और", "एवं"}:
            parts.append("")
            continue
        parts[-1] = f"{parts[-1]} {word}".strip()
        if bare.endswith((",", ";")) or (bare.endswith(".") and len(bare) > 3):
            parts.append("")
    return [part.strip(" ,;.") for part in parts if part.strip(" ,;.")]


def is_short(slot: Slot, text: str) -> bool:
    """Whether a text for a free-text question is short enough to be a value and not a sentence."""
    return slot.type != "text" or len(text.split()) <= 6
