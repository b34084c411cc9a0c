"""A small world for the tests of the API: one client with people of every role, an outsider, and rows of every kind."""

from __future__ import annotations

import json
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

from django.apps import apps
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client as Browser
from django.test.client import encode_multipart
from django.utils import timezone
from PIL import Image
from rest_framework_simplejwt.tokens import AccessToken

from apps.onboarding.models import (
    ChangeSet,
    Client,
    ConversationSession,
    Experiment,
    FlowVersion,
    FunnelRecommendation,
    FunnelReport,
    MeterReading,
    Recommendation,
    Upload,
)
from apps.onboarding_api.exception_handler import MEDIA_TYPE
from apps.onboarding_api.services import (
    conversation,
    experiments,
    recommendations,
    resumable_uploads,
    uploads,
)
from apps.onboarding_api.tests import experiment_world, factories
from apps.task_ledger.dead_letters.listing import Filter
from background_tasks.dead_letter_queue import dlq_handler

PROBLEM_FIELDS = {
    "type", "title", "status", "detail", "code", "user_message", "retryable", "next_actions", "correlation_id",
}  # fmt: skip


@dataclass(frozen=True)
class World:
    """`session` has its first question open, `recommendation` awaits a decision, `change_set` is applied, one task is
    dead, and a bulk that would send it back has begun. Nothing has come yet of the resumable upload."""

    client: Client
    people: dict[str, User | None]
    session: ConversationSession
    recommendation: Recommendation
    change_set: ChangeSet
    upload: Upload
    document: Upload
    resumable_id: UUID
    reading: MeterReading
    task_id: UUID
    dead_task_id: str
    bulk_id: UUID
    experiment_id: UUID
    running_experiment_id: UUID
    prediction_id: UUID
    report_id: UUID

    def person(self, role: str) -> User:
        found = self.people[role]
        assert found is not None
        return found


def make_world() -> World:
    client = factories.ClientFactory.create()
    people: dict[str, User | None] = {
        "anonymous": None,
        "outsider": factories.MembershipFactory.create().user,
    }
    for role in ("viewer", "contributor", "manager"):
        people[role] = factories.MembershipFactory.create(client=client, role=role).user
    people["staff"] = factories.UserFactory.create(is_staff=True)
    manager = people["manager"]
    assert manager is not None
    applied = factories.RecommendationFactory.create(session__client=client)
    outcome = recommendations.decide(recommendation_id=applied.pk, user=manager)
    assert outcome.change_set is not None
    answered = factories.SessionFactory.create(client=client, user=manager)
    turn = conversation.submit_answer(
        session_id=answered.pk, user=manager, answer=conversation.Answer(text="a warehouse")
    )
    assert turn.task_id is not None
    upload = factories.UploadFactory.create(
        session=factories.SessionFactory.create(client=client), kind="meter"
    )
    dead_task_id = str(uuid4())
    dlq_handler.send_to_dlq(
        dead_task_id, "understand_photo", kwargs={"upload_id": str(upload.pk)}, exception=ValueError("broken")
    )
    bulk = dlq_handler.retry_many(Filter(task_name="understand_photo"), actor=people["staff"])
    return World(
        client=client,
        people=people,
        session=factories.SessionFactory.create(client=client, user=manager),
        recommendation=factories.RecommendationFactory.create(session__client=client),
        change_set=outcome.change_set,
        upload=upload,
        document=factories.UploadFactory.create(
            session=upload.session,
            kind="document",
            content_type="text/plain",
            display_name="list.txt",
            storage_key=f"3f/{uuid4()}",
        ),
        resumable_id=resumable_uploads.begin(
            session_id=upload.session_id,
            user=manager,
            kind=Upload.Kind.SCENE,
            declared_bytes=10,
            name="gate.jpg",
            told=uploads.Told(),
        ).pk,
        reading=MeterReading.objects.create(upload=upload, value="004217"),
        task_id=turn.task_id,
        dead_task_id=dead_task_id,
        bulk_id=bulk.pk,
        experiment_id=_make_experiment(client, manager, flow="other_questions").pk,
        running_experiment_id=_make_experiment(client, manager, is_running=True).pk,
        prediction_id=_make_prediction(client).pk,
        report_id=FunnelReport.objects.create(
            client=client, week="2026-11-09", subject="A week", html="<p>9</p>"
        ).pk,
    )


def _make_prediction(client: Client) -> FunnelRecommendation:
    now = timezone.now()
    return FunnelRecommendation.objects.create(
        client=client, key="1|slow_turn|", stage="engaged", cause="slow_turn", effort="medium", title="Wait less",
        text="...", worded_by="catalogue", advice={}, window_start=now, window_end=now, predicted=0.1,
        predicted_low=0.05, predicted_high=0.15,
    )  # fmt: skip


def _make_experiment(
    client: Client, manager: User, *, flow: str = experiment_world.FLOW, is_running: bool = False
) -> Experiment:
    """Of the client, by its manager; a draft, on a flow of its own where another one runs."""
    version = factories.default_flow()
    if flow != version.name:
        FlowVersion.objects.create(
            name=flow, version=1, digest=version.digest, definition=version.definition, is_default=True
        )
    new = experiment_world.new(key=f"of-{flow.replace('_', '-')}", flow=flow, client_id=client.pk)
    made = experiments.create(new, user=manager)
    return experiments.start(made.pk, user=manager) if is_running else made


class Caller:
    """Speaks to the API as one person, by bearer token; does not wait for turns unless told to."""

    def __init__(self, user: User | None = None, **headers: str) -> None:
        self._browser = Browser(raise_request_exception=False)
        self._headers = {"Prefer": "wait=0", **headers}
        if user is not None:
            self._headers["Authorization"] = f"Bearer {AccessToken.for_user(user)}"

    def __call__(
        self, method: str, path: str, body: Any = None, *, form: dict[str, Any] | None = None, **headers: Any
    ) -> Any:
        """`body` goes out as JSON (bytes as they are), `form` as multipart. Header names with underscores."""
        sent = {**self._headers, **{name.replace("_", "-"): value for name, value in headers.items()}}
        if form is not None:
            return self._send(method, path, *_multipart(form), headers=sent)
        if body is None:
            return self._send(method, path, headers=sent)
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self._send(method, path, raw, "application/json", headers=sent)

    def _send(self, *args: Any, **kwargs: Any) -> Any:
        """Inside the transaction of a test a savepoint stands for the request's own transaction."""
        if not connection.in_atomic_block:
            return self._browser.generic(*args, **kwargs)
        with transaction.atomic():
            return self._browser.generic(*args, **kwargs)


def _multipart(form: dict[str, Any], boundary: str = "BoUnDaRy") -> tuple[bytes, str]:
    return encode_multipart(boundary, form), f"multipart/form-data; boundary={boundary}"


def assert_problem(response: Any, status: int, code: str | None = None) -> dict[str, Any]:
    """The answer is a whole problem with that status: something to tell the person, and what they can do next."""
    assert response.status_code == status, response.content[:500]
    assert response.headers["Content-Type"] == MEDIA_TYPE
    body: dict[str, Any] = response.json()
    assert body.keys() >= PROBLEM_FIELDS
    assert body["status"] == status
    assert body["user_message"]
    assert body["next_actions"]
    assert body["correlation_id"] == response.headers["X-Correlation-ID"]
    if code is not None:
        assert body["code"] == code
    return body


def row_counts() -> dict[str, int]:
    """Rows of every table of the product: equal before and after a refused request."""
    models = [
        model for label in ("onboarding", "task_ledger") for model in apps.get_app_config(label).get_models()
    ]
    return {model.__name__: model._default_manager.count() for model in models}


def photo(name: str = "gate.jpg", *, side: int = 64) -> SimpleUploadedFile:
    """A real, small JPEG."""
    buffer = BytesIO()
    Image.new("RGB", (side, side), "navy").save(buffer, "JPEG")
    return SimpleUploadedFile(name, buffer.getvalue(), "image/jpeg")


def text_file(name: str = "list.txt", content: bytes = b"Gate 1, Gate 2\n") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "text/plain")
