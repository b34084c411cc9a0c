"""Each client's report comes on Monday at seven of its clock, once, to its managers, and says what the figures say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from celery import current_app
from django.conf import settings as product
from django.db import transaction

from apps.onboarding.models import (
    Client,
    FunnelFact,
    FunnelRecommendation,
    FunnelReport,
    FunnelReportDelivery,
    Membership,
)
from apps.onboarding_api.services import funnel_reports
from apps.onboarding_api.services.funnel_analytics import estimates
from apps.onboarding_api.services.funnel_reports import charts, figures, outbox, rounds, texts, weeks
from apps.onboarding_api.services.statistics import decomposition
from apps.onboarding_api.services.statistics.decomposition import Group
from apps.onboarding_api.tests import alert_world, factories
from apps.onboarding_api.tests.alert_world import Mailbox
from apps.onboarding_api.tests.optimizer_world import NOW, onboard
from apps.onboarding_api.tests.test_funnel_optimizer import hindi_repeats
from apps.task_ledger.models import TaskRecord

WEEK = date(2026, 11, 9)
"""The week before the one of NOW, a Friday."""


@pytest.fixture
def mail(settings: Any) -> Iterator[Mailbox]:
    with alert_world.mailbox() as box:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", box.port
        alert_world.configure(settings, mail_from="reports@example.com")
        yield box


def manager_of(client: Client, email: str, **given: Any) -> Any:
    user = factories.UserFactory.create(email=email)
    factories.MembershipFactory.create(client=client, user=user, **given)
    return user


def client_with_sessions(**given: Any) -> Client:
    client = factories.ClientFactory.create(**given)
    onboard(client, n=400, seed=21, rule=hindi_repeats)
    return client


# when


@pytest.mark.parametrize(
    ("zone", "first_due"),
    [
        ("Asia/Kolkata", datetime(2026, 11, 16, 1, 30, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 11, 16, 12, 0, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2026, 11, 16, 6, 0, tzinfo=UTC)),
    ],
)
def test_a_report_is_due_from_monday_seven_o_clock_of_the_client(zone: str, first_due: datetime) -> None:
    assert weeks.due(first_due - timedelta(seconds=1), ZoneInfo(zone)) is None
    assert weeks.due(first_due, ZoneInfo(zone)) == WEEK
    assert weeks.due(first_due + timedelta(days=6), ZoneInfo(zone)) == WEEK


def test_a_week_of_changing_clocks_has_an_hour_more_or_less() -> None:
    spring = weeks.window_of(date(2026, 3, 23), ZoneInfo("Europe/Berlin"))
    assert spring.end - spring.start == timedelta(days=7, hours=-1)


@pytest.mark.django_db
def test_a_round_commits_one_task_for_each_client_and_week(settings: Any) -> None:
    settings.ENABLE_FUNNEL_REPORTS = True
    kolkata, new_york = (
        factories.ClientFactory.create(time_zone=zone) for zone in ("Asia/Kolkata", "America/New_York")
    )
    factories.ClientFactory.create(is_active=False)
    morning = datetime(2026, 11, 16, 2, tzinfo=UTC)  # 07:30 in Kolkata, the evening before in New York
    for _ in range(3):
        funnel_reports.go_round(now=morning)
    tasks = TaskRecord.objects.filter(name="send_funnel_report").order_by("created_at")
    keys = {f"funnel-report:{kolkata.pk}:2026-11-09", f"funnel-report:{new_york.pk}:2026-11-02"}
    assert set(tasks.values_list("idempotency_key", flat=True)) == keys
    funnel_reports.go_round(now=morning + timedelta(hours=11))
    keys.add(f"funnel-report:{new_york.pk}:2026-11-09")
    assert set(tasks.values_list("idempotency_key", flat=True)) == keys
    assert tasks.count() == 3
    settings.ENABLE_FUNNEL_REPORTS = False
    assert funnel_reports.go_round(now=morning + timedelta(days=7, hours=11))["reports"] == 0


@pytest.mark.django_db
def test_advice_is_kept_once_a_day() -> None:
    client = client_with_sessions()
    for hours in range(20):
        funnel_reports.go_round(now=NOW + timedelta(hours=hours))
    everyones = TaskRecord.objects.filter(name="keep_funnel_advice", client_id=None)
    assert everyones.count() == 2
    days = TaskRecord.objects.filter(name="keep_funnel_advice", client_id=client.pk)
    assert days.count() == 2
    assert funnel_reports.advise(client.pk, now=NOW) == 1
    assert FunnelRecommendation.objects.get().cause == "repeated_question"


def test_the_round_is_in_the_calendar_of_beat() -> None:
    entry = product.CELERY_BEAT_SCHEDULE["funnel-round"]
    assert entry["task"] == "go_funnel_round"
    assert len(entry["schedule"].minute) == 1


# to whom, and once


@pytest.mark.django_db(transaction=True)
def test_each_manager_gets_the_report_once(mail: Mailbox) -> None:
    client = client_with_sessions(name="Sunrise <Estates>")
    manager_of(client, "asha@example.com")
    manager_of(client, "ravi@example.com")
    manager_of(client, "viewer@example.com", role=Membership.Role.VIEWER)
    manager_of(client, "")
    manager_of(factories.ClientFactory.create(), "other@example.com")
    assert funnel_reports.report_on(client.pk, WEEK, now=NOW) is not None
    for _ in range(3):
        assert funnel_reports.report_on(client.pk, WEEK, now=NOW) is None
        assert funnel_reports.deliver(now=NOW + timedelta(days=1)) == 0
    assert sorted(mail.recipients) == ["asha@example.com", "ravi@example.com"]
    first, second = mail.messages
    assert first["Message-ID"] != second["Message-ID"]
    assert first["To"] in {"asha@example.com", "ravi@example.com"}
    assert first["Subject"] == "Onboarding of Sunrise <Estates>: the week from 09 November 2026"
    text, html = first.get_body(("plain",)), first.get_body(("html",))
    assert text is not None
    assert html is not None
    plain, drawn = text.get_content(), html.get_content()
    assert "Sunrise <Estates>" in plain
    assert "Sunrise &lt;Estates&gt;" in drawn
    assert "<svg" in drawn
    for part in (plain, drawn):
        assert "Reword the question" in part
        assert "floors" in part
        assert "quick win" in part
        assert "No prediction has been decided yet." in part
    assert FunnelRecommendation.objects.get(client=client).status == "open"


@pytest.mark.django_db
def test_a_report_that_somebody_else_is_writing_is_written_once(monkeypatch: pytest.MonkeyPatch) -> None:
    client = client_with_sessions()
    write = texts.write

    def meanwhile(found: Any) -> Any:
        FunnelReport.objects.get_or_create(client=client, week=WEEK, defaults={"subject": "theirs"})
        return write(found)

    monkeypatch.setattr(texts, "write", meanwhile)
    with transaction.atomic():
        assert rounds._write(client, WEEK, now=NOW) is None
    assert FunnelReport.objects.get().subject == "theirs"
    assert not FunnelReportDelivery.objects.exists()


@pytest.mark.django_db
def test_a_client_that_nobody_came_to_gets_no_report() -> None:
    client = factories.ClientFactory.create()
    manager_of(client, "asha@example.com")
    assert funnel_reports.report_on(client.pk, WEEK, now=NOW) is None
    assert not FunnelReport.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_server_that_refuses_is_tried_again_and_given_up_after_three_days(mail: Mailbox) -> None:
    client = client_with_sessions()
    manager_of(client, "asha@example.com")
    mail.refuse = "451 later, asha@example.com"
    funnel_reports.report_on(client.pk, WEEK, now=NOW)
    delivery = FunnelReportDelivery.objects.get()
    assert (delivery.state, delivery.attempts, delivery.fault) == ("pending", 1, "smtp_451")
    assert funnel_reports.deliver(now=NOW + timedelta(minutes=4)) == 0
    mail.refuse = ""
    assert funnel_reports.deliver(now=NOW + timedelta(minutes=6)) == 1
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == ("sent", 2)
    mail.refuse = "554 never"
    FunnelReportDelivery.objects.update(state="pending", sent_at=None, next_at=NOW)
    for hours in range(75):
        funnel_reports.deliver(now=NOW + timedelta(hours=hours))
    delivery.refresh_from_db()
    assert (delivery.state, delivery.fault) == ("given_up", "smtp_554")


@pytest.mark.django_db(transaction=True)
def test_a_server_that_is_away_holds_up_no_report_for_good(settings: Any) -> None:
    client = client_with_sessions()
    manager_of(client, "asha@example.com")
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", alert_world.free_port()
    funnel_reports.report_on(client.pk, WEEK, now=NOW)
    assert FunnelReportDelivery.objects.get().fault == "refused"


@pytest.mark.django_db(transaction=True)
def test_whoever_has_left_the_client_meanwhile_gets_nothing(mail: Mailbox) -> None:
    client = client_with_sessions()
    user = manager_of(client, "asha@example.com")
    assert rounds._write(client, WEEK, now=NOW) is not None
    Membership.objects.filter(user=user).delete()
    assert outbox.deliver(now=NOW) == 0
    assert FunnelReportDelivery.objects.get().state == "dropped"
    assert mail.raw == []


@pytest.mark.django_db(transaction=True)
def test_a_sender_that_died_leaves_its_claim_for_a_minute(mail: Mailbox) -> None:
    client = client_with_sessions()
    manager_of(client, "asha@example.com")
    rounds._write(client, WEEK, now=NOW)
    assert outbox._claim(NOW) is not None
    assert outbox.deliver(now=NOW + timedelta(seconds=30)) == 0
    assert outbox.deliver(now=NOW + timedelta(seconds=61)) == 1
    assert len(mail.raw) == 1


# what it says


@pytest.mark.django_db
def test_figures_are_those_of_the_funnel_and_of_this_client_alone() -> None:
    client = client_with_sessions()
    onboard(factories.ClientFactory.create(), n=50, seed=22)
    found = figures.figures_of(client, WEEK, now=NOW)
    expected = estimates.estimate(client.pk, weeks.window_of(WEEK, client.zone), now=NOW)
    assert found.now.totals.reached == expected.totals.reached
    assert found.advice.sessions <= 400
    assert [day for day, _ in found.trend][-1] == WEEK
    assert len(found.trend) == 8
    change = found.changes["language"]
    assert change.mix + change.rate == change.total


@pytest.mark.django_db
def test_sessions_too_young_to_compare_are_left_out_of_what_changed() -> None:
    """On the morning after a week half of its sessions are open: as they stand it would seem the worse week."""
    client = factories.ClientFactory.create()
    onboard(client, n=200, seed=23, since_days=14, until_days=0)
    sunday_night = datetime(2026, 11, 20, 12, tzinfo=UTC)
    groups = figures._groups(client, date(2026, 11, 16), "language", now=sunday_night)
    started = FunnelFact.objects.filter(
        client_id=client.pk,
        started_at__gte=weeks.window_of(date(2026, 11, 16), client.zone).start,
        started_at__lte=sunday_night - timedelta(hours=72),
    )
    assert sum(group.n for group in groups.values()) == started.count() > 0


def test_a_change_is_told_as_mix_and_rate_and_a_reversal_is_flagged() -> None:
    before = {"en": Group(80, 100), "hi": Group(20, 100)}
    after = {"en": Group(41, 50), "hi": Group(45, 200)}
    change = decomposition.decompose(before, after)
    first, second = texts.changed("language", change)
    assert f"{float(change.total) * 100:+.1f} points" in first
    assert change.mix < Fraction(0) < change.rate
    assert "moved the other way" in second
    nothing = decomposition.decompose(before, before)
    assert texts.changed("device", nothing) == ["By device: nothing to speak of changed."]


@pytest.mark.django_db
def test_the_score_of_past_predictions_is_told() -> None:
    client = client_with_sessions()
    FunnelRecommendation.objects.create(
        client=client, key="1|repeated_question|city", stage="engaged", cause="repeated_question", effort="low",
        title="Reword the question city", text="t", worded_by="catalogue", advice={}, window_start=NOW,
        window_end=NOW, predicted=0.12, predicted_low=0.08, predicted_high=0.16, status="done", decided_at=NOW,
        realised=0.11, realised_low=0.05, realised_high=0.17, verdict="hit", scored_at=NOW,
    )  # fmt: skip
    written = texts.write(figures.figures_of(client, WEEK, now=NOW))
    for part in (written.text, written.html):
        assert "predicted -12.0 points (-16.0 points to -8.0 points)" in part
        assert "came -11.0 points" in part
        assert "1 of 1 decided predictions came true" in part


@pytest.mark.django_db
def test_rates_of_few_are_told_as_such_and_nobody_is_no_rate() -> None:
    assert texts.rate(estimates.plain(0, 0)) == "nobody"
    assert "too few to tell" in texts.rate(estimates.plain(2, 4))
    assert "too few" not in texts.rate(estimates.plain(20, 40))


@pytest.mark.parametrize("rates", [[(0, 0)] * 8, [(1, 2)], [(40, 50), (0, 0), (0, 40), (60, 60)]])
def test_the_chart_draws_gaps_extremes_and_nothing(rates: list[tuple[int, int]]) -> None:
    points = [(WEEK + timedelta(weeks=n), estimates.plain(*counts)) for n, counts in enumerate(rates)]
    drawn = charts.trend(points)
    assert drawn.count("<circle") == sum(n > 0 for _, n in rates)
    assert drawn.startswith("<svg")
    assert drawn.endswith("</svg>")
    assert "nan" not in drawn


@pytest.mark.django_db(transaction=True)
def test_the_tasks_that_a_round_commits_do_what_they_say(mail: Mailbox, settings: Any) -> None:
    """With the arguments that were sealed into their rows; the report of this week is about the week before."""
    settings.ENABLE_FUNNEL_REPORTS = True
    current_app.loader.import_default_modules()
    client = client_with_sessions()
    manager_of(client, "asha@example.com")
    funnel_reports.go_round(now=NOW)
    for name in ("keep_funnel_advice", "send_funnel_report"):
        for record in TaskRecord.objects.filter(name=name):
            _, given = record.arguments()
            current_app.tasks[name].run(**given)
    assert FunnelReport.objects.get().week == WEEK
    assert mail.recipients == ["asha@example.com"]
    assert current_app.tasks["go_funnel_round"].run().keys() == {"scored", "reports", "sent"}
