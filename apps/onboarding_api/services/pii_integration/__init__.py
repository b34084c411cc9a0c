"""Personal data stops here.

`get_pii_service()` gives the one service of the process. This package is imported while logging is being configured, so
models are loaded only when the service is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apps.onboarding_api.services.pii_integration.service import PiiService

__all__ = ["get_pii_service"]


def get_pii_service() -> PiiService:
    """The service that redacts, one per process."""
    # The service reads models, and this module is imported before Django's apps are ready.
    from apps.onboarding_api.services.pii_integration.service import the_service

    return the_service()
