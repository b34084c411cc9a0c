"""The funnel's page in a real browser, on the running stack."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from apps.onboarding_api.tests import browser
from apps.onboarding_api.tests.running_stack import RunningStack

pytestmark = pytest.mark.stack


def test_from_the_sidebar_to_the_funnel_and_its_heat_map(browser_page: Page, stack: RunningStack) -> None:
    browser.sign_in(browser_page, stack.url)
    browser_page.get_by_role("link", name=re.compile(r"(filter_alt\s*)?Funnel$")).first.click()
    browser_page.wait_for_url(re.compile(r"/admin/funnel/"))
    expect(browser_page.locator(".funnel-table").first).to_be_visible()
    expect(browser_page.locator(".funnel-heat tbody tr")).to_have_count(24)
    browser_page.get_by_label("Days").select_option("90d")
    browser_page.get_by_role("button", name="Show").click()
    browser_page.wait_for_url(re.compile(r"range=90d"))
    browser_page.set_viewport_size({"width": 390, "height": 844})
    assert browser_page.evaluate("document.documentElement.scrollWidth <= 400")
