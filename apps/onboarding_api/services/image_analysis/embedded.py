"""No model of scenes is on this machine: it says so, and a person looks."""

from __future__ import annotations

from apps.onboarding_api.services.image_analysis.port import SceneFindings
from apps.onboarding_api.services.photos.preparing import CleanPhoto


class EmbeddedVision:
    name = "embedded"
    is_embedded = True

    def look(self, image: CleanPhoto, *, kind: str) -> SceneFindings:
        del image, kind  # nothing here could tell a door from a wall
        return SceneFindings(
            available=False,
            reason="No vision provider is configured; the photo's technical quality, codes and text were read, "
            "and a person answers the checklist.",
        )
