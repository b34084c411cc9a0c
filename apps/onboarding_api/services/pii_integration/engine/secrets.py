"""Keys, tokens and passwords: by the marks their makers put on them, or by the name they are given under."""

from __future__ import annotations

import re
from collections.abc import Iterator

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
    "gh",
    "glpat",
    "xox",
    "SG.",
    "hf_",
    "eyJ",
    "hooks.",
    "PRIVATE",
)
_NAMED = re.compile(
    r"""(?<![a-z0-9])(?:[a-z0-9]{1,24}[_\-.])?
    (?:password|passwd|passphrase|pwd|secret|api[_\- ]?key|access[_\- ]?key|private[_\- ]?key|auth[_\- ]?token|
       access[_\- ]?token|
       refresh[_\- ]?token|client[_\- ]?secret|token|authorization|sessionid|csrftoken|set-cookie|cookie)
    ["'\\]{0,4}\s{0,3}(?:=>|[=:])\s{0,3}["'\\]{0,4}(?:(?:bearer|basic|token|digest)\s{1,3})?
    (?P<value>[^\s"'\\,;&<>()\[\]{}]{3,4096}+)""",
    re.VERBOSE,
)
_SPOKEN = re.compile(
    r"(?<![a-z])(?:password|passcode|passphrase|pin code for the alarm|alarm code)\s(?:is|was|:)\s(?P<value>\S{4,64}+)"
)
_BEARER = re.compile(r"(?<![a-z])bearer\s{1,3}(?P<value>[a-z0-9_\-.=+/~]{12,4096}+)")
_MENTIONS = re.compile(r"pass|pwd|secret|key|token|auth|session|cookie|bearer|code")
_HARMLESS = word_set(
    """none null true false required missing invalid expired not empty unset redacted hidden wrong correct"""
)


def secrets(scene: Scene) -> Iterator[Span]:
    """SECRET spans over the value only; the name it is given under stays readable."""
    if any(sign in scene.text for sign in _SIGNS):
        for match in _MARKED.finditer(scene.text):
            yield Span(match.start(), match.end(), "SECRET", 0.99, "secret.marked")
    if not _MENTIONS.search(scene.lower):
        return
    for pattern in (_NAMED, _SPOKEN, _BEARER):
        for match in pattern.finditer(scene.lower):
            value = match.group("value")
            if (
                value.strip("*.:")
                and value.rstrip(".!?") not in _HARMLESS
                and not value.startswith("redacted_")
            ):
                yield Span(*match.span("value"), "SECRET", 0.95, "secret.named")
