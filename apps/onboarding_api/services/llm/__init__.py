"""Maker and checker: `get_llm_service()`, over a port with an embedded provider that needs no key and no
network."""

from apps.onboarding_api.services.llm.port import (
    CheckRequest,
    ExistingSite,
    LlmProvider,
    MakeRequest,
    Objection,
    Proposal,
    SiteContext,
    Understanding,
    UnderstandRequest,
    UploadSummary,
    Verdict,
)
from apps.onboarding_api.services.llm.registry import get_llm_service
from apps.onboarding_api.services.llm.service import LlmService

__all__ = [
    "CheckRequest",
    "ExistingSite",
    "LlmProvider",
    "LlmService",
    "MakeRequest",
    "Objection",
    "Proposal",
    "SiteContext",
    "UnderstandRequest",
    "Understanding",
    "UploadSummary",
    "Verdict",
    "get_llm_service",
]
