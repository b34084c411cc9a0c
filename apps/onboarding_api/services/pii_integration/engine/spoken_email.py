"""E-mail addresses as they are said: "priya dot k at outlook dot com", "luc point martin arobase orange point fr"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import unquote

import regex

from apps.onboarding_api.services.pii_integration.engine import number_words, packs
from apps.onboarding_api.services.pii_integration.engine.email import WORDLIKE
from apps.onboarding_api.services.pii_integration.engine.lexicon import word_set
from apps.onboarding_api.services.pii_integration.engine.runs import FILLERS, atom_at
from apps.onboarding_api.services.pii_integration.engine.scene import Scene, Token
from apps.onboarding_api.services.pii_integration.engine.spans import Span

_AT = packs.all_words("at")
_DOT = packs.all_words("dot")
_JOINER = {word: mark for pack in packs.all_languages() for word, mark in pack.marks.items()} | dict.fromkeys(
    _DOT, "."
)
_ENDINGS = packs.all_words("mail_endings")
_PROVIDERS = packs.all_words("mail_hosts")
_NO_NAME = packs.all_words("no_mailbox")
_BEFORE_NAME = packs.all_words("before_mailbox")
_NO_HOST = word_set(
    """the a my this our your and to for is on in of least once noon night home work all first last"""
)
_CASES = word_set("capital small upper lower uppercase lowercase caps")
"""Said before a letter of an address."""
_AS_IN = frozenset({"as", "for", "like"})


def spoken_emails(scene: Scene) -> Iterator[Span]:
    """EMAIL spans around every "at" with a sayable name before and a sayable host after."""
    texts = scene.texts
    if _AT.isdisjoint(texts):
        return
    tokens = scene.tokens if _FIRSTS.isdisjoint(texts) else _merged(scene.tokens)
    if not FILLERS.isdisjoint(texts):
        tokens = tuple(token for token in tokens if token.text not in FILLERS)
    for index, token in [(index, token) for index, token in enumerate(tokens) if token[0] in _AT]:
        if index == 0 or index + 1 >= len(tokens):
            continue
        if tokens[index - 1].text in _AT and index > 1 and tokens[index - 2].text in _AT:
            continue
        end = _host(tokens, _past_at(tokens, index))
        if end is None:
            continue
        start = _name(tokens, index)
        if start is not None and token.text == "@" and tokens[start].text == "git":
            continue  # where a repository lies, as git writes it
        if start is not None and tokens[end[0]].end - tokens[start].start <= 200:
            yield Span(tokens[start].start, tokens[end[0]].end, "EMAIL", 0.92, "email.spoken")


_UNDERSCORES = {("guion", "bajo"), ("guión", "bajo"), ("tiret", "bas"), ("under", "score"), ("شرطة", "سفلية")}


_FIRSTS = frozenset(first for first, _ in _UNDERSCORES)


def _merged(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """With "guion bajo" and the like as one word."""
    if not any(token.text in _FIRSTS for token in tokens):
        return tokens
    result: list[Token] = []
    for token in tokens:
        if result and (result[-1].text, token.text) in _UNDERSCORES:
            result[-1] = Token("underscore", result[-1].start, token.end)
        else:
            result.append(token)
    return tuple(result)


def _past_at(tokens: Sequence[Token], index: int) -> int:
    """The index after "at", "at the rate (of)", "at sign", "at... at"."""
    index += 1
    phrase = [token.text for token in tokens[index : index + 3]]
    if phrase[:2] == ["the", "rate"]:
        index += 3 if phrase[2:] == ["of"] else 2
    elif phrase[:1] in (["sign"], ["symbol"]):
        index += 1
    elif phrase[:2] in (["द", "रेट"], ["द", "रेट"]):
        index += 2
    last = min(len(tokens), index + 5)
    while index < last and (tokens[index].text in ".…," or tokens[index].text in _AT):
        index += 1
    return index


def _is_atom(token: Token) -> bool:
    return token.is_digits or (token.is_word and token.text not in _JOINER)


def _is_small(token: Token) -> bool:
    """A digit, a number word or a single letter: these run together without a joiner."""
    return (
        token.is_digits
        or len(token.text) == 1
        or token.text in number_words.values()
        or token.text in number_words.REPEATS
    )


def _host(tokens: Sequence[Token], index: int) -> tuple[int] | None:
    """The index of the host's last token, in a tuple; None where no host is said."""
    labels, dots, end = 0, 0, None
    ended_spelled = ""
    for place in range(index, min(index + 40, len(tokens))):
        token = tokens[place]
        if token.text in _JOINER and not (token.text in _DOT and labels == 0):
            if labels == 0:
                return None
            if _JOINER[token.text] == ".":
                dots += 1
                ended_spelled = ""
            labels = 0 if _JOINER[token.text] == "." else -1
            continue
        if not (_is_atom(token)) or (token.text in _NO_HOST and dots == 0 and not token.is_digits):
            break
        if labels > 0:
            if dots and not (len(token.text) == 1 and ended_spelled):
                break
            if not dots and labels >= 3 and not _is_small(token):
                break
        labels = 1 if labels < 0 else labels + 1
        if dots:
            ended_spelled = ended_spelled + token.text if len(token.text) == 1 else ""
            if token.text in WORDLIKE and _begins_a_sentence(tokens, place):
                break
            if token.text in _ENDINGS or ended_spelled in _ENDINGS:
                end = place
        elif token.text in _PROVIDERS and place == index:
            end = place
    return None if end is None else (end,)


def _begins_a_sentence(tokens: Sequence[Token], place: int) -> bool:
    """After a written full stop that stands right behind a word."""
    stop = tokens[place - 1]
    return stop.text == "." and stop.start == tokens[place - 2].end and tokens[place].start > stop.end


def _name(tokens: Sequence[Token], at: int) -> int | None:
    """The index of the token where the local part begins."""
    place = at - 1
    while place >= max(0, at - 6) and (tokens[place].text in _AT or tokens[place].text in "…,.("):
        place -= 1
    if place < 0 or not _is_atom(tokens[place]) or tokens[place].text in _NO_NAME:
        return None
    start, limit = place, max(0, place - 40)
    while place >= limit:
        token = tokens[place]
        spelled = _phonetic(tokens, place)
        start = spelled if spelled is not None else place
        if len(tokens[start].text) == 1 and start and tokens[start - 1].text in _CASES:
            start -= 1
        before = start - 1
        if before < 0:
            break
        previous = tokens[before]
        if (
            previous.text in _JOINER
            and before > 0
            and _is_atom(tokens[before - 1])
            and _sayable(tokens, before - 1)
        ):
            place = before - 1
        elif not _is_atom(previous) or previous.text in _NO_NAME or not _sayable(tokens, before):
            break
        elif _phonetic(tokens, before) is not None or (
            _is_small(previous) and (_is_small(token) or spelled is not None)
        ):
            place = before
        elif _is_small(token) and spelled is None and (token.is_digits or len(token.text) > 1):
            start = before
            place = before
            if not _joined(tokens, before):
                break
            place = before
        else:
            return _words_back(tokens, start)
    return start


def _joined(tokens: Sequence[Token], place: int) -> bool:
    return place > 0 and (tokens[place - 1].text in _JOINER or _is_small(tokens[place - 1]))


def _sayable(tokens: Sequence[Token], place: int) -> bool:
    """Not the end of a contraction (it's) and no word of the sentence around."""
    token = tokens[place]
    if token.text in _NO_NAME:
        return False
    return not (len(token.text) == 1 and place > 0 and tokens[place - 1].text == "'")


def _words_back(tokens: Sequence[Token], start: int) -> int:
    """ "email is john doe at ...": up to two more plain words, where a cue stands right before them."""
    for count in (1, 2, 3):
        place = start - count
        if place < 0:
            return start
        if tokens[place].text in _BEFORE_NAME:
            return place + 1
        if not tokens[place].is_word or tokens[place].text in _NO_NAME:
            return start
    return start


def _phonetic(tokens: Sequence[Token], place: int) -> int | None:
    """Where "b as in bravo" begins, if it ends here."""
    if (
        place >= 3
        and tokens[place - 1].text == "in"
        and tokens[place - 2].text == "as"
        and len(tokens[place - 3].text) == 1
    ):
        return place - 3
    if place >= 2 and tokens[place - 1].text in _AS_IN and len(tokens[place - 2].text) == 1:
        return (
            place - 2
            if tokens[place - 2].is_word and tokens[place].text.startswith(tokens[place - 2].text)
            else None
        )
    return None


_BRACKETED = (
    (regex.compile(r"\s*[(\[{<]\s*(?:at|@|a|arroba|arobase|ät)\s*[)\]}>]\s*"), "@"),
    (regex.compile(r"\s*[(\[{<]\s*(?:dot|punto|point|punkt|\.)\s*[)\]}>]\s*"), "."),
)


def written_address(value: str) -> str:
    """The address as it is written, in lower case: "john dot doe at example dot com" is john.doe@example.com."""
    text = value.strip()
    if "%40" in text:
        text = unquote(text)
    scene = Scene(text, policy="balanced", kind="speech", language="en")
    plain = scene.lower
    for pattern, mark in _BRACKETED:
        plain = pattern.sub(mark, plain)
    if "@" in plain and not any(character.isspace() for character in plain):
        return plain
    scene = Scene(plain, policy="balanced", kind="speech", language="en")
    tokens, parts, index = _merged(scene.tokens), [], 0
    while index < len(tokens):
        token = tokens[index]
        if token.text in _AT:
            if "@" not in parts:
                parts.append("@")
            index = max(index + 1, _past_at(tokens, index))
        elif token.text in _CASES and index + 1 < len(tokens) and len(tokens[index + 1].text) == 1:
            index += 1
        elif token.text in _JOINER:
            parts.append(_JOINER[token.text])
            index += 1
        elif index + 2 < len(tokens) and _phonetic_after(tokens, index):
            parts.append(token.text)
            index += _phonetic_after(tokens, index)
        elif (
            (token.text not in ("o", "oh") or "@" not in parts)
            and len(token.text) > 1
            and (atom := atom_at(tokens, index))
        ):
            parts.append(atom[0].digits)
            index = atom[1]
        else:
            parts.append("." if token.text == "," and "@" in parts else token.text)
            index += 1
    return "".join(parts)


def _phonetic_after(tokens: Sequence[Token], index: int) -> int:
    """How many tokens "b as in bravo" takes from here; 0 where it is not that."""
    if len(tokens[index].text) != 1 or not tokens[index].is_word:
        return 0
    following = [token.text for token in tokens[index + 1 : index + 4]]
    if following[:2] == ["as", "in"] and len(following) == 3:
        return 4
    if following[0] in ("for", "like") and following[1].startswith(tokens[index].text):
        return 3
    return 0
