"""Signing in: JWT bearer tokens for clients, Django sessions with CSRF for browsers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client as Browser
from django.urls import reverse
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken

from apps.onboarding_api.tests import factories
from apps.onboarding_api.tests.api_world import Caller, assert_problem

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kept_connection")]


@pytest.fixture
def user() -> User:
    factories.default_flow()
    found: User = factories.MembershipFactory.create().user
    return found


def sign_in(user: User, password: str = factories.PASSWORD) -> Any:
    return Caller()("POST", reverse("token"), {"username": user.username, "password": password})


def test_a_token_opens_the_api(user: User) -> None:
    token = sign_in(user).json()
    assert token.keys() == {"access", "refresh"}
    assert Caller()("GET", reverse("sessions"), Authorization=f"Bearer {token['access']}").status_code == 200


def test_a_refresh_token_gives_a_new_access_token(user: User) -> None:
    refresh = sign_in(user).json()["refresh"]
    renewed = Caller()("POST", reverse("token-refresh"), {"refresh": refresh}).json()
    assert (
        Caller()("GET", reverse("sessions"), Authorization=f"Bearer {renewed['access']}").status_code == 200
    )


def test_a_wrong_password_and_an_unknown_name_look_alike(user: User) -> None:
    wrong = assert_problem(sign_in(user, "wrong"), 401, "no_active_account")
    user.username = "nobody-of-that-name"
    unknown = assert_problem(sign_in(user), 401, "no_active_account")
    assert {**wrong, "correlation_id": ""} == {**unknown, "correlation_id": ""}


def test_a_refresh_token_is_no_access_token(user: User) -> None:
    refresh = RefreshToken.for_user(user)
    assert_problem(Caller()("GET", reverse("sessions"), Authorization=f"Bearer {refresh}"), 401)


def test_an_expired_token_says_so(user: User) -> None:
    token = AccessToken.for_user(user)
    token.set_exp(lifetime=timedelta(seconds=-1))
    problem = assert_problem(Caller()("GET", reverse("sessions"), Authorization=f"Bearer {token}"), 401)
    assert problem["code"] == "token_not_valid"
    assert "refresh_token" in problem["next_actions"]


def test_a_token_of_another_key_is_refused(user: User) -> None:
    head, payload, _ = str(AccessToken.for_user(user)).split(".")
    forged = f"Bearer {head}.{payload}.{'A' * 43}"
    assert_problem(Caller()("GET", reverse("sessions"), Authorization=forged), 401)


def test_a_browser_session_needs_its_csrf_token_for_unsafe_calls(user: User) -> None:
    browser = Browser(enforce_csrf_checks=True, headers={"Prefer": "wait=0"})
    browser.force_login(user)
    assert browser.get(reverse("sessions")).status_code == 200
    for address in (reverse("conversation"), reverse("site-audit")):
        assert_problem(browser.post(address, {}, content_type="application/json"), 403)
    browser.get("/admin/login/")
    token = browser.cookies["csrftoken"].value
    opened = browser.post(
        reverse("conversation"), {}, content_type="application/json", headers={"X-CSRFToken": token}
    )
    assert opened.status_code == 200


def test_a_bearer_token_needs_no_csrf_token(user: User) -> None:
    browser = Browser(enforce_csrf_checks=True)
    headers = {"Authorization": f"Bearer {AccessToken.for_user(user)}", "Prefer": "wait=0"}
    opened = browser.post(reverse("conversation"), {}, content_type="application/json", headers=headers)
    assert opened.status_code == 200
