"""Documents become text: PDF, DOCX, XLSX, CSV, TXT."""

from apps.onboarding_api.services.document_service.service import OnboardingDocumentService

__all__ = ["OnboardingDocumentService"]
