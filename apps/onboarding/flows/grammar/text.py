"""Free text: kept as it was said, without the words around it."""

# ruff: noqa: ARG002 - every slot type has the same interface; not each needs all of it

import re
from functools import lru_cache
from typing import Any

import regex

from apps.onboarding.flows.definition import Slot
from apps.onboarding.flows.grammar.base import Context, Grammar
from apps.onboarding.flows.grammar.matching import means_nothing
from apps.onboarding.flows.grammar.results import Result, Unclear
from apps.onboarding.flows.wording import say

_CONTROL = regex.compile(r"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]")
_SPACE = regex.compile(r"[^\S\n]{1,2000}")
_LEADS = (
    "it is", "it's", "its", "it is located in", "it's located in", "it is situated in", "we're in",
    "we are in", "we're at", "we are located in", "we're located in", "call it", "name it", "just call it",
    "that is", "that's", "this is", "we are at", "it is in", "it's in", "it is at", "it's at", "located in",
    "located at", "situated at", "situated in", "it is called", "it's called", "we call it",
    "you can call it", "called", "the name is", "name is", "name:", "please write", "please note",
    "note that", "please put", "just put", "write", "okay", "ok", "sure", "yes", "well", "so", "um", "uh",
    "iska naam", "naam hai", "इसका नाम", "नाम है", "यह", "पता है", "likhiye", "लिखिए",
)  # fmt: skip
_TAILS = ("please", "thanks", "thank you", "hai", "है", "hain", "हैं", "ji", "जी")
_PLACES = [
    "site",
    "building",
    "facility",
    "place",
    "property",
    "premises",
    "campus",
    "complex",
    "office",
    "company",
    "branch",
    "society",
]
_CALLED = re.compile(
    rf"(?:(?:so|ok|okay|yes|well|um|uh),? )?(?:(?:our|my|the|this|your) )?(?:{'|'.join(_PLACES)})?(?:'s)?(?: ?name)? ?"
    r"(?:is )?(?:called|named|known as|called as|known by the name)(?: as)? ",
    re.IGNORECASE,
)
_HINDI_TAILS = (" hai", " है", " hain", " हैं", " mein hai", " में है", " mein", " में", " me hai")
_JOINTS = ("is", "are", "=", ":", "-", "would be", "will be", "hai", "है")


@lru_cache(maxsize=256)
def _leads(slot: Slot) -> tuple[str, ...]:
    """Everything that may stand before the answer, longest first."""
    found = set(_LEADS)
    for wording in slot.wordings.values():
        found.update(cue.lower() for cue in wording.cues)
        for name in (wording.label, *wording.names):
            for joint in _JOINTS:
                found.update(
                    {
                        f"{name.lower()} {joint}",
                        f"the {name.lower()} {joint}",
                        f"our {name.lower()} {joint}",
                        f"my {name.lower()} {joint}",
                    }
                )
            found.update({f"{name.lower()}:", f"the {name.lower()}:"})
    return tuple(sorted(found, key=len, reverse=True))


class TextGrammar(Grammar):
    """The value is the text, trimmed; leading zeros, case and punctuation inside stay."""

    def parse(self, slot: Slot, text: str, language: str, context: Context) -> Result:
        value = clean(text, multiline=slot.multiline)
        value = _trim(slot, value)
        if means_nothing(value) or not regex.search(r"[\p{L}\p{N}]", value):
            return Unclear(reason=say(language, "too_short"))
        return self.accept(slot, value, language)

    def check(self, slot: Slot, value: Any, language: str) -> str | None:
        if not isinstance(value, str) or len(value) < slot.min_length or not value.strip():
            return say(language, "too_short")
        if len(value) > slot.max_length:
            return say(language, "too_long_text", count=slot.max_length)
        if value != clean(value, multiline=slot.multiline):
            return say(language, "not_understood")
        return None

    def display(self, slot: Slot, value: Any, language: str) -> str:
        return str(value)

    def json_schema(self, slot: Slot) -> dict[str, Any]:
        return {"type": "string", "minLength": slot.min_length, "maxLength": slot.max_length}

    def form_control(self, slot: Slot, language: str) -> dict[str, Any]:
        kind = "textarea" if slot.multiline else "text"
        return {"kind": kind, "min_length": slot.min_length, "max_length": slot.max_length}

    def sentences(self, slot: Slot, language: str) -> list[str]:
        wording = slot.wording(language)
        return [cue for cue in wording.cues if language != "en" or cue.isascii()]


def clean(text: str, *, multiline: bool) -> str:
    """Without control and direction marks, with single spaces."""
    kept = text.replace("\r\n", "\n").replace("\t", " ")
    kept = kept if multiline else kept.replace("\n", " ")
    kept = _CONTROL.sub(lambda found: "\n" if found.group() == "\n" and multiline else "", kept)
    lines = [_SPACE.sub(" ", line).strip() for line in kept.split("\n")]
    return "\n".join(lines).strip()


def _trim(slot: Slot, value: str) -> str:
    """Take off at most three leads and, after a lead, one tail; never everything."""
    named = _CALLED.match(value)
    led = named is not None and named.end() < len(value)
    if led and named is not None:
        value = value[named.end() :]
    if not slot.multiline and len(value.split()) <= 4:
        longest_first = sorted(_HINDI_TAILS, key=len, reverse=True)
        ending = next((ending for ending in longest_first if value.lower().endswith(ending)), "")
        value = value[: len(value) - len(ending)] if len(value) > len(ending) else value
    for _ in range(3):
        lowered = value.lower()
        lead = next((lead for lead in _leads(slot) if _begins(lowered, lead)), None)
        if lead is None:
            break
        rest = value[len(lead) :].lstrip(" ,:;-=")
        if not rest:
            break
        value, led = rest, True
    if led:
        lowered = value.lower().rstrip(" .!,")
        tail = next((tail for tail in _TAILS if lowered.endswith(f" {tail}")), None)
        if tail is not None:
            value = value.rstrip(" .!,")[: -len(tail)].rstrip(" ,")
    stripped = value.strip().strip("\"'“”")
    if not slot.multiline:
        stripped = stripped.rstrip(".!;, ") or stripped
    return stripped.strip()


def _begins(lowered: str, lead: str) -> bool:
    if not lowered.startswith(lead):
        return False
    after = lowered[len(lead) : len(lead) + 1]
    return not after or not after.isalnum() or lead[-1] in ":="
