"""Written e-mail addresses, also quoted, percent-encoded, spaced out, or with `(at)` and `[dot]`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from unicodedata import combining

import regex

from apps.onboarding_api.services.pii_integration.engine import packs
from apps.onboarding_api.services.pii_integration.engine.lexicon import (
    EVERYDAY,
    FREQUENT,
    NAMED,
    marks,
    word_set,
)
from apps.onboarding_api.services.pii_integration.engine.patterns import lazily
from apps.onboarding_api.services.pii_integration.engine.scene import Scene
from apps.onboarding_api.services.pii_integration.engine.spans import Span

_LABEL = r"[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}\-_]{0,62}[\p{L}\p{M}\p{N}])?"
_DOT = r"""(?:\s{0,2}(?:[(\[{<]\s?(?:dot|punto|point|punkt|\.)\s?[)\]}>])\s{0,2}|\s?[.,·]\s?)"""

# The at sign is looked for first; what stands left and right of it is then matched with bounds: linear on any input.
_DOT_BEFORE = lazily(r"[\p{L}\p{N}._+\-]{1,64}+\s?[(\[{<](?:dot|\.)[)\]}>]\s?$", regex.IGNORECASE)
_LEFT_MARKS = frozenset("._%+-'&/=~!$*")
_LONGEST_NAME = 64
_TIGHT = lazily(rf"{_LABEL}(?:\.{_LABEL}){{0,6}}", regex.IGNORECASE)
_IP_LITERAL = lazily(r"\[(?:\d{1,3}\.){3}\d{1,3}\]|\[IPv6:[0-9a-fA-F:.]{2,45}\]", regex.IGNORECASE)
_KNOWN_ENDINGS = word_set(
    """com org net edu gov in co io uk us de fr es ae sa eu info biz me app dev ai ca au br mx pt it nl ch at jp cn
    example"""
)
_LOOSE = lazily(
    rf"{_LABEL}(?:{_DOT}{_LABEL}){{0,4}}?{_DOT}(?:{'|'.join(sorted(_KNOWN_ENDINGS))})(?![\p{{L}}\p{{N}}])"
    r"(?!\s?[(\[{<](?:dot|\.)[)\]}>])",
    regex.IGNORECASE,
)
_COMMA_ENDING = lazily(rf",(?:{'|'.join(sorted(_KNOWN_ENDINGS))})(?![\p{{L}}\p{{N}}@.,])", regex.IGNORECASE)
"""The last full stop of a scan, read as a comma: "example.co,in"."""
_DOTTED = frozenset(" .,·([{<\n\t")
_NODE = re.compile(r"(?P<words>[a-z]{3,20}(?:[-_][a-z]{3,20}){0,2})(?:[-_]?[0-9]{1,6})$")
_NODES = frozenset({"celery", "worker", "beat", "flower", "rabbit", "git", "postgres", "www-data", "nginx"})
_PROCESSES = frozenset({"celery", "rabbit", "beat", "flower"})
"""Names of processes before a host of any form."""
_REMOTE = re.compile(r"git@[a-z0-9.\-]{3,64}+:[^\s/]")
"""Where a repository lies, as git writes it."""
_DIGEST = re.compile(r"sha(?:256|512)(?![a-z0-9.])")
_OF_FILES = re.compile(
    r"(?P<label>[^.]+)\.(?:png|jpe?g|gif|svg|webp|bmp|ico|pdf|docx?|xlsx?|csv|txt|mp[34]|wav|service|timer|socket|slice|scope)$"
)
"""Endings of files and of units of systemd: no host has one."""
_OF_VERSIONS = re.compile(
    r"v?[0-9]+(?:\.[0-9a-z]+){0,3}$|latest$|next$|lts$|stable$|canary$|nightly$|snapshot$"
)
_TIMES_AS_LARGE = re.compile(r"[0-9]x$")
_PRICED = re.compile(r"[0-9]+(?:[a-z]{1,6})?$")
_PRICE = re.compile(r"(?:rs|inr|usd|eur|gbp|aed|sar)?[0-9]+$|(?:rs|inr|usd|eur|gbp|aed|sar)$")
WORDLIKE = word_set("in me it de es us at is no be so to am my")
"""Endings of hosts that are words too."""
_SENTENCE_ENDS = lazily(rf"[^.]*[^\s.]\.\s(?:{'|'.join(sorted(WORDLIKE))})$", regex.IGNORECASE)
_CLOSING = frozenset(")]}>")
_STRAY = "'.,/=&!*$~"


def _right(scene: Scene, position: int, *, loose: bool) -> int | None:
    """Where the domain that starts at `position` ends, or None where there is none."""
    text = scene.text
    literal = (
        _IP_LITERAL.match(text, position, position + 60) if text[position : position + 1] == "[" else None
    )
    if literal:
        return literal.end()
    tight = _TIGHT.match(text, position, position + 255)
    host = tight.group() if tight else ""
    if "." in host and host.rpartition(".")[2].isalpha():
        misread = _COMMA_ENDING.match(text, position + len(host))
        return misread.end() if misread else position + len(host)
    ended = position + len(host)
    wide = _LOOSE.match(text, position, position + 120) if text[ended : ended + 1] in _DOTTED else None
    if wide:
        spaced_comma = regex.search(r",\s|\s,", wide.group())
        if not (spaced_comma and not loose):
            return wide.end()
    if host and not loose and not host[0].isdigit() and any(map(str.isalpha, host)):
        return ended
    return None


def _left(text: str, end: int) -> str:
    """What stands before an at sign: a quoted name, or up to 64 letters, digits and the marks allowed between them."""
    if text[end - 1 : end] == '"':
        opening = text.rfind('"', max(0, end - 1 - _LONGEST_NAME), end - 1)
        return "" if opening < 0 or "\n" in text[opening:end] else text[opening:end]
    start, lowest = end, max(0, end - _LONGEST_NAME)
    while start > lowest and (
        text[start - 1].isalnum() or text[start - 1] in _LEFT_MARKS or combining(text[start - 1])
    ):
        start -= 1
    return text[start:end]


_MARKS = re.compile(
    r"[@©®(\[{<%&\\](?:(?<=[@©®])|(?<=[(\[{<])\s?(?:at|a|@|arroba|arobase|ät)\s?[)\]}>]|(?<=%)(?:25)?40|(?<=&)(?:#(?:64|x40)|commat);"
    r"|(?<=\\)(?:u00|x)40)",
    re.IGNORECASE,
)


def _signs(text: str) -> Iterator[tuple[int, int]]:
    """Where all at signs begin and end, with the spaces around them."""
    last = 0
    for mark in _MARKS.finditer(text):
        begin, finish = start, end = mark.span()
        spaces = 0 if text[start] in "%&\\" else 1 if end - start == 1 else 2
        while begin - start < spaces and start > last and text[start - 1].isspace():
            start -= 1
        while end - finish < spaces and text[end : end + 1].isspace():
            end += 1
        yield start, end
        last = end


def _is_node(name: str) -> bool:
    """Whether a name before a host without a dot is a process's ("conversation-8000@host", "celery@host"): everyday
    words with a number. One with somebody's name in it is a mailbox all the same, and so is any without a number."""
    low = name.lower()
    if low in _NODES:
        return True
    match = _NODE.match(low)
    if match is None:
        return False
    known = [marks(word) for word in re.split("[-_]", match.group("words"))]
    return all(found and not found & NAMED for found in known)


def _is_thing(scene: Scene, name: str, after: int, end: int) -> bool:
    """ "checkout@v4", "logo@2x.png", "getty@tty1.service", "350@kg": versions, files, units and prices."""
    if scene.policy == "strict":
        return False
    host, low = scene.lower[after:end], name.lower()
    file = _OF_FILES.match(host)
    if file:
        label = file["label"]
        return bool(_TIMES_AS_LARGE.match(label)) or not (
            _is_somebodys(low) or label in packs.all_words("mail_hosts")
        )
    if "." in host and not _OF_VERSIONS.match(host):
        return False
    if _PRICED.match(low):
        known = marks(host)
        return bool(_PRICE.match(host)) or (bool(known & (FREQUENT | EVERYDAY)) and not known & NAMED)
    return bool(_OF_VERSIONS.match(host)) and not _is_somebodys(low)


def _may_end_a_sentence(scene: Scene, name: str) -> bool:
    """Whether "lunch @ noon. in" may be two sentences: in what was scanned or said only after an everyday word."""
    known = marks(name.lower())
    return scene.kind == "text" or (bool(known & (FREQUENT | EVERYDAY)) and not known & NAMED)


def _is_somebodys(low: str) -> bool:
    """Whether a part of a mailbox is a name."""
    return any(marks(part) & NAMED for part in re.split(r"[^a-z]+", low) if len(part) > 2)


def _is_talk(scene: Scene, name: str, after: int, end: int) -> bool:
    """ "lunch@noon": everyday words on both sides of the sign. The strict policy takes it for an address."""
    if scene.policy == "strict" or len(name) == 1 or end - after == 1:
        return False
    known = [marks(word) for word in (name.lower(), scene.lower[after:end])]
    return all(found & (FREQUENT | EVERYDAY) and not found & NAMED for found in known)


def emails(scene: Scene) -> Iterator[Span]:
    """EMAIL spans around every at sign that has a name on its left and a host on its right."""
    if not _MARKS.search(scene.text):
        return
    last = -1
    for at, after in _signs(scene.text):
        if at == last:
            # "a@b@c": what stands before the sign is taken already.
            ended = _right(scene, after, loose=False)
            if ended is not None:
                last = ended
                yield Span(at, ended, "EMAIL", 0.97, "email.sign")
                continue
        spaced = scene.text[at:after] not in ("@", "%40", "%2540")
        name = _left(scene.text, at)
        if not name:
            continue
        start = at - len(name)
        if not name.startswith('"'):
            stripped = name.lstrip(_STRAY + "%-")
            if not stripped.isalnum():
                for mark in ("=", "/", "&", "%3D", "%3d"):
                    stripped = stripped.rpartition(mark)[2]
            start = at - len(stripped)
            name = stripped
        if not name or not any(character.isalnum() or character == '"' for character in name):
            continue
        while scene.text[max(0, start - 2) : start].rstrip()[-1:] in _CLOSING and (
            bracketed := _DOT_BEFORE.search(scene.text[max(0, start - 80) : start])
        ):
            start -= bracketed.end() - bracketed.start()
        end = _right(scene, after, loose=spaced)
        if end is None:
            continue
        if name.lower() in _PROCESSES and scene.policy == "balanced":
            continue
        if "." not in scene.text[after:end] and (
            _is_node(name) or _DIGEST.match(scene.text, after) or _is_talk(scene, name, after, end)
        ):
            continue
        if _is_thing(scene, name, after, end) or (
            spaced and _may_end_a_sentence(scene, name) and _SENTENCE_ENDS.match(scene.lower, after, end)
        ):
            continue
        if name == "git" and _REMOTE.match(scene.text, start):
            continue
        last = end
        yield Span(start, end, "EMAIL", 0.97 if not spaced else 0.9, "email.sign")
