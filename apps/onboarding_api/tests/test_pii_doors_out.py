"""The doors by which text goes out, or is kept: what stands behind them tells nothing of the planted values."""

from __future__ import annotations

import io
import json
import logging
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client as Browser
from django.urls import get_resolver, reverse
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from apps.onboarding.models import ConversationSession
from apps.onboarding_api.services import access
from apps.onboarding_api.services.conversation import processing
from apps.onboarding_api.services.pii_integration import door_assignments, get_pii_service, hooks
from apps.onboarding_api.services.pii_integration.logs import ScrubbingFormatter
from apps.onboarding_api.tests import factories
from apps.onboarding_api.tests.api_world import Caller
from apps.onboarding_api.tests.pii_planting import (
    EMAIL,
    NAME,
    PHONE,
    PLANTED,
    UNLISTED,
    assert_clean,
    kept_text,
    redis_text,
)
from apps.task_ledger.models import TaskRecord
from background_tasks import dead_letter_view
from background_tasks.dead_letter_queue import dlq_handler

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_storage", "kept_connection")]


@dataclass(frozen=True)
class Scene:
    """A manager and a session whose first question is open."""

    user: User
    session: ConversationSession


@pytest.fixture
def scene() -> Scene:
    member = factories.MembershipFactory.create(role="manager")
    return Scene(member.user, factories.SessionFactory.create(client=member.client, user=member.user))


@pytest.fixture
def staff() -> Caller:
    return Caller(factories.UserFactory.create(is_staff=True))


def caught(values: str) -> Exception:
    """An error that quotes the values in its text, its cause and a note."""
    try:
        try:
            int(values)
        except ValueError as error:
            raise LookupError(f"no such person: {values}") from error
    except LookupError as error:
        error.add_note(values)
        return error
    raise AssertionError("the values were a number")


def die() -> str:
    task_id = str(uuid4())
    kwargs = {
        "upload_id": UNLISTED,
        "full_name": NAME,
        "people": [{"phone": PHONE, "note": PLANTED, UNLISTED: 1}],
    }
    dlq_handler.send_to_dlq(task_id, "understand_photo", (EMAIL,), kwargs, caught(f"{UNLISTED} {PLANTED}"))
    return task_id


def test_event_log_shows_placeholders_only(scene: Scene) -> None:
    ask = Caller(scene.user)
    ask("POST", reverse("conversation"), {"session_id": str(scene.session.pk), "text": PLANTED})
    turn = scene.session.turns.latest("number")
    processing.process_step(session_id=scene.session.pk, user_input="", context={"turn_id": str(turn.pk)})
    page = ask("GET", reverse("events", args=[scene.session.pk]))
    assert "REDACTED_PHONE" in page.content.decode()
    assert_clean(page.content.decode())


def test_dead_task_shows_no_argument_and_no_error_text(
    staff: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    task_id = die()
    record = TaskRecord.objects.get(pk=task_id)
    shown = json.dumps([dead_letter_view.whole(record), dlq_handler.list_dlq_tasks()], default=str)
    for path in ("dlq-tasks", "dlq-stats", "dlq-causes"):
        shown += staff("GET", reverse(path)).content.decode()
    shown += staff("GET", reverse("dlq-task", args=[task_id])).content.decode()
    assert_clean(shown + kept_text() + caplog.text, unlisted=True)


def test_results_of_tasks_are_ids_and_states(scene: Scene) -> None:
    ask = Caller(scene.user)
    ask(
        "POST",
        reverse("conversation"),
        {"session_id": str(scene.session.pk), "text": f"{UNLISTED} {PLANTED}"},
    )
    turn = scene.session.turns.latest("number")
    result = processing.process_step(
        session_id=scene.session.pk, user_input="", context={"turn_id": str(turn.pk)}
    )
    assert_clean(json.dumps(result), unlisted=True)
    assert set(result) <= {"session_id", "turn_id", "state", "recommendation_id", "status"}


def test_reasons_of_operators_are_scrubbed(staff: Caller) -> None:
    for deed in ("retry", "discard"):
        task = reverse("dlq-task", args=[die()])
        if deed == "retry":
            staff("POST", f"{task}retry/", {"reason": PLANTED, "changes": {"upload_id": UNLISTED}})
        else:
            staff("DELETE", f"{task}?reason={PLANTED.replace('+', '%2B')}")
    staff("POST", reverse("dlq-retry"), {"all": True, "dry_run": False, "reason": PLANTED})
    assert_clean(kept_text(), unlisted=True)


@pytest.mark.django_db(transaction=True)
def test_redis_hears_ids_only() -> None:
    member = factories.MembershipFactory.create(role="manager")
    session = factories.SessionFactory.create(client=member.client, user=member.user)
    die()
    ask = Caller(member.user)
    ask(
        "POST",
        reverse("conversation"),
        {"session_id": str(session.pk), "text": f"{UNLISTED} {PLANTED}"},
    )
    heard = redis_text()
    assert str(TaskRecord.objects.latest("created_at").pk) in heard
    assert_clean(heard, unlisted=True)


@pytest.mark.parametrize("logger", sorted(door_assignments.LOGGERS))
@pytest.mark.parametrize("style", ["text", "json"])
def test_every_logger_writes_clean_lines(logger: str, style: Any) -> None:
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(ScrubbingFormatter(style))
    named = logging.getLogger(logger)
    named.addHandler(handler)
    try:
        error = caught(f"{UNLISTED} {PLANTED}")
        named.error("found %s for %s", PLANTED, {"full_name": UNLISTED, "email": EMAIL})
        named.error("failed: %s", error, exc_info=error)
        named.error(f"spoken {PLANTED}")
    finally:
        named.removeHandler(handler)
    assert out.getvalue().count("LookupError") >= 1
    assert_clean(out.getvalue(), unlisted=True)


def test_failures_tell_the_client_nothing_of_the_error(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: Any, **__: Any) -> None:
        raise caught(f"{UNLISTED} {PLANTED}")

    monkeypatch.setattr(access, "visible_session", crash)
    ask = Caller(scene.user)
    answer = ask("GET", reverse("session", args=[scene.session.pk]))
    assert answer.status_code == 500
    assert_clean(answer.content.decode() + str(answer.headers), unlisted=True)
    for path in (f"/{UNLISTED}/", f"/api/v1/{UNLISTED}/", f"/api/v1/onboarding/sessions/{UNLISTED}/"):
        missing = Browser().get(path)
        assert_clean(missing.content.decode(), unlisted=True)


def reported(error: BaseException) -> tuple[dict[str, Any], dict[str, Any]]:
    """An event as Sentry's client makes it, with values in every part, and its hint."""
    frame = {
        "filename": "apps/x.py", "abs_path": f"/home/{UNLISTED}/x.py", "function": "look", "module": "apps.x",
        "lineno": 3, "vars": {"name": NAME, "all": PLANTED}, "context_line": f"look('{UNLISTED}')",
        "pre_context": [PLANTED], "post_context": [PLANTED],
    }  # fmt: skip
    values = [
        {"type": "ValueError", "value": PLANTED, "module": "builtins", "stacktrace": {"frames": [frame]}},
        {
            "type": "LookupError", "value": f"{UNLISTED} {PLANTED}", "stacktrace": {"frames": [frame]},
            "mechanism": {"type": "django", "handled": False, "data": {"who": UNLISTED}},
        },
    ]  # fmt: skip
    crumb = {
        "timestamp": 1.0, "type": "http", "category": "httplib", "level": "info", "message": f"{UNLISTED} {PLANTED}",
        "data": {"url": f"https://{UNLISTED}.example/api/v1/{UNLISTED}?q={EMAIL}", "method": "GET", "body": PLANTED},
    }  # fmt: skip
    event = {
        "event_id": "a" * 32, "level": "error", "logger": "django.request", "platform": "python",
        "message": f"{UNLISTED} {PLANTED}", "logentry": {"message": "%s", "params": [UNLISTED]},
        "exception": {"values": values}, "breadcrumbs": {"values": [crumb]}, "server_name": UNLISTED,
        "user": {"email": EMAIL, "username": UNLISTED, "ip_address": "203.0.113.9"},
        "extra": {"all": PLANTED, "sys.argv": [UNLISTED]},
        "contexts": {"trace": {"trace_id": "b" * 32, "data": UNLISTED}},
        "transaction": f"/api/v1/onboarding/sessions/{UNLISTED}/", "tags": {"email": EMAIL},
        "request": {
            "url": f"https://x.example/api/v1/onboarding/sessions/{UNLISTED}/?q={PHONE}", "method": "POST",
            "data": {"text": PLANTED}, "cookies": {"sessionid": UNLISTED}, "query_string": f"name={UNLISTED}",
            "headers": {"User-Agent": UNLISTED, "Referer": EMAIL}, "env": {"REMOTE_ADDR": "203.0.113.9"},
        },
        "spans": [{"op": "db", "description": f"SELECT '{UNLISTED}'", "span_id": "c" * 16, "data": {"x": NAME}}],
        "threads": {"values": [{"stacktrace": {"frames": [frame]}}]},
    }  # fmt: skip
    return event, {"exc_info": (type(error), error, error.__traceback__)}


def test_reported_events_hold_no_planted_value() -> None:
    get_resolver().resolve("/health/live/")  # the routes are loaded, as they are in a web process
    event, hint = reported(caught(f"{UNLISTED} {PLANTED}"))
    for given_hint in (hint, {}, None):
        sent = hooks.before_send(event, given_hint)
        assert sent is not None
        assert_clean(json.dumps(sent), unlisted=True)
        assert "203.0.113.9" not in json.dumps(sent)
    told = hooks.before_send(event, hint)
    assert told is not None
    assert [one["type"] for one in told["exception"]["values"]] == ["ValueError", "LookupError"]
    assert told["message"].startswith("no such person")
    assert told["request"] == {"method": "POST", "url": "/api/v1/onboarding/sessions/…"}
    assert hooks.before_send_log({"body": PLANTED}) is None


@hypothesis_settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    broken=st.dictionaries(
        st.sampled_from(
            ["exception", "request", "breadcrumbs", "contexts", "spans", "message", "tags", "level"]
        ),
        st.recursive(
            st.none() | st.just(PLANTED) | st.just(EMAIL) | st.integers(),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(st.sampled_from(["values", "url", "trace", "data", "x"]), inner)
            ),
            max_leaves=8,
        ),
    )
)
def test_malformed_events_are_clean_or_dropped(broken: dict[str, Any]) -> None:
    for hook in (hooks.before_send, hooks.before_breadcrumb):
        sent = hook(broken, {"exc_info": (None, None, None)})
        if sent is not None:
            assert_clean(json.dumps(sent, default=str))


def test_metrics_and_health_hold_no_planted_value(scene: Scene, staff: Caller) -> None:
    die()
    ask = Caller(scene.user)
    ask("POST", reverse("conversation"), {"session_id": str(scene.session.pk), "text": PLANTED})
    shown = "".join(
        Browser().get(reverse(name)).content.decode() for name in ("metrics", "live", "ready", "schema")
    )
    assert "onboarding_sessions" in shown
    assert_clean(shown, unlisted=True)


def test_commands_print_no_planted_value(scene: Scene) -> None:
    get_pii_service().redact(PLANTED, session_id=scene.session.pk)
    out = io.StringIO()
    call_command("reseal", stdout=out)
    call_command("test_alerts", stdout=out)
    call_command("load_flows", stdout=out)
    assert_clean(out.getvalue(), unlisted=True)


def test_statements_variables_and_arguments_are_not_logged_even_at_debug() -> None:
    levels = {name: given.get("level") for name, given in settings.LOGGING["loggers"].items()}
    assert all(levels[name] != "DEBUG" for name in ("django.db.backends", "django.template", "celery.pool"))
    assert settings.LOGGING["loggers"]["uvicorn.access"]["handlers"] == []
