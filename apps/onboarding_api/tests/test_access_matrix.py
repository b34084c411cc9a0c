"""Every route x every kind of caller. A route that is not in the table fails the last test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.urls import URLPattern, reverse
from django.views.generic import RedirectView
from rest_framework_simplejwt.tokens import RefreshToken

from apps.onboarding_api import urls
from apps.onboarding_api.services import upload_storage
from apps.onboarding_api.tests import api_world, experiment_world, factories, shared_rows
from apps.onboarding_api.tests.api_world import Caller, World, assert_problem
from apps.onboarding_api.tests.tus_client import OFFSET_TYPE, TUS, metadata

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_storage", "kept_connection")]
ROLES = ("anonymous", "outsider", "viewer", "contributor", "manager", "staff")
READ = (401, 404, 200, 200, 200, 200)
OWN_FIGURES = (401, 200, 200, 200, 200, 200)  # each of their own clients
ANYBODY = (200,) * 6
STAFF = (401, 403, 403, 403, 403, 200)


def _link(world: World) -> str:
    """To the document, whose file each test has in a folder of its own."""
    storages["uploads"].save(world.document.storage_key, ContentFile(b"Gate 1"))
    made = upload_storage.link(
        user=world.person("viewer"), upload_id=world.document.pk, variant=upload_storage.Variant.FILE
    )
    return made.token


Wanted = Callable[[World], Any] | Any


def _credentials(world: World) -> dict[str, str]:
    return {"username": world.person("viewer").username, "password": factories.PASSWORD}


def _experiment(world: World) -> dict[str, Any]:
    return experiment_world.body(key="another", client_id=str(world.client.pk))


@dataclass(frozen=True)
class Call:
    """One method of one route, with the status that each of ROLES gets."""

    route: str
    method: str
    statuses: tuple[int, ...]
    args: Wanted = ()
    body: Wanted = None
    form: Wanted = None
    headers: Wanted = None

    def of(self, name: str, world: World) -> Any:
        """The value of a field: as it is, or made from the world."""
        wanted = getattr(self, name)
        return wanted(world) if callable(wanted) else wanted

    def address(self, world: World) -> str:
        return reverse(self.route, args=self.of("args", world))


CALLS = [
    Call("token", "POST", ANYBODY, body=_credentials),
    Call("token-refresh", "POST", ANYBODY, body=lambda w: {"refresh": str(RefreshToken.for_user(w.person("viewer")))}),
    Call(
        "conversation", "POST", (401, 404, 403, 202, 202, 202),
        body=lambda w: {"session_id": str(w.session.pk), "text": "a warehouse"},
    ),
    Call("task", "GET", READ, args=lambda w: [w.task_id]),
    Call("sessions", "GET", (401, 200, 200, 200, 200, 200)),
    Call("session", "GET", READ, args=lambda w: [w.session.pk]),
    Call(
        "session", "PATCH", (401, 404, 403, 200, 200, 200), args=lambda w: [w.session.pk],
        body={"collected_data": {"floors": 3}}, headers=lambda w: {"If-Match": w.session.etag},
    ),
    Call("quota", "GET", READ, args=lambda w: [w.session.pk]),
    Call("events", "GET", READ, args=lambda w: [w.session.pk]),
    Call("session-recommendations", "GET", READ, args=lambda w: [w.recommendation.session_id]),
    Call("recommendation", "GET", READ, args=lambda w: [w.recommendation.pk]),
    Call("approve", "POST", (401, 404, 403, 403, 200, 200), args=lambda w: [w.recommendation.pk], body={}),
    Call("revert", "POST", (401, 404, 403, 403, 200, 200), args=lambda w: [w.change_set.pk]),
    Call(
        "site-audit", "POST", (401, 404, 403, 201, 201, 201),
        form=lambda w: {"session_id": str(w.session.pk), "photo": api_world.photo()},
    ),
    Call(
        "documents", "POST", (401, 404, 403, 201, 201, 201),
        form=lambda w: {"session_id": str(w.session.pk), "document": api_world.text_file()},
    ),
    Call("upload", "GET", READ, args=lambda w: [w.upload.pk]),
    Call("upload-file", "GET", READ, args=lambda w: [w.document.pk]),
    Call("file", "GET", ANYBODY, args=lambda w: [_link(w)]),
    Call(
        "resumable-uploads", "POST", (401, 404, 403, 201, 201, 201),
        headers=lambda w: {
            **TUS, "Upload-Length": "10",
            "Upload-Metadata": metadata(session_id=w.session.pk, filename="gate.jpg", kind="scene"),
        },
    ),
    Call(  # no store to send to in these tests
        "direct-uploads", "POST", (401, 404, 403, 409, 409, 409),
        body=lambda w: {
            "session_id": str(w.session.pk), "filename": "gate.jpg", "kind": "scene", "byte_size": 10
        },
    ),
    Call("complete-direct-upload", "POST", (401, 404, 403, 409, 409, 409), args=lambda w: [w.resumable_id]),
    Call("resumable-upload", "GET", (401, 404, 403, 200, 200, 200), args=lambda w: [w.resumable_id]),
    Call(
        "resumable-upload", "PATCH", (401, 404, 403, 204, 204, 204), args=lambda w: [w.resumable_id],
        body=b"\xff\xd8", headers={**TUS, "Upload-Offset": "0", "Content-Type": OFFSET_TYPE},
    ),
    Call(
        "resumable-upload", "DELETE", (401, 404, 403, 204, 204, 204), args=lambda w: [w.resumable_id], headers=TUS
    ),
    Call(
        "confirm-reading", "POST", (401, 404, 403, 200, 200, 200), args=lambda w: [w.reading.pk],
        body={"value": "004217"},
    ),
    Call("analytics-funnel", "GET", OWN_FIGURES),
    Call("analytics-heatmap", "GET", OWN_FIGURES),
    Call("analytics-cohorts", "GET", OWN_FIGURES),
    Call("analytics-slice", "GET", (401, 400, 400, 400, 400, 400)),  # which two cohorts has to be said
    Call("analytics-sessions", "GET", OWN_FIGURES),
    Call("dashboard-realtime", "GET", OWN_FIGURES),
    Call("dashboard-heatmap", "GET", OWN_FIGURES),
    Call("dashboard-overview", "GET", OWN_FIGURES),
    Call("dashboard-replay", "GET", READ, args=lambda w: [w.session.pk]),
    Call("funnel-recommendations", "GET", OWN_FIGURES),
    Call("funnel-recommendation", "GET", READ, args=lambda w: [w.prediction_id]),
    Call(
        "funnel-recommendation", "PATCH", (401, 404, 403, 403, 200, 200), args=lambda w: [w.prediction_id],
        body={"status": "done"},
    ),
    Call("funnel-reports", "GET", OWN_FIGURES),
    Call("funnel-report", "GET", READ, args=lambda w: [w.report_id]),
    Call("experiments", "GET", (401, 200, 200, 200, 200, 200)),
    Call("experiments", "POST", (401, 404, 403, 403, 201, 201), body=_experiment),
    Call("experiment", "GET", READ, args=lambda w: [w.experiment_id]),
    Call("experiment-results", "GET", READ, args=lambda w: [w.experiment_id]),
    Call("experiment-start", "POST", (401, 404, 403, 403, 200, 200), args=lambda w: [w.experiment_id]),
    Call("experiment-stop", "POST", (401, 404, 403, 403, 200, 200), args=lambda w: [w.running_experiment_id], body={}),
    Call(
        "experiment-roll-out", "POST", (401, 404, 403, 403, 200, 200), args=lambda w: [w.running_experiment_id],
        body={"arm": "b", "reason": "it reads better"},
    ),
    Call("dlq-tasks", "GET", STAFF),
    Call("dlq-task", "GET", STAFF, args=lambda w: [w.dead_task_id]),
    Call("dlq-task", "DELETE", (*STAFF[:5], 204), args=lambda w: [w.dead_task_id]),
    Call("dlq-task-retry", "POST", (*STAFF[:5], 202), args=lambda w: [w.dead_task_id], body={}),
    Call("dlq-stats", "GET", STAFF),
    Call("dlq-causes", "GET", STAFF),
    Call("dlq-clear", "DELETE", (*STAFF[:5], 400)),
    Call("dlq-retry", "POST", STAFF, body={"all": True}),
    Call("dlq-bulks", "GET", STAFF),
    Call("dlq-bulk", "GET", STAFF, args=lambda w: [w.bulk_id]),
    Call("dlq-bulk-stop", "POST", STAFF, args=lambda w: [w.bulk_id], body={}),
    Call("schema", "GET", ANYBODY),
    Call("docs", "GET", ANYBODY),
    Call("live", "GET", ANYBODY),
    Call("ready", "GET", (503,) * 6),  # no worker runs in these tests
    Call("metrics", "GET", ANYBODY),
    Call("home", "GET", (302,) * 6),
]  # fmt: skip


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with shared_rows.committed(django_db_blocker):
        with shared_rows.building():
            world = api_world.make_world()
        yield world


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("call", CALLS, ids=[f"{call.method}-{call.route}" for call in CALLS])
def test_each_caller_gets_what_they_may(world: World, call: Call, role: str) -> None:
    before = api_world.row_counts()
    response = Caller(world.people[role])(
        call.method,
        call.address(world),
        call.of("body", world),
        form=call.of("form", world),
        **(call.of("headers", world) or {}),
    )
    expected = call.statuses[ROLES.index(role)]
    assert response.status_code == expected, response.content[:400]
    if expected in {401, 403, 404}:
        assert_problem(response, expected)
        assert api_world.row_counts() == before
    if expected == 401:
        assert "Bearer" in response.headers["WWW-Authenticate"]


def test_lists_hold_only_what_belongs_to_ones_clients(world: World) -> None:
    def listed(role: str) -> set[str]:
        page = Caller(world.people[role])("GET", reverse("sessions")).json()
        return {row["client_id"] for row in page["results"]}

    assert listed("outsider") == set()
    assert listed("viewer") == {str(world.client.pk)} == listed("staff")


def test_what_one_may_not_see_answers_like_what_is_not_there(world: World) -> None:
    ask = Caller(world.person("outsider"))
    hidden = ask("GET", reverse("session", args=[world.session.pk])).json()
    missing = ask("GET", reverse("session", args=[uuid4()])).json()
    assert {**hidden, "correlation_id": ""} == {**missing, "correlation_id": ""}


def test_a_session_cannot_be_opened_for_a_client_of_others(world: World) -> None:
    answer = Caller(world.person("outsider"))(
        "POST", reverse("conversation"), {"client_id": str(world.client.pk)}
    )
    assert_problem(answer, 404)


def test_a_viewer_cannot_open_a_session(world: World) -> None:
    assert_problem(Caller(world.person("viewer"))("POST", reverse("conversation"), {}), 403)


def test_who_leaves_a_client_loses_sight_of_it(world: World) -> None:
    leaver = world.person("manager")
    leaver.memberships.all().delete()
    assert_problem(Caller(leaver)("GET", reverse("session", args=[world.session.pk])), 404)


def test_a_deactivated_account_is_signed_out(world: World) -> None:
    person = world.person("manager")
    ask = Caller(person)
    type(person).objects.filter(pk=person.pk).update(is_active=False)
    assert_problem(ask("GET", reverse("sessions")), 401)


@pytest.mark.parametrize("call", CALLS, ids=[f"{call.method}-{call.route}" for call in CALLS])
def test_other_methods_are_refused_in_words(world: World, call: Call) -> None:
    if not call.address(world).startswith("/api/v1/"):
        return
    response = Caller(world.person("staff"))("PUT", call.address(world), {})
    assert_problem(response, 405, "method_not_allowed")
    assert call.method in response.headers["Allow"]


def test_the_table_covers_every_route() -> None:
    served = {(str(pattern.name), method) for pattern in urls.urlpatterns for method in _methods(pattern)}
    assert served == {(call.route, call.method) for call in CALLS}


def _methods(pattern: URLPattern) -> set[str]:
    view = getattr(pattern.callback, "cls", None) or getattr(pattern.callback, "view_class", None)
    if view is None or issubclass(view, RedirectView):
        return {"GET"}
    return {name.upper() for name in view.http_method_names if hasattr(view, name)} - {"OPTIONS", "HEAD"}
