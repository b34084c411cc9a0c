"""Text on photos: registers, meters, signs. The engine is loaded with the first image."""

from apps.onboarding_api.services.ocr_service.service import OnboardingOCRService

__all__ = ["OnboardingOCRService"]
