"""Files on their way in: each byte is counted, hashed and shown to the virus scanner once, while it comes."""

from apps.onboarding_api.services.receiving.names import UnsafeName, require_safe
from apps.onboarding_api.services.receiving.reception import Received, Reception, received

__all__ = ["Received", "Reception", "UnsafeName", "received", "require_safe"]
