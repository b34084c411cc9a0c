"""What is wrong becomes one incident, is told once, and is told to be over."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time
from itertools import pairwise
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.onboarding.models import AlertDelivery, AlertIncident
from apps.onboarding_api.services import dlq_alerting
from apps.onboarding_api.services.dlq_alerting import incidents, quiet, reading, rules, texts
from apps.onboarding_api.tests import alert_world, factories
from apps.onboarding_api.tests.alert_world import CAUSE, CRITICAL, ORDINARY, dead, mend
from apps.task_ledger.models import TaskRecord, TaskTally
from background_tasks import onboarding_tasks

pytestmark = pytest.mark.django_db
Rule = AlertIncident.Rule
REGISTERED = onboarding_tasks.understand_photo.name


def holding() -> set[tuple[str, str]]:
    """Rule and key of what is open after a look."""
    assert dlq_alerting.evaluate()
    return set(dlq_alerting.open_incidents().values_list("rule", "key"))


def told(channel: str) -> list[tuple[str, str]]:
    rows = AlertDelivery.objects.filter(channel=channel).order_by("pk")
    return list(rows.values_list("occasion", "state"))


def test_nothing_wrong_opens_nothing() -> None:
    assert holding() == set()


def test_critical_task_is_one_incident_for_each_cause() -> None:
    dead(n=3)
    dead(cause="another_cause")
    dead(ORDINARY)
    assert holding() == {
        (Rule.CRITICAL_TASK_FAILED, f"{CRITICAL}:{CAUSE}"),
        (Rule.CRITICAL_TASK_FAILED, f"{CRITICAL}:another_cause"),
    }
    incident = AlertIncident.objects.get(key__endswith=CAUSE)
    assert (incident.count, incident.severity) == (3, "critical")
    assert incident.facts == {"task": CRITICAL, "cause": CAUSE, "code": "provider_timeout"}


def test_expired_critical_task_is_told_as_well() -> None:
    dead(state=TaskRecord.State.EXPIRED, cause="deadline_passed")
    assert holding() == {(Rule.CRITICAL_TASK_FAILED, f"{CRITICAL}:deadline_passed")}


def test_more_deaths_of_one_cause_are_the_same_incident() -> None:
    dead()
    holding()
    dead(n=4)
    holding()
    incident = AlertIncident.objects.get()
    assert incident.count == 5
    assert told("log") == [("opened", "pending")]


def test_critical_incident_is_over_when_its_last_entry_is_redriven_or_discarded() -> None:
    first, second = dead(n=2)
    holding()
    mend([first])
    assert len(holding()) == 1
    TaskRecord.objects.filter(pk=second.pk).update(state=TaskRecord.State.DISCARDED)
    assert holding() == set()
    assert AlertIncident.objects.get().resolved_at is not None


def test_storm_of_causes_is_a_bounded_number_of_incidents() -> None:
    for number in range(30):
        dead(cause=f"cause_{number}", hours_ago=(30 - number) / 100)
    found = holding()
    assert len(found) == 21
    assert (Rule.CRITICAL_TASK_FAILED, f"{CRITICAL}:other") in found
    assert AlertIncident.objects.get(key__endswith=":other").count == 10


@pytest.mark.parametrize(("n", "is_told"), [(7, False), (8, True), (10, True)])
def test_capacity_is_told_at_four_fifths(settings: Any, n: int, is_told: bool) -> None:
    settings.DLQ_MAX_QUEUE_SIZE = 10
    dead(ORDINARY, n=n, hours_ago=2)
    assert holding() == ({(Rule.CAPACITY, "")} if is_told else set())


def test_entry_older_than_a_day_is_told() -> None:
    dead(ORDINARY, hours_ago=23.9)
    assert holding() == set()
    dead(ORDINARY, hours_ago=24.1)
    assert holding() == {(Rule.OLD_ENTRIES, "")}


def test_entry_that_expires_within_a_day_is_told_before_it_does() -> None:
    dead(ORDINARY, hours_ago=settings.DEAD_LETTERS.retention_days * 24 - 23)
    assert (Rule.EXPIRING, "") in holding()
    TaskRecord.objects.update(state=TaskRecord.State.EXPIRED)
    assert holding() == set()


@pytest.mark.parametrize(("n", "hours_ago", "is_told"), [(4, 0.1, False), (5, 0.1, True), (5, 1.1, False)])
def test_same_cause_five_times_within_an_hour_is_a_pattern(n: int, hours_ago: float, is_told: bool) -> None:
    dead(REGISTERED, n=n, hours_ago=hours_ago)
    dead("understand_document", n=1, cause="something_else")
    assert holding() == ({(Rule.REPEATED_PATTERN, f"{REGISTERED}:{CAUSE}")} if is_told else set())


def test_task_name_of_another_program_is_not_repeated() -> None:
    dead("asha.kulkarni", n=5)
    assert holding() == {(Rule.REPEATED_PATTERN, f"other:{CAUSE}")}


def test_tasks_unaccounted_for_are_told() -> None:
    TaskTally.objects.create(kind=TaskTally.Kind.COMMITTED, n=2)
    assert holding() == {(Rule.CONSERVATION_BROKEN, "")}
    assert AlertIncident.objects.get().facts == {"missing": 2, "overdue": 0}
    TaskTally.objects.create(kind=TaskTally.Kind.FORGOTTEN, n=2)
    assert holding() == set()


def test_task_that_nobody_moves_is_told() -> None:
    dead(ORDINARY, state=TaskRecord.State.QUEUED, hours_ago=1)
    assert holding() == {(Rule.CONSERVATION_BROKEN, "")}
    assert AlertIncident.objects.get().facts["overdue"] == 1


def test_parked_tasks_tell_of_a_service_that_is_down() -> None:
    dead(ORDINARY, n=3, state=TaskRecord.State.PARKED, parked_on="llm")
    assert holding() == {(Rule.BREAKER_OPEN, "llm")}
    assert texts.title_of(AlertIncident.objects.get()) == "3 tasks wait for llm"


class TestCanary:
    """Looked at two minutes later, so that the pulse has waited for more than one."""

    def look(self) -> set[tuple[str, str]]:
        assert dlq_alerting.evaluate(now=timezone.now() + timedelta(minutes=2))
        return set(dlq_alerting.open_incidents().values_list("rule", "key"))

    @pytest.fixture(autouse=True)
    def _running_for_long(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(reading, "_STARTED_AT", timezone.now() - timedelta(hours=1))

    def pulse(self) -> None:
        dead("ledger_pulse", state=TaskRecord.State.QUEUED, queue="media")

    def test_pulse_that_nobody_executes_is_told(self) -> None:
        self.pulse()
        assert self.look() == {(Rule.NO_CANARY, "media")}

    def test_no_pulse_was_sent_so_nothing_is_known(self) -> None:
        assert self.look() == set()

    def test_other_work_that_was_finished_meanwhile_is_a_sign_of_life(self) -> None:
        self.pulse()
        dead(ORDINARY, state=TaskRecord.State.DONE, queue="media", hours_ago=-1.5 / 60)
        assert self.look() == set()

    def test_long_task_under_a_live_lease_is_a_sign_of_life(self) -> None:
        self.pulse()
        lease = timezone.now() + timedelta(minutes=3)
        dead(ORDINARY, state=TaskRecord.State.RUNNING, queue="media", lease_expires_at=lease)
        assert self.look() == set()

    def test_pulse_that_waited_for_the_restart_is_given_its_minute(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.pulse()
        monkeypatch.setattr(reading, "_STARTED_AT", timezone.now() + timedelta(seconds=90))
        assert self.look() == set()


class TestQuietHours:
    @pytest.fixture(autouse=True)
    def _quiet(self, settings: Any) -> None:
        alert_world.configure(
            settings,
            quiet_hours=(clock_time(22), clock_time(7)),
            time_zone=ZoneInfo("Asia/Kolkata"),
            slack_webhook_url="http://127.0.0.1:9/x",
        )

    @pytest.mark.parametrize(
        ("now", "until"),
        [
            ("2026-03-02T16:29:00", "2026-03-02T16:29:00"),  # 21:59 in Kolkata
            ("2026-03-02T16:30:00", "2026-03-03T01:30:00"),  # 22:00 -> 07:00 of the next day
            ("2026-03-02T20:00:00", "2026-03-03T01:30:00"),  # 01:30
            ("2026-03-03T01:29:59", "2026-03-03T01:30:00"),  # 06:59:59
            ("2026-03-03T01:30:00", "2026-03-03T01:30:00"),  # 07:00
        ],
    )
    def test_what_is_not_critical_waits_until_they_end(self, now: str, until: str) -> None:
        at = datetime.fromisoformat(now).replace(tzinfo=UTC)
        assert quiet.told_from(at, is_critical=False).isoformat() == f"{until}+00:00"
        assert quiet.told_from(at, is_critical=True) == at

    def test_hours_of_one_day_and_a_clock_that_jumps(self, settings: Any) -> None:
        alert_world.configure(
            settings, quiet_hours=(clock_time(1), clock_time(4)), time_zone=ZoneInfo("Europe/Berlin")
        )
        night_of_change = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)  # 01:30; at 02:00 it is 03:00
        assert quiet.told_from(night_of_change, is_critical=False) == datetime(2026, 3, 29, 2, tzinfo=UTC)

    def test_held_back_and_told_when_they_end_if_still_open(self, time_machine: Any) -> None:
        time_machine.move_to("2026-03-02T20:00:00Z", tick=False)
        old = dead(ORDINARY, hours_ago=30)
        young = dead()
        dlq_alerting.evaluate()
        slack = {row.incident.rule: row for row in AlertDelivery.objects.filter(channel="slack")}
        assert slack[Rule.OLD_ENTRIES].not_before == datetime(2026, 3, 3, 1, 30, tzinfo=UTC)
        assert slack[Rule.CRITICAL_TASK_FAILED].not_before == timezone.now()
        assert {row.not_before for row in AlertDelivery.objects.filter(channel="log")} == {timezone.now()}
        mend(old + young)
        dlq_alerting.evaluate()
        assert told("slack") == [("opened", "dropped")] * 2

    def test_what_is_not_critical_is_not_escalated_in_them(self, time_machine: Any) -> None:
        time_machine.move_to("2026-03-02T16:20:00Z", tick=False)
        dead(ORDINARY, hours_ago=30)
        dlq_alerting.evaluate()
        time_machine.move_to("2026-03-02T20:00:00Z", tick=False)
        dlq_alerting.evaluate()
        assert AlertIncident.objects.get().escalated_at is None
        time_machine.move_to("2026-03-03T01:31:00Z", tick=False)
        dlq_alerting.evaluate()
        assert AlertIncident.objects.get().escalated_at is not None


class TestEscalation:
    @pytest.fixture(autouse=True)
    def _channels(self, settings: Any) -> None:
        alert_world.configure(
            settings,
            slack_webhook_url="http://127.0.0.1:9/x",
            mail_to=("ops@example.com",),
            sms={"url": "http://127.0.0.1:9/x", "numbers": ("+911", "+912")},
        )

    def test_told_again_after_a_quarter_of_an_hour_and_only_once(self, time_machine: Any) -> None:
        dead()
        dlq_alerting.evaluate()
        assert {row.channel for row in AlertDelivery.objects.all()} == {"log", "slack", "email"}
        for minutes in (14, 2, 60):
            time_machine.move_to(timezone.now() + timedelta(minutes=minutes))
            dlq_alerting.evaluate()
        escalated = AlertDelivery.objects.filter(occasion="escalated").values_list("channel", flat=True)
        assert sorted(escalated) == ["email", "log", "sms-1", "sms-2"]

    def test_acknowledged_is_not_escalated(self, time_machine: Any) -> None:
        user = factories.UserFactory.create()
        dead()
        dlq_alerting.evaluate()
        incident = AlertIncident.objects.get()
        assert dlq_alerting.acknowledge(incident.pk, user=user)
        assert not dlq_alerting.acknowledge(incident.pk, user=user)
        time_machine.move_to(timezone.now() + timedelta(hours=1))
        dlq_alerting.evaluate()
        incident.refresh_from_db()
        assert (incident.acknowledged_by, incident.escalated_at) == (user, None)

    def test_acknowledging_takes_back_an_escalation_not_sent_yet(self, time_machine: Any) -> None:
        dead()
        dlq_alerting.evaluate()
        time_machine.move_to(timezone.now() + timedelta(hours=1))
        dlq_alerting.evaluate()
        dlq_alerting.acknowledge(AlertIncident.objects.get().pk, user=factories.UserFactory.create())
        assert set(told("sms-1")) == {("escalated", "dropped")}

    def test_what_is_over_or_unknown_cannot_be_acknowledged(self) -> None:
        user = factories.UserFactory.create()
        record = dead()
        dlq_alerting.evaluate()
        mend(record)
        dlq_alerting.evaluate()
        assert not dlq_alerting.acknowledge(AlertIncident.objects.get().pk, user=user)
        assert not dlq_alerting.acknowledge(uuid4(), user=user)

    def test_telephones_alone_are_told_at_once(self, settings: Any) -> None:
        alert_world.configure(settings, slack_webhook_url="", mail_to=())
        dead()
        dlq_alerting.evaluate()
        assert {row.channel for row in AlertDelivery.objects.all()} == {"log", "sms-1", "sms-2"}


class TestFlapping:
    """Told at minute 0; what happens within ten minutes is one incident."""

    @pytest.fixture
    def minutes(self, time_machine: Any, settings: Any) -> Any:
        alert_world.configure(settings, slack_webhook_url="")
        start = timezone.now()

        def at(minute: float) -> None:
            time_machine.move_to(start + timedelta(minutes=minute), tick=False)
            dlq_alerting.watch()

        return at

    def test_coming_back_is_the_same_incident_and_told_no_sooner(self, minutes: Any) -> None:
        records = dead()
        minutes(0)
        mend(records)
        minutes(1)
        assert told("log") == [("opened", "sent"), ("recovered", "sent")]
        dead()
        minutes(2)
        minutes(9.9)
        assert told("log")[2:] == [("opened", "pending")]
        minutes(10.1)
        assert told("log")[2:] == [("opened", "sent")]
        incident = AlertIncident.objects.get()
        assert (incident.reopened, incident.resolved_at) == (1, None)

    def test_flapping_every_minute_is_told_at_most_every_ten(self, minutes: Any) -> None:
        for minute in range(60):
            records = dead() if minute % 2 == 0 else []
            minutes(minute)
            mend(records)
        assert AlertIncident.objects.count() == 1
        opened = AlertDelivery.objects.filter(occasion="opened", state="sent").order_by("sent_at")
        times = [row.sent_at for row in opened if row.sent_at]
        assert 1 <= len(times) <= 6
        assert all(b - a >= timedelta(minutes=10) for a, b in pairwise(times))

    def test_later_it_is_a_new_incident(self, minutes: Any) -> None:
        records = dead()
        minutes(0)
        mend(records)
        minutes(1)
        dead()
        minutes(12)
        assert AlertIncident.objects.count() == 2
        assert told("log")[2:] == [("opened", "sent")]


def test_open_incident_is_unique_by_constraint() -> None:
    dead()
    holding()
    incident = AlertIncident.objects.get()
    incident.pk = uuid4()
    with pytest.raises(Exception, match="alert_open_once"):
        incident.save(force_insert=True)


@pytest.mark.django_db(transaction=True)
def test_two_watchers_at_once_tell_once(caplog: pytest.LogCaptureFixture) -> None:
    dead(n=3)
    dead(cause="another_cause")
    barrier = threading.Barrier(4)

    def watch() -> None:
        barrier.wait()
        dlq_alerting.watch()
        connection.close()

    with caplog.at_level(logging.INFO, logger="alerts"):
        logging.getLogger("alerts").addHandler(caplog.handler)
        try:
            for _ in range(3):
                threads = [threading.Thread(target=watch) for _ in range(4)]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join()
        finally:
            logging.getLogger("alerts").removeHandler(caplog.handler)
    assert AlertIncident.objects.count() == 2
    assert sorted(told("log")) == [("opened", "sent")] * 2
    assert sum("Critical task failed" in record.getMessage() for record in caplog.records) == 2


@pytest.mark.django_db(transaction=True)
def test_evaluation_leaves_the_field_to_another_one() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [incidents._LOCK])
        found: list[bool] = []

        def evaluate() -> None:
            found.append(dlq_alerting.evaluate())
            connection.close()

        thread = threading.Thread(target=evaluate)
        thread.start()
        thread.join()
        cursor.execute("SELECT pg_advisory_unlock(%s)", [incidents._LOCK])
    assert found == [False]


def test_round_over_many_dead_letters_is_a_few_statements() -> None:
    for cause in range(50):
        dead(ORDINARY, n=20, cause=f"cause_{cause}", hours_ago=cause)
    dlq_alerting.evaluate()
    with CaptureQueriesContext(connection) as asked:
        dlq_alerting.evaluate()
    assert len(asked) <= 15


def test_link_leads_to_the_page_of_the_incident(settings: Any) -> None:
    alert_world.configure(settings, public_base_url="https://onboarding.example.com")
    dead()
    holding()
    delivery = AlertDelivery.objects.get()
    path = reverse("admin:onboarding_alertincident_change", args=[delivery.incident_id])
    notice = texts.notice_of(delivery, at=timezone.now())
    assert notice.link == f"https://onboarding.example.com{path}"


@pytest.mark.parametrize("rule", Rule.values)
def test_every_rule_has_its_title_and_its_section_in_the_runbook(rule: str) -> None:
    incident = AlertIncident(rule=rule, severity="warning", opened_at=timezone.now(), count=3)
    assert texts.title_of(incident)
    runbook = (alert_world.ROOT / texts.RUNBOOK).read_text(encoding="utf-8")
    assert f"\n### {rule}\n" in runbook
    assert rule in {one.__name__ for one in rules.RULES}


def test_incident_is_forgotten_long_after_its_end() -> None:
    dead()
    dlq_alerting.evaluate()
    AlertIncident.objects.update(resolved_at=timezone.now() - timedelta(days=31))
    assert dlq_alerting.forget_resolved(before=timezone.now() - timedelta(days=30)) == 1
    assert not AlertDelivery.objects.exists()


def test_dead_letters_that_expire_are_not_called_recovered() -> None:
    dead(ORDINARY, hours_ago=30)
    dlq_alerting.evaluate()
    AlertDelivery.objects.update(state=AlertDelivery.State.SENT, sent_at=timezone.now())
    TaskRecord.objects.filter(name=ORDINARY).update(
        state=TaskRecord.State.EXPIRED, finished_at=timezone.now()
    )
    dlq_alerting.evaluate()
    told = AlertDelivery.objects.filter(occasion="recovered", incident__rule=Rule.OLD_ENTRIES).first()
    assert told is not None
    assert texts.notice_of(told, at=timezone.now()).title.startswith("No longer so, mended or expired: ")
