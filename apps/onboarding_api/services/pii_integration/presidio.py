"""Presidio around the engine, for workers and evaluation. Importing this loads spaCy: never in a web process.

`OnboardingRecognizer` offers the engine's spans to Presidio, so its registry, operators and further recognisers apply.
`second_scan` asks only Presidio's recognisers with a check digit or a shape of their own, over sanitised text, in
pieces: on hostile input the whole analyser takes seconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

import spacy.util
import tldextract.tldextract
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from presidio_analyzer import AnalyzerEngine, EntityRecognizer, RecognizerRegistry, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine, NoOpNlpEngine, SpacyNlpEngine
from presidio_analyzer.predefined_recognizers import (
    CreditCardRecognizer,
    EmailRecognizer,
    IbanRecognizer,
    InAadhaarRecognizer,
    UsSsnRecognizer,
)

from apps.onboarding_api.services.pii_integration import engine, placeholders
from apps.onboarding_api.services.pii_integration.engine import packs
from apps.onboarding_api.services.pii_integration.engine.context import is_harmless
from apps.onboarding_api.services.pii_integration.engine.scene import Scene

# Presidio's e-mail check asks for the list of public suffixes. The one in the wheel is used; the network never.
tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)

ENTITY = {
    "EMAIL": "EMAIL_ADDRESS", "PHONE": "PHONE_NUMBER", "NAME": "PERSON", "CARD": "CREDIT_CARD", "SSN": "US_SSN",
    "IP": "IP_ADDRESS", "IBAN": "IBAN_CODE", "AADHAAR": "IN_AADHAAR", "PAN": "IN_PAN", "PASSPORT": "PASSPORT",
    "PLATE": "VEHICLE_REGISTRATION", "DOB": "DATE_OF_BIRTH", "GPS": "COORDINATES", "URL": "URL_CREDENTIALS",
    "SECRET": "SECRET", "ADDRESS": "ADDRESS", "LICENCE": "DRIVER_LICENSE", "IDENTITY": "NATIONAL_ID",
}  # fmt: skip
"""The engine's kinds under Presidio's names."""

_PIECE, _OVERLAP = 1_000, 128
_SURE = 0.5
_NO_ARTIFACTS: Any = None
"""Pattern recognisers take none, whatever the signature says."""


class OnboardingRecognizer(EntityRecognizer):
    """The span engine as one of Presidio's recognisers."""

    def __init__(self, *, policy: engine.Policy = "balanced", language: str = "en") -> None:
        self.policy: engine.Policy = policy
        super().__init__(
            supported_entities=sorted(set(ENTITY.values())),
            supported_language=language,
            name="OnboardingRecognizer",
        )

    def load(self) -> None:
        """Nothing to load: the engine is code and short word lists."""

    def analyze(
        self,
        text: str,
        entities: Sequence[str],
        nlp_artifacts: NlpArtifacts | None = None,  # noqa: ARG002 -- Presidio passes it to every recogniser
    ) -> list[RecognizerResult]:
        """The engine's spans of the wanted entities (all where none are named)."""
        spans = engine.find(text, policy=self.policy, language=self.supported_language)
        return [
            RecognizerResult(
                entity_type=ENTITY[span.kind],
                start=span.start,
                end=span.end,
                score=span.score,
                recognition_metadata={
                    RecognizerResult.RECOGNIZER_NAME_KEY: "OnboardingRecognizer",
                    RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id,
                },
            )
            for span in spans
            if not entities or ENTITY[span.kind] in entities
        ]


class _English(SpacyNlpEngine):
    """The operator's model for English; every other language goes without one."""

    def process_text(self, text: str, language: str) -> NlpArtifacts:
        if language == "en":
            return super().process_text(text, language)
        return _without_model().process_text(text, language)

    def get_supported_languages(self) -> list[str]:
        return list(languages())


@lru_cache(maxsize=1)
def _without_model() -> NoOpNlpEngine:
    nlp = NoOpNlpEngine(models=[{"lang_code": code, "model_name": "none"} for code in languages()])
    nlp.load()
    return nlp


def _nlp() -> NlpEngine:
    model = settings.PII.spacy_model
    if not model:
        return _without_model()
    if not spacy.util.is_package(model):
        raise ImproperlyConfigured(f"PII_SPACY_MODEL names {model!r}, which is not installed")
    nlp = _English(models=[{"lang_code": "en", "model_name": model}])
    nlp.load()
    return nlp


def languages() -> tuple[str, ...]:
    """The languages the engine speaks, by their codes."""
    return tuple(sorted(pack.code for pack in packs.all_languages()))


def offered(policy: engine.Policy = "balanced") -> list[EntityRecognizer]:
    """The engine as recognisers for a registry of Presidio's, one per language."""
    return [OnboardingRecognizer(policy=policy, language=code) for code in languages()]


@lru_cache(maxsize=1)
def build_analyzer() -> AnalyzerEngine:
    """Presidio with its own recognisers, those of countries among them, and the engine's, in every language of the
    engine. Further ones may be given with a call (`ad_hoc_recognizers`). No model is ever downloaded."""
    nlp = _nlp()
    codes = list(languages())
    registry = RecognizerRegistry(supported_languages=codes)
    registry.load_predefined_recognizers(languages=codes, nlp_engine=nlp)
    for recogniser in offered():
        registry.add_recognizer(recogniser)
    return AnalyzerEngine(registry=registry, nlp_engine=nlp, supported_languages=codes)


@lru_cache(maxsize=1)
def _recognisers() -> tuple[EntityRecognizer, ...]:
    return (
        EmailRecognizer(),
        CreditCardRecognizer(),
        IbanRecognizer(),
        UsSsnRecognizer(),
        InAadhaarRecognizer(),
    )


def second_scan(text: str) -> int:
    """How many personal values Presidio still sees in a sanitised text."""
    clean = placeholders.PLACEHOLDER.sub(" ", text)
    return sum(_findings(piece) for piece in _pieces(clean))


def _pieces(text: str) -> Iterator[str]:
    for start in range(0, max(1, len(text)), _PIECE):
        yield text[start : start + _PIECE + _OVERLAP]


def _findings(piece: str) -> int:
    scene = Scene(piece, policy="balanced", kind="text", language="en")
    count = 0
    for recogniser in _recognisers():
        for result in recogniser.analyze(piece, recogniser.supported_entities, _NO_ARTIFACTS) or ():
            # The view may be shorter than the piece: its positions are looked up.
            start, end = scene.view.at(result.start), scene.view.at(result.end)
            if result.score >= _SURE and not is_harmless(scene, start, end):
                count += 1
    return count


def model_spans(text: str) -> tuple[engine.Span, ...]:
    """Names that the operator's spaCy model sees; none where no model is configured."""
    if not settings.PII.spacy_model or not text.strip():
        return ()
    results = build_analyzer().analyze(text, language="en", entities=["PERSON"], score_threshold=_SURE)
    return tuple(
        engine.Span(result.start, result.end, "NAME", 0.5, "model.person")
        for result in results
        if any(character.isalpha() for character in text[result.start : result.end])
    )
