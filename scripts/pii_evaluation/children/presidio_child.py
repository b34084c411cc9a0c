"""Presidio as its documentation sets it up: the analyser in English, with an installed spaCy model if there is one.

Without a model a blank English pipeline takes its place, with lemmas filled in so that Presidio's context words work.
Nothing is ever downloaded. Results below `THRESHOLD` are not shown, as in Presidio's own demo.
"""

from __future__ import annotations

from typing import Any

from scripts.pii_evaluation.children.serving import Finder, Found, serve

THRESHOLD = 0.35
KINDS = {
    "EMAIL_ADDRESS": "EMAIL", "PHONE_NUMBER": "PHONE", "PERSON": "NAME", "CREDIT_CARD": "CARD", "US_SSN": "SSN",
    "IP_ADDRESS": "IP", "IBAN_CODE": "IBAN", "IN_AADHAAR": "AADHAAR", "IN_PAN": "PAN", "US_PASSPORT": "PASSPORT",
    "IN_PASSPORT": "PASSPORT", "UK_PASSPORT": "PASSPORT", "US_DRIVER_LICENSE": "LICENCE",
    "UK_DRIVING_LICENCE": "LICENCE", "IN_VEHICLE_REGISTRATION": "PLATE", "UK_VEHICLE_REGISTRATION": "PLATE",
    "DATE_OF_BIRTH": "DOB",
}  # fmt: skip
"""Entities with a kind of ours. Others (dates, URLs, bank numbers) are not asked for: they only cost precision."""


def load() -> tuple[str, Finder]:
    import spacy
    import tldextract.tldextract
    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import SpacyNlpEngine
    from spacy.language import Language

    # The list of public suffixes in the wheel; the network never.
    tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)

    @Language.component("lemma_is_lower")
    def lemma_is_lower(document: Any) -> Any:
        for token in document:
            token.lemma_ = token.lower_
        return document

    class Blank(SpacyNlpEngine):
        def load(self) -> None:
            nlp = spacy.blank("en")
            nlp.add_pipe("lemma_is_lower")
            self.nlp = {"en": nlp}  # type: ignore[assignment]  # declared as None, filled by load

    models = [name for name in spacy.util.get_installed_models() if name.startswith("en_")]
    if models:
        label = f"Presidio with {models[0]}"
        nlp_engine: Any = SpacyNlpEngine(models=[{"lang_code": "en", "model_name": models[0]}])
    else:
        label = "Presidio without a model"
        nlp_engine = Blank()
    nlp_engine.load()
    analyzer = AnalyzerEngine(nlp_engine=nlp_engine, supported_languages=["en"])
    wanted = sorted(set(KINDS) & set(analyzer.get_supported_entities("en")))

    def find(text: str, *_: str) -> Found:
        results = analyzer.analyze(text, language="en", entities=wanted, score_threshold=THRESHOLD)
        return [(result.start, result.end, KINDS[result.entity_type]) for result in results]

    find("my name is Asha Menon, +91 98450 12345")
    return label, find


if __name__ == "__main__":
    serve(load)
