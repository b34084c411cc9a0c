"""Photos: opened safely, placed on the map, measured, read. The engines are loaded with the first photo."""

from apps.onboarding_api.services.image_analysis.exif import Position, position_of
from apps.onboarding_api.services.image_analysis.service import OnboardingImageAnalysisService

__all__ = ["OnboardingImageAnalysisService", "Position", "position_of"]
