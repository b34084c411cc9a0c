"""The pages of the dead letters in a real browser, on the running stack: what an admin clicks, and how it looks."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from apps.onboarding_api.tests import browser
from apps.onboarding_api.tests.running_stack import ROOT, RunningStack

pytestmark = pytest.mark.stack
FAILS_AGAIN, SUCCEEDS = "understand_document", "forget_expired"
SEED = """
import sys
from background_tasks.dead_letter_queue import dlq_handler
task, n, secret, kind = sys.argv[-4:]
for number in range(int(n)):
    try:
        raise {"key": KeyError, "value": ValueError, "time": TimeoutError}[kind](f"could not read {secret}")
    except Exception as error:
        import uuid
        kwargs = {"upload_id": str(uuid.uuid4())} if task == "understand_document" else {}
        dlq_handler.send_to_dlq(str(uuid.uuid4()), task, (), kwargs, error, 5)
"""


def seed(stack: RunningStack, task: str, n: int, *, kind: str, about: str = "Asha Kulkarni") -> None:
    """Dead letters, captured as the product captures them, by a process beside the stack."""
    program = f"import sys; sys.argv = {['', task, str(n), about, kind]!r}\n{SEED}"
    command = [sys.executable, "manage.py", "shell", "-v", "0", "-c", program]
    subprocess.run(command, cwd=ROOT, env=stack.environment, check=True, stdout=subprocess.PIPE, timeout=60)


@pytest.fixture(autouse=True)
def nothing_dead(stack: RunningStack) -> Iterator[None]:
    """Each test starts, and leaves the stack, with an empty queue."""
    _empty(stack)
    yield
    _empty(stack)


def _empty(stack: RunningStack) -> None:
    stack.rows(
        "UPDATE task_ledger_taskrecord SET state = 'discarded' WHERE state IN ('dead', 'expired') RETURNING id"
    )


@pytest.fixture
def admin(browser_page: Page, stack: RunningStack) -> Page:
    browser.sign_in(browser_page, stack.url)
    return browser_page


def open_first_entry(page: Page, stack: RunningStack) -> str:
    """Its id."""
    page.goto(f"{stack.url}/admin/dead-letters/entries/")
    page.locator(".dlq-table tbody tr a").first.click()
    page.wait_for_url(re.compile(r"/dead-letters/[0-9a-f-]{36}/"))
    return page.url.rstrip("/").rpartition("/")[2]


def row_of(stack: RunningStack, task_id: str) -> tuple[str, int]:
    (row,) = stack.rows("SELECT state, generation FROM task_ledger_taskrecord WHERE id = %s", task_id)
    return row["state"], row["generation"]


def deeds_of(stack: RunningStack, task_id: str) -> list[str]:
    rows = stack.rows("SELECT operation FROM task_ledger_taskaction WHERE task_id = %s ORDER BY id", task_id)
    return [row["operation"] for row in rows]


def test_from_the_sidebar_over_filter_and_group_to_an_entry_that_is_retried(
    admin: Page, stack: RunningStack
) -> None:
    seed(stack, SUCCEEDS, 2, kind="time")
    seed(stack, FAILS_AGAIN, 5, kind="value")
    admin.get_by_role("link", name="Dead letters").click()
    expect(admin.locator('[data-figure="dead"]')).to_have_text("7")
    expect(admin.locator('[data-figure="missing"]')).to_have_text("0 missing")
    browser.screenshot(admin, "dlq_overview")
    assert not browser.overflows(admin)
    admin.get_by_label("Task").select_option(SUCCEEDS)
    admin.get_by_role("button", name="Filter", exact=True).click()
    expect(admin.locator('[data-figure="chosen"]')).to_contain_text("2 dead letters match")
    admin.locator("tr[data-cause] a").first.click()
    expect(admin.locator('[data-figure="total"]')).to_contain_text("2 dead letters match")
    browser.screenshot(admin, "dlq_entries")
    assert not browser.overflows(admin)
    admin.locator(".dlq-table tbody tr a").first.click()
    expect(admin.locator("#retry")).to_be_visible()
    browser.screenshot(admin, "dlq_entry")
    admin.locator("#retry input[name=reason]").fill("the disk is back")
    admin.locator("#retry button").click()
    expect(admin.get_by_text("Sent back. This page follows")).to_be_visible()
    expect(
        admin.locator(".dlq-state-done")
    ).to_be_visible()  # without a click: the page looks again by itself
    expect(admin.get_by_text("the disk is back")).to_be_visible()
    expect(admin.locator("#retry")).to_have_count(0)
    browser.screenshot(admin, "dlq_entry_done")


def test_double_click_on_retry_sends_back_once(admin: Page, stack: RunningStack) -> None:
    seed(stack, SUCCEEDS, 1, kind="time")
    task_id = open_first_entry(admin, stack)
    admin.locator("#retry button").dblclick()
    expect(admin.locator(".dlq-state-done")).to_be_visible()
    assert row_of(stack, task_id) == ("done", 1)
    assert deeds_of(stack, task_id) == ["redrive"]


def test_two_tabs_retry_once_and_the_second_is_told_so(admin: Page, stack: RunningStack) -> None:
    seed(stack, SUCCEEDS, 1, kind="time")
    task_id = open_first_entry(admin, stack)
    other = admin.context.new_page()
    other.goto(admin.url)
    admin.locator("#retry button").click()
    expect(admin.get_by_text("Sent back.")).to_be_visible()
    other.locator("#retry button").click()
    expect(other.get_by_text("Nothing was done a second time")).to_be_visible()
    browser.screenshot(other, "dlq_second_tab")
    assert deeds_of(stack, task_id) == ["redrive"]


def test_edit_is_mended_where_it_is_no_json_and_then_retried(admin: Page, stack: RunningStack) -> None:
    seed(stack, FAILS_AGAIN, 1, kind="key")
    task_id = open_first_entry(admin, stack)
    admin.locator("#edit summary").first.click()
    admin.get_by_label("upload_id: what to do").select_option("replace with")
    value = admin.get_by_label("upload_id: new value as JSON")
    value.fill("not json")
    admin.get_by_role("button", name="Change and retry").click()
    expect(admin.get_by_text("this is not JSON")).to_be_visible()
    expect(value).to_have_value("not json")
    browser.screenshot(admin, "dlq_edit")
    value.fill(f'"{uuid4()}"')
    admin.get_by_role("button", name="Change and retry").click()
    expect(admin.get_by_text("Changed upload_id and sent it back")).to_be_visible()
    expect(
        admin.locator("#retry")
    ).to_be_visible()  # dead again, as the upload is unknown: the ways back return
    assert row_of(stack, task_id) == ("dead", 1)
    expect(admin.get_by_text("Edited and retried")).to_be_visible()
    browser.screenshot(admin, "dlq_edited_and_dead_again")


def test_discard_takes_a_reason(admin: Page, stack: RunningStack) -> None:
    seed(stack, FAILS_AGAIN, 1, kind="key")
    task_id = open_first_entry(admin, stack)
    admin.locator("#discard summary").click()
    admin.get_by_role("button", name="Yes, discard it").click()
    assert row_of(stack, task_id)[0] == "dead"  # the browser asks for the reason before it sends
    admin.locator("#discard input[name=reason]").fill("a test upload")
    admin.get_by_role("button", name="Yes, discard it").click()
    expect(admin.locator(".dlq-state-discarded")).to_be_visible()
    assert deeds_of(stack, task_id) == ["discard"]


def test_bulk_retry_is_previewed_confirmed_and_watched_to_its_end(admin: Page, stack: RunningStack) -> None:
    seed(stack, SUCCEEDS, 14, kind="time")
    seed(stack, FAILS_AGAIN, 1, kind="value")
    admin.goto(f"{stack.url}/admin/dead-letters/?task_name={SUCCEEDS}")
    admin.get_by_role("link", name="Retry all that match").click()
    expect(admin.locator('[data-figure="total"]')).to_have_text("14 dead letters would be sent back")
    browser.screenshot(admin, "dlq_bulk_preview")
    admin.get_by_label("Why").fill("mended")
    admin.get_by_role("button", name="Retry 14").dblclick()
    expect(admin.locator('[data-count="succeeded"]')).to_be_visible()
    browser.screenshot(admin, "dlq_bulk_running")
    expect(admin.locator(".dlq-state-done")).to_be_visible(timeout=60_000)
    expect(admin.locator('[data-count="succeeded"]')).to_have_text("14")
    browser.screenshot(admin, "dlq_bulk_done")
    rows = stack.rows("SELECT count(*) AS n FROM task_ledger_bulkredrive WHERE reason = 'mended'")
    assert rows == [{"n": 1}]


def test_bulk_that_is_no_mend_stops_at_its_first_canary(admin: Page, stack: RunningStack) -> None:
    seed(stack, FAILS_AGAIN, 5, kind="value")
    admin.goto(f"{stack.url}/admin/dead-letters/retry-all/")
    admin.get_by_role("button", name="Retry 5").click()
    expect(admin.get_by_text("Stopped: 1 of 1 failed again")).to_be_visible(timeout=60_000)
    browser.screenshot(admin, "dlq_bulk_stopped")
    rows = stack.rows("SELECT count(*) AS n FROM task_ledger_taskrecord WHERE state = 'dead'")
    assert rows == [{"n": 5}]


def test_bulk_discard_is_previewed_and_confirmed(admin: Page, stack: RunningStack) -> None:
    seed(stack, FAILS_AGAIN, 3, kind="value")
    admin.goto(f"{stack.url}/admin/dead-letters/discard-all/")
    browser.screenshot(admin, "dlq_discard_preview")
    admin.get_by_label("Yes, every dead letter").check()
    admin.get_by_label("Why").fill("test data")
    admin.get_by_role("button", name="Discard 3").click()
    expect(admin.get_by_text("Put away: 3 dead letters")).to_be_visible()
    expect(admin.locator('[data-figure="dead"]')).to_have_text("0")
    browser.screenshot(admin, "dlq_empty")


def test_pages_fit_a_phone_and_the_dark(chromium: Browser, stack: RunningStack) -> None:
    seed(stack, FAILS_AGAIN, 3, kind="value")
    pages = {"overview": "", "entries": "entries/", "retry": "retry-all/", "discard": "discard-all/"}
    with browser.opened_page(chromium, size=browser.PHONE) as page:
        browser.sign_in(page, stack.url)
        for name, path in pages.items():
            page.goto(f"{stack.url}/admin/dead-letters/{path}")
            browser.screenshot(page, f"dlq_phone_{name}")
            assert not browser.overflows(page), name
        open_first_entry(page, stack)
        page.evaluate("document.querySelectorAll('#dlq-live details').forEach(part => { part.open = true })")
        browser.screenshot(page, "dlq_phone_entry")
        assert not browser.overflows(page)
        page.emulate_media(color_scheme="dark")
        page.evaluate("localStorage.setItem('_x_adminTheme', JSON.stringify('dark'))")
        page.goto(f"{stack.url}/admin/dead-letters/")
        browser.screenshot(page, "dlq_phone_dark")


def test_no_page_reports_an_error_to_the_console_or_shows_a_planted_name(
    admin: Page, stack: RunningStack
) -> None:
    seed(stack, FAILS_AGAIN, 1, kind="key", about="Chandrakant Wadekar, wadekar@mail.example")
    said: list[str] = []
    admin.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    admin.on("pageerror", lambda error: said.append(str(error)))
    for path in ("", "entries/", "retry-all/", "discard-all/"):
        admin.goto(f"{stack.url}/admin/dead-letters/{path}")
        assert "wadekar" not in admin.content().lower()
    open_first_entry(admin, stack)
    assert "wadekar" not in admin.content().lower()
    assert said == []
