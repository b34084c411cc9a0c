"""What to change so that fewer people give up: from evidence alone, with what it would bring, and whether it did."""

from apps.onboarding_api.services.funnel_optimizer.predictions import about
from apps.onboarding_api.services.funnel_optimizer.report import OptimizationReport
from apps.onboarding_api.services.funnel_optimizer.service import FunnelOptimizerService, analyse

__all__ = ["FunnelOptimizerService", "OptimizationReport", "about", "analyse"]
