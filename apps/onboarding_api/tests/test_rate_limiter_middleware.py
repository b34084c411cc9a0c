"""Limits as a client meets them: the real middleware, views and Redis."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth.models import User
from django.test import AsyncClient
from django.test import Client as Browser
from django.urls import reverse
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken

from apps.onboarding_api.services.security import get_rate_limiter
from apps.onboarding_api.tests import factories
from apps.onboarding_api.tests.api_world import assert_problem
from intelliwiz_config.settings.security.rate_limiting import RATE_LIMITING

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kept_connection")]

SESSIONS = "/api/v1/onboarding/sessions/"
TOKEN = "/api/v1/auth/token/"
GONE = "unix:///nowhere/redis.sock"

Limited = Callable[..., None]


@pytest.fixture
def limited(settings: Any, tmp_path: Path) -> Limited:
    """The product's policies with these quotas; keys of this test alone."""

    def put(*, redis_url: str | None = None, **given: Any) -> None:
        quotas = {name.replace("_", "-"): given.pop(name) for name in list(given) if name not in _FIELDS}
        settings.SECRET_KEY = f"a secret of this test alone, {uuid4().hex}"
        settings.RATE_LIMITING = dataclasses.replace(
            RATE_LIMITING,
            policies=tuple(
                dataclasses.replace(one, quota=quotas.get(one.name, one.quota))
                for one in RATE_LIMITING.policies
            ),
            **{"state_folder": tmp_path / "run", "redis_timeout_seconds": 5.0, "fallback_quota": 50, **given},
        )
        if redis_url:
            settings.REDIS_URL = redis_url

    return put


_FIELDS = {"trusted_proxies", "fallback_quota", "redis_timeout_seconds"}


@pytest.fixture
def user() -> User:
    factories.default_flow()
    found: User = factories.MembershipFactory.create().user
    return found


def bearer(user: User) -> dict[str, Any]:
    return {"HTTP_AUTHORIZATION": f"Bearer {AccessToken.for_user(user)}"}


def test_every_limited_answer_tells_what_is_left(limited: Limited, user: User) -> None:
    limited()
    answer = Browser().get(SESSIONS, **bearer(user))
    assert answer.status_code == 200
    assert answer["RateLimit-Policy"] == '"ip";q=1200;w=60, "user";q=600;w=60'
    assert answer["RateLimit"] == '"ip";r=1199;t=60, "user";r=599;t=60'


def test_the_answer_to_too_much_is_the_problem_of_the_draft(limited: Limited, user: User) -> None:
    limited(user=2)
    answers = [
        Browser().get(SESSIONS, HTTP_X_CORRELATION_ID="told-to-us-1", **bearer(user)) for _ in range(3)
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    problem = assert_problem(answers[2], 429, "rate_limited")
    assert problem["type"] == "https://iana.org/assignments/http-problem-types#quota-exceeded"
    assert problem["violated-policies"] == ["user"]
    assert problem["correlation_id"] == answers[2]["X-Correlation-ID"]
    assert problem["retry_after"] == int(answers[2]["Retry-After"]) in (59, 60)
    assert answers[2]["RateLimit"] == f'"ip";r=1198, "user";r=0;t={problem["retry_after"]}'
    assert answers[2]["Cache-Control"] == "no-store"


def test_users_have_quotas_of_their_own_and_share_that_of_the_address(limited: Limited, user: User) -> None:
    limited(user=2, ip=3)
    other = factories.MembershipFactory.create().user
    assert [Browser().get(SESSIONS, **bearer(user)).status_code for _ in range(3)] == [200, 200, 429]
    assert [Browser().get(SESSIONS, **bearer(other)).status_code for _ in range(2)] == [200, 429]


def test_a_browser_session_counts_as_its_user(limited: Limited, user: User) -> None:
    limited(user=2)
    browser = Browser()
    browser.force_login(user)
    assert [browser.get(SESSIONS).status_code for _ in range(2)] == [200, 200]
    assert Browser().get(SESSIONS, **bearer(user)).status_code == 429


def test_a_token_that_is_not_valid_charges_nobody_but_the_address(limited: Limited, user: User) -> None:
    limited(user=1, ip=4)
    forged = str(AccessToken.for_user(user))[:-4] + "AAAA"
    for token in (forged, str(RefreshToken.for_user(user)), "x" * 10_000):
        assert Browser().get(SESSIONS, HTTP_AUTHORIZATION=f"Bearer {token}").status_code == 401
    assert Browser().get(SESSIONS, **bearer(user)).status_code == 200
    assert Browser().get(SESSIONS).status_code == 429


def test_a_forged_x_forwarded_for_does_not_help(limited: Limited) -> None:
    limited(ip=3)
    statuses = [
        Browser().get(SESSIONS, HTTP_X_FORWARDED_FOR=f"198.51.100.{n}").status_code for n in range(23)
    ]
    assert statuses == [401] * 3 + [429] * 20


def test_behind_a_trusted_proxy_each_client_has_its_own_quota(limited: Limited) -> None:
    limited(ip=1, trusted_proxies=("127.0.0.0/8",))
    for n in range(3):
        answers = [Browser().get(SESSIONS, HTTP_X_FORWARDED_FOR=f"9.9.9.9, 198.51.100.{n}") for _ in range(2)]
        assert [answer.status_code for answer in answers] == [401, 429]


def guess(name: str = "asha@demo.example", **more: Any) -> Any:
    given = {"username": name, "password": "guess"}
    return Browser().post(TOKEN, given, content_type="application/json", **more)


def test_guessing_a_password_ends_after_a_few_tries(limited: Limited) -> None:
    limited(login=3)
    assert [guess().status_code for _ in range(5)] == [401] * 3 + [429] * 2
    assert guess(" ASHA@demo.example").status_code == 429  # the same name, spelt otherwise
    assert guess("ravi@demo.example").status_code == 401


def test_trying_many_names_from_one_address_ends_too(limited: Limited) -> None:
    limited(login_ip=4)
    assert [guess(f"n{n}@demo.example").status_code for n in range(6)] == [401] * 4 + [429] * 2


@pytest.mark.parametrize("body", ["[]", "{", "[" * 10_000, '{"username": 7}', '{"username": " "}', "\udcff"])
def test_a_login_without_a_readable_name_counts_for_the_address(limited: Limited, body: str) -> None:
    limited(login_ip=1)
    sent = body.encode("utf-8", "surrogateescape")
    first = Browser().post(TOKEN, sent, content_type="application/json")
    assert first.status_code in (400, 401)
    assert Browser().post(TOKEN, sent, content_type="application/json").status_code == 429


def test_the_sign_in_of_the_admin_is_guarded_and_answers_a_page(limited: Limited) -> None:
    limited(login=2)
    given = {"username": "admin@demo.example", "password": "guess"}
    answers = [Browser().post("/admin/login/", given) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2]["Content-Type"].startswith("text/html")
    assert "Retry-After" in answers[2]


def test_renewing_tokens_is_limited(limited: Limited, user: User) -> None:
    limited(refresh=2)
    given = {"refresh": str(RefreshToken.for_user(user))}
    statuses = [
        Browser().post(reverse("token-refresh"), given, content_type="application/json").status_code
        for _ in range(3)
    ]
    assert statuses[2] == 429


@pytest.mark.parametrize(
    ("quotas", "policy"), [({"uploads": 2}, "uploads"), ({"upload_bytes": 1_500}, "upload-bytes")]
)
def test_uploads_are_limited_by_number_and_by_bytes(
    limited: Limited, user: User, quotas: dict[str, int], policy: str
) -> None:
    limited(**quotas)
    sent = [
        Browser().post("/api/v1/onboarding/documents/", {"n": "x" * 500}, **bearer(user)) for _ in range(3)
    ]
    assert [answer.status_code for answer in sent] == [400, 400, 429]
    assert sent[2].json()["violated-policies"] == [policy]
    assert 'qu="content-bytes"' in sent[2]["RateLimit-Policy"]


def test_health_and_metrics_are_not_limited(limited: Limited) -> None:
    limited(ip=1)
    for path in ("/health/live/", "/metrics"):
        assert [Browser().get(path).status_code for _ in range(3)] == [200] * 3
        assert "RateLimit" not in Browser().get(path)


def test_metrics_tell_decisions(limited: Limited) -> None:
    limited(ip=1)
    for _ in range(2):
        Browser().get(SESSIONS)
    text = Browser().get("/metrics").content.decode()
    assert 'onboarding_rate_limit_decisions_total{mode="redis",outcome="refused",policy="ip"}' in text
    assert "onboarding_rate_limiter_breaker_state 0.0" in text


def test_without_redis_the_api_serves_on_with_less(limited: Limited, user: User) -> None:
    limited(redis_url=GONE, fallback_quota=7)
    answers = [Browser().get(SESSIONS, **bearer(user)) for _ in range(9)]
    assert [answer.status_code for answer in answers] == [200] * 7 + [429] * 2
    assert answers[0]["RateLimit-Policy"] == '"fallback";q=7;w=3600'
    assert get_rate_limiter().breaker.state == "open"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", TOKEN),
        ("POST", f"/api/v1/onboarding/approve/{UUID(int=7)}/"),
        ("POST", f"/api/v1/onboarding/change-sets/{UUID(int=7)}/revert/"),
        ("DELETE", "/api/v1/admin/dlq/clear/"),
        ("POST", "/api/v1/admin/dlq/retry/"),
    ],
)
def test_without_redis_critical_routes_are_closed(
    limited: Limited, user: User, method: str, path: str
) -> None:
    limited(redis_url=GONE)
    answer = Browser().generic(method, path, "{}", content_type="application/json", **bearer(user))
    problem = assert_problem(answer, 503, "rate_limiter_unavailable")
    assert problem["type"].endswith("#temporary-reduced-capacity")
    assert int(answer["Retry-After"]) == problem["retry_after"] > 0


def test_without_redis_nobody_signs_in_to_the_admin(limited: Limited) -> None:
    limited(redis_url=GONE)
    answer = Browser().post("/admin/login/", {"username": "admin@demo.example", "password": "guess"})
    assert answer.status_code == 503
    assert Browser().get("/admin/login/").status_code == 200


def test_under_asgi_it_is_the_same(limited: Limited) -> None:
    limited(ip=2)

    async def ask() -> list[Any]:
        return [await AsyncClient().get(SESSIONS) for _ in range(3)]

    answers = async_to_sync(ask)()
    assert [answer.status_code for answer in answers] == [401, 401, 429]
    assert answers[0]["RateLimit"] == '"ip";r=1;t=60'
