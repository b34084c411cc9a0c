"""The redaction service: every door of the product calls it before text is stored, queued, logged or sent."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings

from apps.onboarding_api.services.pii_integration import engine, keys, placeholders, strict, vault
from apps.onboarding_api.services.pii_integration.engine import KnownValue, Policy, Span, ViewKind
from apps.onboarding_api.services.pii_integration.normal import normalise
from apps.onboarding_api.services.pii_integration.redaction import (
    Personal,
    Redaction,
    combined,
    longer_forms,
)

_log = logging.getLogger("security")
SessionId = UUID | str | None
SecondScan = Callable[[str], int]
"""Counts personal values in a sanitised text by other means than the engine."""

_STRUCTURED = frozenset(engine.KINDS) - {"NAME", "GPS", "ADDRESS"}
"""What the strict second scan answers for: facility answers hold words and positions that it would take for more."""

_IDENTITY_PAPERS = frozenset(
    {"passport", "aadhaar", "pan", "id_card", "identity", "licence", "license", "driving_licence"}
)
_other_scan: SecondScan | None = None
_other_spans: Callable[[str], tuple[Span, ...]] | None = None


def use_presidio() -> None:
    """This process is a worker: the second scan also asks Presidio, and a configured spaCy model adds names.

    Called once when a worker process starts. Whatever it is that cannot be loaded is raised here, and not later from
    within the work; then call `do_without_presidio`.
    """
    global _other_scan, _other_spans
    # Presidio loads spaCy: never in a web process.
    from apps.onboarding_api.services.pii_integration import presidio

    presidio.second_scan("any text")
    presidio.model_spans("any text")
    _other_scan, _other_spans = presidio.second_scan, presidio.model_spans


def do_without_presidio(refusing_scan: SecondScan) -> None:
    """This process is a worker that should have Presidio and has not: with a scan that fails no text is safe."""
    global _other_scan, _other_spans
    _other_scan, _other_spans = refusing_scan, None


class PiiService:
    """Stateless but for the settings; safe to share between threads."""

    def redact(
        self,
        text: str,
        *,
        session_id: SessionId = None,
        personal: Sequence[Personal] = (),
        view: ViewKind = "text",
        language: str = "en",
        policy: Policy = "balanced",
    ) -> Redaction:
        """`text` with its personal values replaced by placeholders of the session.

        `personal` are values the flow asked for: always replaced. Without a known session the placeholders cannot be
        turned back. Where a detector fails, the whole text goes into the vault as `[REDACTED_TEXT]`: nothing leaks,
        nothing is lost, and it is not safe for a model. Text may be redacted once only (placeholders are escaped).
        """
        return self._redact_all([text], [personal], session_id, view, language, policy)[0]

    def are_clean(self, texts: Sequence[str], *, session_id: SessionId = None) -> bool:
        """Whether nothing personal is found in any of the texts, nor what the session knows. Nothing is stored.

        False where that could not be looked at, and where redaction is switched off.
        """
        if not settings.PII.enabled:
            return not texts
        session = vault.as_session(session_id)
        known = _known(session) if session and texts else ()
        return not any(
            (found := _found(text, (), known=known, view="text", language="en", policy="balanced")).failed
            or found.spans
            or _leaks(text, known, "en")
            for text in texts
        )

    def sanitize_voice_transcript(
        self,
        transcript: str,
        session_id: SessionId,
        *,
        language: str = "en",
        personal: Sequence[Personal] = (),
    ) -> dict[str, Any]:
        """A transcript fit to be stored; spoken forms ("at gmail dot com", "double five") are understood."""
        redaction = self.redact(
            transcript or "", session_id=session_id, personal=personal, view="speech", language=language
        )
        return {"sanitized_transcript": redaction.text, **_summary(redaction)}

    def sanitize_ocr_result(
        self,
        ocr_text: str,
        session_id: SessionId,
        document_type: str | None = None,
        *,
        language: str = "en",
        personal: Sequence[Personal] = (),
    ) -> dict[str, Any]:
        """Scanned text fit to be stored. An identity paper is read under the strict policy."""
        policy: Policy = "strict" if (document_type or "").lower() in _IDENTITY_PAPERS else "balanced"
        redaction = self.redact(
            ocr_text or "",
            session_id=session_id,
            personal=personal,
            view="ocr",
            language=language,
            policy=policy,
        )
        return {"sanitized_text": redaction.text, "document_type": document_type, **_summary(redaction)}

    def sanitize_image_analysis_labels(
        self,
        labels: Sequence[str | dict[str, Any]],
        session_id: SessionId,
        *,
        personal: Sequence[Sequence[Personal]] = (),
    ) -> dict[str, Any]:
        """Labels of an image: strings, or dictionaries whose texts are sanitised and whose numbers stay.

        `personal`: for each text, in their order, what in it is personal by its place; none at all, or one for each.
        """
        texts: list[str] = []
        _collect(list(labels), texts)
        asked = personal or [()] * len(texts)
        redactions = self._redact_all(texts, asked, session_id, "ocr", "en", "balanced")
        clean = iter(redactions)
        counts: Counter[str] = Counter()
        for one in redactions:
            counts.update(one.counts)
        whole = Redaction(
            text="",
            counts=dict(counts),
            safe_for_llm=settings.PII.enabled and all(one.safe_for_llm for one in redactions),
            reversible=any(one.reversible for one in redactions),
        )
        return {"sanitized_labels": _replaced(list(labels), clean), **_summary(whole)}

    def scrub(self, text: str) -> str:
        """The strict, irreversible policy, without database: for logs, errors and dead letters."""
        return strict.scrub(text)

    def scrub_json(self, value: Any) -> Any:
        """The same leaf by leaf; values under names such as `full_name` or `password` always go."""
        return keys.scrub_json(value)

    def _redact_all(
        self,
        texts: Sequence[str],
        personal: Sequence[Sequence[Personal]],
        session_id: SessionId,
        view: ViewKind,
        language: str,
        policy: Policy,
    ) -> list[Redaction]:
        if not settings.PII.enabled:
            return [Redaction(text=text, policy="off") for text in texts]
        if not texts:
            return []
        session = vault.as_session(session_id)
        known = _known(session) if session else ()
        found = [
            _found(text, asked, known=known, view=view, language=language, policy=policy)
            for text, asked in zip(texts, personal, strict=True)
        ]
        _join_people(found, known)
        values = [value for one in found for value in one.values]
        names, reversible = _named(session, values)
        position = 0
        result = []
        for text, one in zip(texts, found, strict=True):
            mine = names[position : position + len(one.values)]
            position += len(one.values)
            clean = _written(text, one.spans, mine)
            safe = not one.failed and not _leaks(clean, known, language)
            result.append(
                Redaction(
                    text=clean,
                    counts=dict(Counter(value.kind for value in one.values)),
                    placeholders=tuple(dict.fromkeys(mine)),
                    facts=_facts(mine, one.valid),
                    safe_for_llm=safe,
                    policy=policy,
                    reversible=reversible and bool(mine),
                )
            )
        return result


def _known(session: UUID) -> tuple[KnownValue, ...]:
    return tuple(
        KnownValue(kept.value.kind, kept.value.given, kept.value.normalised)
        for kept in vault.everything(session)
        if kept.value.kind != "TEXT"
    )


class _Found:
    """Spans of one text with their values and whether each is usable."""

    __slots__ = ("asked", "failed", "spans", "valid", "values")

    def __init__(self, *, failed: bool = False) -> None:
        self.spans: list[Span] = []
        self.values: list[vault.Value] = []
        self.valid: list[bool] = []
        self.asked: list[bool] = []
        self.failed = failed

    def add(self, span: Span, value: vault.Value, *, valid: bool, asked: bool = False) -> None:
        self.spans.append(span)
        self.values.append(value)
        self.valid.append(valid)
        self.asked.append(asked)


def _join_people(found: Sequence[_Found], known: Sequence[KnownValue]) -> None:
    """Gives "Asha" the placeholder of "Asha Verma". What was asked for stays as given: it may be somebody else."""
    full = {
        value.normalised: vault.Value(value.kind, value.value, value.normalised)
        for value in known
        if value.kind == "NAME"
    }
    told = [value for one in found for value in one.values if value.kind == "NAME"]
    for value in told:
        if " " in value.normalised:
            full.setdefault(value.normalised, value)
    longer = longer_forms((value.normalised for value in told), full)
    for one in found:
        for place, value in enumerate(one.values):
            if value.kind == "NAME" and not one.asked[place] and value.normalised in longer:
                one.values[place] = full[longer[value.normalised]]


def _found(
    text: str,
    personal: Sequence[Personal],
    *,
    known: Sequence[KnownValue],
    view: ViewKind,
    language: str,
    policy: Policy,
) -> _Found:
    try:
        result = _Found()
        spans = engine.find(text, policy=policy, known=known, language=language, view=view)
        if _other_spans is not None:
            spans = engine.resolve([*spans, *_other_spans(text)])
        for span, asked in combined(text, spans, personal):
            given = text[span.start : span.end]
            normalised, valid = normalise(span.kind, given)
            if asked is not None:
                normalised, valid = asked.normalised or normalised, asked.valid
            value = vault.Value(span.kind, given, normalised)
            result.add(span, value, valid=valid, asked=asked is not None)
    except Exception as error:  # noqa: BLE001 -- a detector that fails must not let the text through
        _log.error("A detector failed (%s); the text was withheld whole", type(error).__name__)
        result = _Found(failed=True)
        if text:
            result.add(
                Span(0, len(text), "TEXT", 1.0, "failed"), vault.Value("TEXT", text, text), valid=False
            )
    return result


def _named(session: UUID | None, values: Sequence[vault.Value]) -> tuple[list[str], bool]:
    """Placeholders for the values, from the vault where the session has one, and whether they can be turned back."""
    if session is not None and values:
        try:
            return vault.store_all(session, values), True
        except vault.UnknownSessionError:
            pass
    given: dict[tuple[str, str], str] = {}
    numbers: Counter[str] = Counter()
    for value in values:
        if (value.kind, value.normalised) not in given:
            numbers[value.kind] += 1
            given[value.kind, value.normalised] = placeholders.name(value.kind, numbers[value.kind])
    return [given[value.kind, value.normalised] for value in values], False


def _written(text: str, spans: Sequence[Span], names: Sequence[str]) -> str:
    parts: list[str] = []
    position = 0
    for span, name in zip(spans, names, strict=True):
        parts += (placeholders.escape(text[position : span.start]), name)
        position = span.end
    parts.append(placeholders.escape(text[position:]))
    return "".join(parts)


def _facts(names: Sequence[str], valid: Sequence[bool]) -> dict[str, bool]:
    facts: dict[str, bool] = {}
    for name, usable in zip(names, valid, strict=True):
        facts[name] = facts.get(name, False) or usable
    return facts


def _leaks(clean: str, known: Sequence[KnownValue], language: str) -> bool:
    """The independent second scan, over the sanitised text."""
    try:
        spans = engine.find(clean, policy="strict", known=known, language=language)
        if any(span.kind in _STRUCTURED or span.rule.startswith("known") for span in spans):
            return True
        return _other_scan is not None and _other_scan(clean) > 0
    except Exception as error:  # noqa: BLE001 -- what could not be checked is not safe
        _log.error("The second scan failed: %s", type(error).__name__)
        return True


def _summary(redaction: Redaction) -> dict[str, Any]:
    return {
        "pii_redacted": bool(redaction.counts),
        "redaction_metadata": redaction.pii,
        "safe_for_llm": redaction.safe_for_llm,
    }


def _collect(value: Any, texts: list[str]) -> None:
    if isinstance(value, str):
        texts.append(value)
    elif isinstance(value, dict):
        for one in value.values():
            _collect(one, texts)
    elif isinstance(value, list | tuple):
        for one in value:
            _collect(one, texts)


def _replaced(value: Any, clean: Any) -> Any:
    """The same shape with the strings in order replaced."""
    if isinstance(value, str):
        return next(clean).text
    if isinstance(value, dict):
        return {key: _replaced(one, clean) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_replaced(one, clean) for one in value]
    return value


@lru_cache(maxsize=1)
def the_service() -> PiiService:
    """The one service of this process."""
    return PiiService()
