"""Keys, tokens and passwords: by the marks their makers put on them, or by the name they are given under."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from apps.onboarding_api.services.pii_integration.engine import packs
from apps.onboarding_api.services.pii_integration.engine.lexicon import word_set
from apps.onboarding_api.services.pii_integration.engine.scene import Scene
from apps.onboarding_api.services.pii_integration.engine.spans import Span

_MARKED = re.compile(
    r"""(?<![A-Za-z0-9_])(?:
      sk-[A-Za-z0-9_\-]{16,200} | (?:sk|pk|rk)_(?:live|test)_[A-Za-z0-9]{10,100}
    | (?:AKIA|ASIA)[A-Z0-9]{16} | AIza[A-Za-z0-9_\-]{35} | ya29\.[A-Za-z0-9_\-]{20,200}
    | gh[opusr]_[A-Za-z0-9]{30,255} | github_pat_[A-Za-z0-9_]{22,255} | glpat-[A-Za-z0-9_\-]{20,64}
    | xox[abposr]-[A-Za-z0-9\-]{10,200} | SG\.[A-Za-z0-9_\-]{16,64}\.[A-Za-z0-9_\-]{16,64} | hf_[A-Za-z0-9]{30,64}
    | eyJ[A-Za-z0-9_\-]{8,2000}+\.[A-Za-z0-9_\-]{4,4000}+(?:\.[A-Za-z0-9_\-]{0,2000}+)?
    | hooks\.slack\.com/services/[A-Za-z0-9/]{20,100}
    )
    | -----BEGIN[A-Z ]{1,30}PRIVATE[ ]KEY-----[\sA-Za-z0-9+/=\\]{16,8000}+(?:-----END[A-Z ]{1,30}KEY-----)?""",
    re.VERBOSE,
)
_SIGNS = (
    "sk-",
    "k_live",
    "k_test",
    "AKIA",
    "ASIA",
    "AIza",
    "ya29",
    *("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"),
    "glpat",
    "xox",
    "SG.",
    "hf_",
    "eyJ",
    "hooks.",
    "PRIVATE",
)
_NAMED = re.compile(
    r"""(?<![a-z0-9])
    (?:password|passwd|passphrase|pwd|secret|api[_\- ]?key|access[_\- ]?key|private[_\- ]?key|auth[_\- ]?token|
       access[_\- ]?token|
       refresh[_\- ]?token|client[_\- ]?secret|token|authorization|sessionid|csrftoken|set-cookie|cookie)
    ["'\\]{0,4}\s{0,3}(?:=>|[=:])\s{0,3}["'\\]{0,4}(?:(?:bearer|basic|token|digest)\s{1,3})?
    (?P<value>[^\s"'\\,;&<>()\[\]{}]{3,4096}+)""",
    re.VERBOSE,
)
_BEARER = re.compile(r"(?<![a-z])bearer\s{1,3}(?P<value>[a-z0-9_\-.=+/~]{12,4096}+)")
_HARMLESS = word_set(
    """none null true false required missing invalid expired not empty unset redacted hidden wrong correct
    the written under changed working known with stored kept reset needed forgotten lost given in on at"""
)


@lru_cache(maxsize=1)
def _mentions() -> dict[str, tuple[str, ...]]:
    """Pieces of words without which no secret is named, with the phrases that each is part of."""
    known = ("pass", "pwd", "secret", "key", "token", "auth", "session", "cookie", "bearer")
    others = [phrase for phrase in _phrases() if not any(piece in phrase for piece in known)]
    return {piece: tuple(phrase for phrase in _phrases() if piece in phrase) for piece in (*known, *others)}


@lru_cache(maxsize=1)
def _phrases() -> tuple[str, ...]:
    return tuple(sorted({" ".join(phrase) for phrase in packs.all_phrases("secrets")}, key=len, reverse=True))


@lru_cache(maxsize=1)
def _spoken() -> re.Pattern[str]:
    """ "the password is ...", in all languages; without a verb only what looks like a secret."""
    words = "|".join(map(re.escape, _phrases()))
    return re.compile(
        rf"(?<!\w)(?:{words})\s?(?:(?:is|was|es|est|ist|lautet|hai|है|هي|هو|[:=])\s{{1,2}}(?P<value>\S{{4,64}}+)"
        r"|\s(?P<bare>(?=\S{0,32}\d)(?=\S{0,32}[a-z])\S{6,64}+))"
    )


def is_marked(text: str) -> bool:
    """Whether the whole text is a key or token by the mark of its maker."""
    return _MARKED.fullmatch(text) is not None


def secrets(scene: Scene) -> Iterator[Span]:
    """SECRET spans over the value only; the name it is given under stays readable."""
    if any(map(scene.text.__contains__, _SIGNS)):
        for match in _MARKED.finditer(scene.text):
            yield Span(match.start(), match.end(), "SECRET", 0.99, "secret.marked")
    lower, phrases_with = scene.lower, _mentions()
    mentioned = list(filter(lower.__contains__, phrases_with))
    if not mentioned:
        return
    patterns = [_NAMED] if "=" in scene.text or ":" in scene.text else []
    if any(phrase in lower for piece in mentioned for phrase in phrases_with[piece]):
        patterns.append(_spoken())
    if "bearer" in mentioned:
        patterns.append(_BEARER)
    for pattern in patterns:
        for match in pattern.finditer(lower):
            group = "value" if match.group("value") else "bare"
            value = match.group(group)
            if (
                value.strip("*.:")
                and value.rstrip(".!?") not in _HARMLESS
                and not value.startswith("redacted_")
            ):
                yield Span(*match.span(group), "SECRET", 0.95, "secret.named")
