"""Fixtures for tests that speak to the API without a running stack."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from apps.onboarding_api.views import conversation_views, event_views


@pytest.fixture
def kept_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """The views that wait give their connection back; here it holds the test's transaction, so it stays."""
    for module in (conversation_views, event_views):
        monkeypatch.setattr(module, "connection", SimpleNamespace(close=lambda: None))


@pytest.fixture
def own_storage(settings: Any, tmp_path: Path) -> Path:
    """Files of this test go to a folder of its own."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"
