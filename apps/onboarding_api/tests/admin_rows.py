"""One row of every kind, for the tests of the admin: a session from the first answer to the applied configuration."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

from django.contrib.auth.models import Group, User
from django.utils import timezone

from apps.onboarding.models import (
    AlertDelivery,
    AlertIncident,
    Client,
    ClientFlow,
    ConversationSession,
    ExperimentTally,
    ExperimentTallyPart,
    ExperimentUnit,
    FunnelDirty,
    FunnelRecommendation,
    FunnelReport,
    FunnelReportDelivery,
    FunnelRestatement,
    IdempotencyRecord,
    InfectedFile,
    MeterReading,
    ProviderCall,
    Recommendation,
    ResumableUpload,
)
from apps.onboarding.models.funnel import EVERYONE
from apps.onboarding_api.services import funnel_analytics, idempotency, recommendations
from apps.onboarding_api.services.pii_integration import get_pii_service
from apps.onboarding_api.tests import experiment_world, factories
from apps.task_ledger import enqueue
from apps.task_ledger.models import BulkRedrive, BulkRedriveItem, TaskAction, TaskAttempt, TaskRecord

PHONE = "+91 98220 51337"
EMAIL = "asha.kulkarni@sunrise.example"
SECRET_ARGUMENT = "argument-that-stays-sealed"


@dataclass(frozen=True)
class Rows:
    recommendation: Recommendation
    task: TaskRecord
    staff: User


def make_rows() -> Rows:
    """A whole story; personal values are in the vault only."""
    staff = factories.UserFactory.create(is_staff=True, is_superuser=True)
    Group.objects.get_or_create(name="Site leads")
    member = factories.MembershipFactory.create()
    recommendation = factories.RecommendationFactory.create(session__client=member.client)
    session = recommendation.session
    redacted = get_pii_service().redact(f"call {PHONE} or {EMAIL}", session_id=session.pk)
    task = enqueue.enqueue(
        "process_conversation_step",
        kwargs={"user_input": SECRET_ARGUMENT},
        client_id=session.client_id,
        subject_id=session.pk,
    )
    upload = factories.UploadFactory.create(session=session, findings={"labels": ["gate"]}, task_id=task.pk)
    factories.TurnFactory.create(
        session=session, text=redacted.text, upload=upload, recommendation=recommendation, task_id=task.pk
    )
    MeterReading.objects.create(upload=upload, value="004217", unit="kWh", candidates=["004277"])
    recommendations.decide(recommendation_id=recommendation.pk, user=member.user)
    ResumableUpload.objects.create(
        session=session, user=member.user, upload_id=uuid4(), kind="scene", declared_bytes=10, display_name="gate.jpg",
        expires_at=timezone.now(),
    )  # fmt: skip
    InfectedFile.objects.create(found_at=timezone.now(), signature="Test.File", sha256="0" * 64, byte_size=68)
    record = IdempotencyRecord.objects.create(
        user=member.user, key_digest=uuid4().hex, body_digest=uuid4().hex, locked_until=timezone.now()
    )
    idempotency.keep(record, idempotency.StoredAnswer(status=200, body={"phone": PHONE}, headers={}))
    _make_alert(f"process_conversation_step:{task.pk.hex[:16]}")
    _make_history(task, staff)
    _make_experiment(recommendation.session, staff)
    _make_funnel_advice(member.client, member.user)
    return Rows(recommendation=recommendation, task=task, staff=staff)


def _make_history(task: TaskRecord, staff: User) -> None:
    TaskAttempt.objects.create(
        task=task,
        generation=0,
        attempt=0,
        fence=1,
        outcome="dead",
        error={"code": "unknown"},
        traceback="a.py:1",
    )
    TaskAction.objects.create(operation="redrive", actor=staff, task_id=task.pk, task_name=task.name)
    bulk = BulkRedrive.objects.create(actor=staff, filters={"cause": "c1"}, total=1, rate_per_minute=60)
    BulkRedriveItem.objects.create(bulk=bulk, task=task, position=0, generation=0)


def _make_experiment(session: ConversationSession, staff: User) -> None:
    experiment = experiment_world.running(
        user=staff, key=f"rows-{uuid4().hex[:12]}", client_id=session.client_id
    )
    ExperimentUnit.objects.create(
        experiment=experiment,
        arm=experiment.arms.get(name="b"),
        session=session,
        unit=str(session.pk),
        assigned_at=timezone.now(),
        exposed_at=timezone.now(),
    )
    now = timezone.now()
    ProviderCall.objects.create(
        session=session,
        service="llm",
        provider="embedded",
        deed="understand",
        outcome="answered",
        seconds=0.01,
        at=now,
    )
    ExperimentTally.objects.create(experiment=experiment, early_until=now, whole_until=now, counted_at=now)
    ExperimentTallyPart.objects.create(experiment=experiment, is_early=True, begins=now)
    ClientFlow.objects.create(
        client=session.client,
        name=experiment.flow,
        flow_version=factories.default_flow(),
        experiment=experiment,
    )


def _make_funnel_advice(client: Client, person: User) -> None:
    now = timezone.now()
    FunnelRecommendation.objects.create(
        client=client, key=uuid4().hex, stage="engaged", cause="slow_turn", effort="medium", title="Shorten the wait",
        text="...", worded_by="catalogue", advice={"place": ""}, window_start=now, window_end=now, predicted=0.1,
        predicted_low=0.05, predicted_high=0.15,
    )  # fmt: skip
    report = FunnelReport.objects.create(
        client=client, week=now.date(), subject="s", text="t", html="<p>t</p>"
    )
    FunnelReportDelivery.objects.create(report=report, user=person, created_at=now, next_at=now)


def _make_alert(key: str) -> None:
    now = timezone.now()
    FunnelRestatement.objects.create(scope=EVERYONE, day=now.date(), cause="late", changes={"started": 1})
    funnel_analytics.rebuild()
    FunnelDirty.objects.create(session_id=uuid4())
    incident = AlertIncident.objects.create(
        rule=AlertIncident.Rule.CRITICAL_TASK_FAILED, key=key, severity=AlertIncident.Severity.CRITICAL,
        facts={"task": "process_conversation_step", "code": "unknown"}, count=1, opened_at=now, last_seen_at=now,
        told_from=now,
    )  # fmt: skip
    AlertDelivery.objects.create(
        incident=incident, channel="log", occasion="opened", created_at=now, not_before=now, next_at=now
    )
