"""Alerts arrive at real servers, once, whatever the servers do; and they carry nothing personal."""

from __future__ import annotations

import base64
import io
import logging
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs
from uuid import uuid4

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.contrib.auth.models import Permission
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from apps.onboarding.models import AlertDelivery, AlertIncident
from apps.onboarding_api.services import dlq_alerting
from apps.onboarding_api.services.dlq_alerting import outbox
from apps.onboarding_api.services.dlq_alerting.channels import registry
from apps.onboarding_api.services.pii_integration.logs import ScrubbingFormatter
from apps.onboarding_api.tests import alert_world, factories
from apps.onboarding_api.tests.alert_world import CAUSE, CRITICAL, HttpReceiver, Mailbox, dead, mend
from apps.task_ledger.models import TaskRecord
from background_tasks.dead_letter_queue import dlq_handler

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def slack(settings: Any) -> Iterator[HttpReceiver]:
    with alert_world.http_receiver() as receiver:
        alert_world.configure(settings, slack_webhook_url=f"{receiver.url}/services/T0/B0/the-secret-part")
        yield receiver


@pytest.fixture
def mail(settings: Any) -> Iterator[Mailbox]:
    with alert_world.mailbox() as box:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", box.port
        alert_world.configure(
            settings, mail_to=("ops@example.com", "night@example.com"), mail_from="alerts@example.com"
        )
        yield box


@pytest.fixture
def sms(settings: Any) -> Iterator[HttpReceiver]:
    with alert_world.http_receiver() as receiver:
        changes = {
            "url": f"{receiver.url}/messages", "numbers": ("+911", "+912"), "sender": "IWIZ",
            "token": "Bearer t0k3n",
        }  # fmt: skip
        alert_world.configure(settings, sms=changes)
        yield receiver


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the logger `alerts` writes, by the formatter that it has."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(ScrubbingFormatter())
    logger = logging.getLogger("alerts")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield stream
    logger.removeHandler(handler)
    logger.setLevel(level)


def deliveries(channel: str) -> list[tuple[str, str, int, str]]:
    rows = AlertDelivery.objects.filter(channel=channel).order_by("pk")
    return list(rows.values_list("occasion", "state", "attempts", "fault"))


def test_slack_gets_text_and_blocks_once_and_the_recovery(slack: HttpReceiver, log: io.StringIO) -> None:
    records = dead(n=2)
    for _ in range(3):
        dlq_alerting.watch()
    path, headers, _ = slack.requests[0]
    assert path == "/services/T0/B0/the-secret-part"
    assert headers["Content-Type"].startswith("application/json")
    body = slack.bodies[0]
    assert body["text"] == f"Critical task failed: {CRITICAL}"
    header, section = body["attachments"][0]["blocks"]
    assert (header["type"], header["text"]["type"]) == ("header", "plain_text")
    for line in ("*Error code:* provider_timeout", f"*Cause:* {CAUSE}", "*Count:* 2", "*Severity:* critical"):
        assert line in section["text"]["text"]
    mend(records)
    dlq_alerting.watch()
    assert slack.titles == [body["text"], f"Recovered: {body['text']}"]
    assert AlertIncident.objects.get().notified_at is not None
    written = log.getvalue()
    assert f"CRITICAL alerts [-] Critical task failed: {CRITICAL}" in written
    assert f"INFO alerts [-] Recovered: Critical task failed: {CRITICAL}" in written
    assert "the-secret-part" not in written


def test_mail_is_text_and_html_to_all_recipients(mail: Mailbox, settings: Any) -> None:
    alert_world.configure(settings, public_base_url="https://onboarding.example.com")
    dead()
    dlq_alerting.watch()
    dlq_alerting.watch()
    (message,) = mail.messages
    assert mail.recipients == ["ops@example.com", "night@example.com"]
    assert message["Subject"] == f"[IntelliWiz] Critical task failed: {CRITICAL}"
    incident = AlertIncident.objects.get()
    assert message["Message-ID"] == f"<{incident.pk}-opened-0-email@example.com>"
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    for part in (text, html):
        assert f"/admin/onboarding/alertincident/{incident.pk}/change/" in part.get_content()
        assert "provider_timeout" in part.get_content()


def test_sms_goes_to_each_number_when_nobody_acknowledged(sms: HttpReceiver, slack: HttpReceiver) -> None:
    dead()
    dlq_alerting.watch()
    assert sms.requests == []
    AlertIncident.objects.update(told_from=timezone.now() - timedelta(minutes=16))
    dlq_alerting.watch()
    dlq_alerting.watch()
    bodies = sorted(sms.bodies, key=lambda body: body["to"])
    assert [body["to"] for body in bodies] == ["+911", "+912"]
    assert bodies[0]["from"] == "IWIZ"
    assert bodies[0]["text"] == (
        f"Still open, nobody acknowledged: Critical task failed: {CRITICAL} (provider_timeout)"
    )
    headers = sms.requests[0][1]
    assert headers["Authorization"] == "Bearer t0k3n"
    assert headers["Idempotency-Key"] in {body["reference"] for body in bodies}


def test_twilio_gets_its_own_protocol(settings: Any) -> None:
    with alert_world.http_receiver(statuses=[201]) as twilio:
        changes = {
            "gateway": "twilio", "url": twilio.url, "account": "AC123", "token": "auth", "sender": "+15550001",
            "numbers": ("+919812345678",),
        }  # fmt: skip
        alert_world.configure(settings, sms=changes)
        dead()
        dlq_alerting.watch()
        ((path, headers, body),) = twilio.requests
    assert path == "/2010-04-01/Accounts/AC123/Messages.json"
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert base64.b64decode(headers["Authorization"].removeprefix("Basic ")) == b"AC123:auth"
    assert parse_qs(body.decode()) == {
        "To": ["+919812345678"],
        "From": ["+15550001"],
        "Body": [f"Critical task failed: {CRITICAL} (provider_timeout)"],
    }
    assert deliveries("sms-1") == [("opened", "sent", 1, "")]


def test_server_error_is_tried_again_after_growing_pauses(slack: HttpReceiver) -> None:
    slack.statuses = [500, 503]
    dead()
    now = timezone.now()
    dlq_alerting.evaluate(now=now)
    for after, attempts in ((0, 1), (0.9, 1), (1.1, 2), (6, 2), (6.2, 3), (100, 3)):
        dlq_alerting.deliver(now=now + timedelta(seconds=after))
        assert len(slack.requests) == attempts
    assert deliveries("slack") == [("opened", "sent", 3, "")]


def test_recovery_follows_a_notice_that_was_delayed(slack: HttpReceiver) -> None:
    slack.statuses = [500]
    records = dead()
    now = timezone.now()
    dlq_alerting.evaluate(now=now)
    dlq_alerting.deliver(now=now)
    mend(records)
    dlq_alerting.evaluate(now=now + timedelta(seconds=0.5))
    dlq_alerting.deliver(now=now + timedelta(seconds=0.6))
    assert len(slack.requests) == 1
    dlq_alerting.deliver(now=now + timedelta(seconds=2))
    assert [title.startswith("Recovered") for title in slack.titles] == [False, False, True]


@pytest.mark.parametrize("status", [301, 307, 403, 404])
def test_other_answers_are_faults_and_redirects_are_not_followed(slack: HttpReceiver, status: int) -> None:
    slack.statuses = [status]
    slack.headers = {"Location": f"{slack.url}/elsewhere"}
    dead()
    dlq_alerting.watch()
    assert len(slack.requests) == 1
    assert deliveries("slack") == [("opened", "pending", 1, f"http_{status}")]


def test_too_many_requests_keeps_the_wait_that_is_asked_for(slack: HttpReceiver) -> None:
    slack.statuses, slack.headers = [429], {"Retry-After": "40"}
    dead()
    dead(cause="another_cause")
    now = timezone.now()
    dlq_alerting.evaluate(now=now)
    for after in (0, 2, 39):
        dlq_alerting.deliver(now=now + timedelta(seconds=after))
    assert len(slack.requests) == 1
    dlq_alerting.deliver(now=now + timedelta(seconds=41))
    assert len(slack.requests) == 3


def test_refused_connection_is_tried_for_a_day_and_then_given_up(settings: Any, log: io.StringIO) -> None:
    url = f"http://127.0.0.1:{alert_world.free_port()}/the-secret-part"
    alert_world.configure(settings, slack_webhook_url=url)
    records = dead()
    now = timezone.now()
    dlq_alerting.evaluate(now=now)
    for minutes in range(0, 25 * 60, 30):
        dlq_alerting.deliver(now=now + timedelta(minutes=minutes))
    ((occasion, state, attempts, fault),) = deliveries("slack")
    assert (occasion, state, fault) == ("opened", "given_up", "refused")
    assert attempts > 20
    assert "given up" in log.getvalue()
    assert "the-secret-part" not in log.getvalue()
    mend(records)
    dlq_alerting.evaluate()
    assert len(deliveries("slack")) == 1


def test_channel_that_hangs_holds_up_no_other(
    slack: HttpReceiver, mail: Mailbox, sms: HttpReceiver, settings: Any
) -> None:
    alert_world.configure(settings, timeout_seconds=0.7)
    slack.hang = threading.Event()
    for cause in ("one", "two", "three"):
        dead(cause=cause)
    began = time.monotonic()
    dlq_alerting.watch()
    assert time.monotonic() - began < 10
    assert len(slack.requests) == 1
    assert len(mail.raw) == 3
    assert ("opened", "pending", 1, "timeout") in deliveries("slack")


def test_mail_server_that_refuses_is_tried_again(mail: Mailbox) -> None:
    mail.refuse = "451 later, ops@example.com"
    dead()
    now = timezone.now()
    dlq_alerting.evaluate(now=now)
    dlq_alerting.deliver(now=now)
    assert deliveries("email") == [("opened", "pending", 1, "smtp_451")]
    mail.refuse = ""
    dlq_alerting.deliver(now=now + timedelta(seconds=2))
    assert len(mail.raw) == 1


def test_certificate_that_nobody_signed_is_refused(settings: Any, tmp_path: Any) -> None:
    """The secret in the path is never sent to a server that cannot prove who it is."""
    key, certificate = self_signed(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def shake_hands() -> None:
            peer, _ = server.accept()
            try:
                context.wrap_socket(peer, server_side=True).close()
            except OSError:
                peer.close()

        thread = threading.Thread(target=shake_hands, daemon=True)
        thread.start()
        port = server.getsockname()[1]
        alert_world.configure(settings, slack_webhook_url=f"https://localhost:{port}/the-secret-part")
        dead()
        dlq_alerting.watch()
        thread.join(5)
    assert deliveries("slack") == [("opened", "pending", 1, "certificate")]


def self_signed(folder: Any) -> tuple[str, str]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = timezone.now()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    plain = serialization.NoEncryption()
    (folder / "key.pem").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.TraditionalOpenSSL, plain)
    )
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(pem))
    return str(folder / "key.pem"), str(folder / "certificate.pem")


def test_two_senders_at_once_send_each_notice_once(slack: HttpReceiver) -> None:
    for number in range(8):
        dead(cause=f"cause_{number}")
    dlq_alerting.evaluate()
    barrier = threading.Barrier(3)

    def send() -> None:
        barrier.wait()
        outbox._send_due(registry.channel_of("slack"), timezone.now)
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(slack.requests) == 8
    assert {state for _, state, _, _ in deliveries("slack")} == {"sent"}


def test_sender_that_died_over_a_delivery_is_followed_by_another(slack: HttpReceiver) -> None:
    dead()
    now = timezone.now()
    dlq_alerting.evaluate(now=now)
    assert outbox._claim("slack", now) is not None
    dlq_alerting.deliver(now=now + timedelta(seconds=44))
    assert slack.requests == []
    dlq_alerting.deliver(now=now + timedelta(seconds=46))
    assert len(slack.requests) == 1


def test_all_of_it_works_without_redis(slack: HttpReceiver, mail: Mailbox, settings: Any) -> None:
    settings.REDIS_URL = f"redis://127.0.0.1:{alert_world.free_port()}/0"
    settings.CELERY_BROKER_URL = settings.REDIS_URL
    settings.CACHES = {
        "default": {"BACKEND": "django_redis.cache.RedisCache", "LOCATION": settings.REDIS_URL}
    }
    records = dead()
    dlq_alerting.watch()
    mend(records)
    dlq_alerting.watch()
    assert len(slack.requests) == len(mail.raw) == 2


def test_nothing_configured_is_told_to_the_log_alone(log: io.StringIO) -> None:
    dead()
    dlq_alerting.watch()
    assert "Critical task failed" in log.getvalue()
    assert {row.channel for row in AlertDelivery.objects.all()} == {"log"}
    assert AlertIncident.objects.get().notified_at is None


def test_channel_that_was_taken_away_is_given_up_after_a_day(slack: HttpReceiver, settings: Any) -> None:
    slack.statuses = [500]
    dead()
    dlq_alerting.watch()
    alert_world.configure(settings, slack_webhook_url="")
    dlq_alerting.deliver(now=timezone.now() + timedelta(hours=23))
    assert deliveries("slack")[0][1] == "pending"
    dlq_alerting.deliver(now=timezone.now() + timedelta(hours=25))
    assert deliveries("slack")[0][1::2] == ("given_up", "not_configured")


SECRETS = [
    "Asha Kulkarni", "asha.kulkarni@sunrise.example", "+91 98220 51337", "4111 1111 1111 1111", "ABCPK1234L",
    "Sunrise Towers Private Limited", "sk-live-51Hx0000secret", "12 MG Road",
]  # fmt: skip


def test_planted_secrets_are_in_no_message(
    slack: HttpReceiver, mail: Mailbox, sms: HttpReceiver, settings: Any, log: io.StringIO
) -> None:
    alert_world.configure(settings, escalate_after_minutes=0.0001, repeated_failures=2)
    client = factories.ClientFactory.create(name=SECRETS[5])
    for secret in SECRETS:
        for name in (CRITICAL, "understand_photo", secret):
            dlq_handler.send_to_dlq(
                task_id=str(uuid4()),
                task_name=name,
                args=(secret,),
                kwargs={"user_input": secret, secret: 1},
                exception=type(f"Bad{secret.title().replace(' ', '')}", (ValueError,), {})(secret),
                correlation_id=secret,
            )
    TaskRecord.objects.update(client_id=client.pk)
    for _ in range(3):
        dlq_alerting.watch()
    TaskRecord.objects.update(state=TaskRecord.State.DONE)
    dlq_alerting.watch()
    texts = [body.decode() for _, _, body in slack.requests + sms.requests]
    texts += [raw.decode() for raw in mail.raw]
    texts += [part.get_content() for message in mail.messages for part in message.iter_parts()]
    texts += [str(value) for value in AlertIncident.objects.values_list("facts", "key")]
    texts.append(log.getvalue())
    assert len(slack.requests) >= 4
    assert len(mail.raw) >= 4
    assert sms.requests
    found = [secret for secret in SECRETS for text in texts if secret.lower() in text.lower()]
    assert found == []


class TestTrial:
    def test_each_channel_is_tried_and_failures_are_named(
        self, slack: HttpReceiver, mail: Mailbox, sms: HttpReceiver
    ) -> None:
        slack.statuses = [404]
        out = io.StringIO()
        with pytest.raises(CommandError, match="not delivered by: slack"):
            call_command("test_alerts", stdout=out)
        assert out.getvalue().splitlines() == [
            "log: taken", "slack: failed (http_404)", "email: taken", "sms-1: taken", "sms-2: taken",
        ]  # fmt: skip
        assert mail.messages[0]["Subject"] == "[IntelliWiz] Test of the alerts: this channel works"
        assert AlertDelivery.objects.count() == 0

    def test_nothing_configured_is_said(self) -> None:
        out = io.StringIO()
        call_command("test_alerts", stdout=out)
        assert "No channel to people is configured" in out.getvalue()


class TestAdmin:
    @pytest.fixture(autouse=True)
    def _signed_in(self, client: Any) -> None:
        client.force_login(factories.UserFactory.create(is_staff=True, is_superuser=True))

    def test_the_list_says_how_alerts_leave(self, client: Any, settings: Any) -> None:
        assert "No channel to people" in client.get("/admin/onboarding/alertincident/").content.decode()
        alert_world.configure(settings, slack_webhook_url="https://hooks.example.com/the-secret-part")
        page = client.get("/admin/onboarding/alertincident/").content.decode()
        assert "the log and to: slack" in page
        assert "the-secret-part" not in page

    def test_the_action_acknowledges(self, client: Any) -> None:
        dead()
        dlq_alerting.evaluate()
        incident = AlertIncident.objects.get()
        chosen = {"action": "acknowledge", "_selected_action": [str(incident.pk)]}
        client.post("/admin/onboarding/alertincident/", chosen)
        incident.refresh_from_db()
        assert incident.acknowledged_at is not None
        assert incident.acknowledged_by is not None

    def test_looking_is_not_acknowledging(self, client: Any) -> None:
        user = factories.UserFactory.create(is_staff=True)
        user.user_permissions.add(Permission.objects.get(codename="view_alertincident"))
        client.force_login(user)
        dead()
        dlq_alerting.evaluate()
        incident = AlertIncident.objects.get()
        chosen = {"action": "acknowledge", "_selected_action": [str(incident.pk)]}
        client.post("/admin/onboarding/alertincident/", chosen)
        incident.refresh_from_db()
        assert incident.acknowledged_at is None
