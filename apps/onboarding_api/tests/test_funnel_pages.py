"""The admin's pages of the funnel: figures, the sessions behind them, and the replay of one."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.onboarding_api.services import funnel_analytics
from apps.onboarding_api.tests import factories
from apps.onboarding_api.tests.test_funnel_rollups import open_session

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant() -> Any:
    made = factories.ClientFactory.create(name="Lotus Towers")
    now = timezone.now()
    for n in range(12):
        open_session(made, started=now - timedelta(days=5, minutes=n), reached=4 if n < 7 else 1)
    open_session(made, started=now - timedelta(minutes=20), reached=1)
    funnel_analytics.fold()
    return made


@pytest.fixture
def staff() -> Client:
    browser = Client()
    browser.force_login(factories.UserFactory.create(is_staff=True, is_superuser=True))
    return browser


def page(browser: Client, name: str, *args: Any, **asked: Any) -> str:
    answer = browser.get(reverse(f"funnel:{name}", args=args), asked)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def figure(text: str, name: str) -> str:
    found = re.search(rf'data-figure="{name}"[^>]*>([^<]*)<', text)
    assert found is not None
    return found[1].strip()


def test_others_than_staff_are_sent_to_the_sign_in(tenant: Any) -> None:
    browser = Client()
    browser.force_login(factories.MembershipFactory.create(client=tenant).user)
    for address in (
        reverse("funnel:overview"),
        reverse("funnel:sessions"),
        reverse("funnel:replay", args=[uuid4()]),
    ):
        assert browser.get(address).status_code == 302


def test_staff_without_the_right_to_view_sessions_see_nothing(tenant: Any) -> None:
    browser = Client()
    browser.force_login(factories.UserFactory.create(is_staff=True))
    assert browser.get(reverse("funnel:overview")).status_code == 403


def test_the_first_page_tells_the_funnel_of_a_client(staff: Client, tenant: Any) -> None:
    text = page(staff, "overview", client_id=str(tenant.pk), range="30d")
    assert figure(text, "active") == "1 open"
    assert "of 13 sessions" in text
    row = re.search(r'data-stage="engaged".*?</tr>', text, re.S)
    assert row is not None
    assert re.findall(r">(\d+)<", row[0])[:4] == ["13", "7", "5", "1"]


def test_every_count_of_drop_offs_opens_exactly_its_sessions(staff: Client, tenant: Any) -> None:
    text = page(staff, "overview", client_id=str(tenant.pk), range="30d")
    links = re.findall(r'<a href="(/admin/funnel/sessions/\?[^"]*)">(\d+)</a>', text)
    assert links
    for address, count in links:
        opened = unescape(staff.get(address).content.decode())
        assert figure(opened, "found").split()[0] == count


def test_every_cohort_opens_its_sessions(staff: Client, tenant: Any) -> None:
    text = page(staff, "overview", client_id=str(tenant.pk), range="30d")
    found = re.findall(r'href="([^"]*(?:language|device|weekday)=[^"]*)">(\d+)</a>', text)
    assert found
    for address, n in found:
        listed = staff.get(address)
        assert (listed.status_code, len(listed.context["page"].object_list)) == (200, int(n))


def test_a_session_says_by_which_rule_it_counts(staff: Client, tenant: Any) -> None:
    text = page(staff, "sessions", client_id=str(tenant.pk), outcome="dropped", stage="engaged")
    assert text.count("Dropped after engaged: nothing was heard for 72 hours.") == 5


def test_the_replay_of_a_session_is_shown(staff: Client) -> None:
    session = factories.SessionFactory.create()
    funnel_analytics.fold()
    text = page(staff, "replay", session.pk)
    assert figure(text, "state") == "STARTED"
    assert "session_started" in text


@pytest.mark.parametrize(
    "asked",
    [
        {"range": "1y"},
        {"client_id": "x"},
        {"client_id": str(uuid4())},
        {"time_zone": "Mars/Base"},
        {"range": "\0"},
    ],
)
def test_what_cannot_be_answered_leads_back_and_says_why(staff: Client, asked: dict[str, str]) -> None:
    answer = staff.get(reverse("funnel:overview"), asked, follow=True)
    assert answer.redirect_chain == [(reverse("funnel:overview"), 302)]
    assert list(answer.context["messages"])


@pytest.mark.parametrize("number", ["0", "-1", "x", "9999", ""])
def test_pages_out_of_range_show_the_nearest(staff: Client, tenant: Any, number: str) -> None:
    assert "13 sessions" in page(staff, "sessions", client_id=str(tenant.pk), page=number)


def test_an_unknown_session_has_no_replay(staff: Client) -> None:
    assert staff.get(reverse("funnel:replay", args=[uuid4()])).status_code == 404


def test_where_nothing_is_counted_the_page_says_so(staff: Client, settings: Any) -> None:
    settings.ENABLE_FUNNEL_ANALYTICS = False
    assert "ENABLE_FUNNEL_ANALYTICS" in staff.get(reverse("funnel:overview")).content.decode()
