"""A real browser for tests: headless Chromium, one for each module, a fresh context (cookies, storage) for each page.

While it runs, Playwright's event loop runs in the thread of the tests. So it ends with its module: others use
`asyncio.run`, which refuses beside one. Tests with a browser look at the running stack, never at Django's own database.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DEMO_PASSWORD = "demo-password"
DESKTOP, PHONE = (1280, 900), (390, 844)
_TIMEOUT_MILLISECONDS = 20_000


@contextmanager
def running_browser() -> Iterator[Browser]:
    """The browser of this machine; the test is skipped where there is none."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip(f"no browser on the PATH (looked for {', '.join(NAMES)})")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def opened_page(browser: Browser, *, size: tuple[int, int] = DESKTOP) -> Iterator[Page]:
    """An empty page that speaks to this machine only, as somebody who was never there before."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, timezone_id="UTC")
    context.set_default_timeout(_TIMEOUT_MILLISECONDS)
    try:
        yield context.new_page()
    finally:
        context.close()


def sign_in(page: Page, url: str, *, username: str = "admin@demo.example") -> None:
    """Sign in to the admin, through its form."""
    page.goto(f"{url}/admin/login/?next=/admin/")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", DEMO_PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url(f"{url}/admin/")


def screenshot(page: Page, name: str) -> None:
    """Keep what is seen, where `SCREENSHOTS` names a folder."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def overflows(page: Page) -> bool:
    """Whether the page is wider than the window: on a phone it would have to be pushed sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))
