"""What the harness's settings say, typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from scripts.chaos_harness.settings import ChaosSettings


def chaos() -> ChaosSettings:
    return settings.CHAOS  # type: ignore[misc]  # mypy reads the settings of the tests, which have none
