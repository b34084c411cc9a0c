"""Fixtures for tests that speak to the API without a running stack."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page

from apps.onboarding_api.tests import browser
from apps.onboarding_api.views import conversation_views, download_views, event_views, tus_taking


@pytest.fixture(scope="session", autouse=True)
def _static_files_are_not_scanned() -> None:
    """Each test client would list all static files anew, which takes longer than the request; none asks for one."""
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not name.startswith("servestatic.")]


@pytest.fixture
def kept_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """The views that wait give their connection back; here it holds the test's transaction, so it stays."""
    for module in (conversation_views, download_views, event_views, tus_taking):
        monkeypatch.setattr(module, "connection", SimpleNamespace(close=lambda: None))


@pytest.fixture
def own_storage(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Files of this test go to a folder of its own."""
    request.getfixturevalue("settings").MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A headless browser for the tests of one module."""
    with browser.running_browser() as running:
        yield running


@pytest.fixture
def browser_page(chromium: Browser) -> Iterator[Page]:
    """A page of a desktop's size, signed in nowhere."""
    with browser.opened_page(chromium) as page:
        yield page
