"""What every vision provider takes and gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

from apps.onboarding_api.services.photos.preparing import CleanPhoto


@dataclass(frozen=True, slots=True)
class SceneFindings:
    """Labels of what is to be seen. Where `available` is false, `reason` says why and `labels` is empty."""

    available: bool
    reason: str = ""
    labels: tuple[dict[str, Any], ...] = field(default=())


class VisionProvider(Protocol):
    name: str
    is_embedded: bool
    """True where nothing leaves the process."""

    def look(self, image: CleanPhoto, *, kind: str) -> SceneFindings:
        """What the photo shows. Raises `ProviderUnavailable` or `ProviderTimeout` when it cannot work."""
        ...
