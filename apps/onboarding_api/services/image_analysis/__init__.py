"""What a photo shows: measured, read, looked at. The engines are loaded with the first photo."""

from apps.onboarding_api.services.image_analysis.service import OnboardingImageAnalysisService

__all__ = ["OnboardingImageAnalysisService"]
