"""Where breakers stand: their figures, the providers behind them, metrics and readiness."""

from __future__ import annotations

import errno
import json
import pickle
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any, NoReturn

import httpx
import numpy as np
import pytest
import redis
from billiard.exceptions import SoftTimeLimitExceeded
from django.test import Client, RequestFactory
from django.utils import timezone

from apps.onboarding.errors import (
    InvalidInput,
    NotFound,
    ProviderTimeout,
    ProviderUnavailable,
    SafetyRefused,
    ServiceParked,
)
from apps.onboarding_api.exception_handler import to_problem
from apps.onboarding_api.services import health, metrics
from apps.onboarding_api.services.circuit_breaker import (
    admits,
    ask_provider,
    get_circuit_breaker,
    registry,
)
from apps.onboarding_api.services.circuit_breaker.failures import says_down
from apps.onboarding_api.services.image_analysis import OnboardingImageAnalysisService
from apps.onboarding_api.services.image_analysis import registry as vision_registry
from apps.onboarding_api.services.llm import LlmService
from apps.onboarding_api.services.ocr_service import registry as ocr_registry
from apps.onboarding_api.services.ocr_service.guarded import WithBreaker
from apps.onboarding_api.services.speech_service import registry as speech_registry
from apps.onboarding_api.services.speech_service import service as speech
from apps.onboarding_api.tests.breaker_world import Service
from intelliwiz_config.tests.test_environment_values import problems


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Service]]:
    """Puts the breaker of a test's own service in the place of a known one, so that tests do not share state."""
    made: list[Service] = []

    def build(known: str) -> Service:
        made.append(Service())
        monkeypatch.setitem(registry._breakers, known, made[-1].breaker)
        return made[-1]

    yield build
    for one in made:
        one.forget()


@pytest.mark.parametrize(
    ("service", "figures"),
    [
        ("llm", (3, 120, 2)),
        ("speech", (5, 60, 3)),
        ("vision", (5, 60, 3)),
        ("gateway", (5, 60, 2)),
    ],
)
def test_each_service_has_its_figures(service: str, figures: tuple[float, ...]) -> None:
    config = get_circuit_breaker(service).config
    assert (
        config.failure_threshold,
        config.reset_timeout_seconds,
        config.success_threshold,
    ) == figures
    with pytest.raises(AttributeError):
        config.failure_threshold = 1


def test_permit_of_a_probe_outlives_the_timeout_of_its_provider(settings: Any) -> None:
    for service in ("llm", "speech", "vision"):
        provider = getattr(settings, service.upper())
        assert get_circuit_breaker(service).config.probe_seconds > provider.timeout_seconds
    assert get_circuit_breaker("gateway").config.probe_seconds == 30


def test_one_breaker_for_each_service_and_process() -> None:
    assert get_circuit_breaker("llm") is get_circuit_breaker("llm")
    assert get_circuit_breaker("llm") is not get_circuit_breaker("speech")


def test_refusal_survives_the_way_between_processes() -> None:
    again = pickle.loads(pickle.dumps(ServiceParked(service="llm", park_seconds=1.5)))  # noqa: S301 -- our own
    assert (again.service, again.park_seconds, again.extra["retry_after"]) == ("llm", 1.5, 2)


@pytest.mark.parametrize("name", ["", "LLM", "a:b", "a" * 41, "1st", "llm\n"])
def test_other_names_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="not a name of a service"):
        get_circuit_breaker(name)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("BREAKER_LLM_FAILURES", "0"),
        ("BREAKER_SPEECH_RESET_SECONDS", "soon"),
        ("BREAKER_VISION_SUCCESSES", "-1"),
        ("BREAKER_DEFAULT_FAILURES", "1.5"),
        ("BREAKER_PROBE_SECONDS", "0"),
        ("BREAKER_SERVICES", "sms,Slack!"),
    ],
)
def test_wrong_figure_is_a_problem_that_names_its_variable(variable: str, value: str) -> None:
    assert [line.split()[0] for line in problems("test", **{variable: value})] == [variable]


@pytest.mark.parametrize(
    "error",
    [
        ProviderUnavailable(),
        ProviderTimeout(),
        ConnectionRefusedError(),
        BrokenPipeError(),
        TimeoutError(),
        socket.gaierror(),
        ssl.SSLError(),
        OSError(errno.EHOSTUNREACH, "no route"),
        redis.ConnectionError(),
        redis.TimeoutError(),
        httpx.ConnectError("no"),
        httpx.ReadTimeout("no"),
        SoftTimeLimitExceeded(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_errors_that_say_the_service_is_down(error: BaseException) -> None:
    assert says_down(error)


@pytest.mark.parametrize(
    "error",
    [
        InvalidInput(),
        SafetyRefused(),
        NotFound(),
        FileNotFoundError(errno.ENOENT, "no file"),
        PermissionError(errno.EACCES, "no"),
        OSError("cannot identify image file"),
        redis.ResponseError(),
        httpx.InvalidURL("no"),
        ValueError(),
        KeyboardInterrupt(),
        SystemExit(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_errors_that_say_nothing_about_the_service(error: BaseException) -> None:
    assert not says_down(error)


def test_embedded_provider_is_asked_whatever_its_breaker_says(stand_in: Callable[[str], Service]) -> None:
    stand_in("llm").open()
    assert ask_provider("llm", SimpleNamespace(is_embedded=True), lambda: "answer") == "answer"


def test_missing_model_of_an_embedded_provider_stays_a_fault_that_is_retried(
    stand_in: Callable[[str], Service],
) -> None:
    service = stand_in("vision")

    def no_model() -> NoReturn:
        raise ProviderUnavailable("the package came without its models")

    for _ in range(4):
        with pytest.raises(ProviderUnavailable) as fault:
            ask_provider("vision", SimpleNamespace(is_embedded=True), no_model)
        assert not isinstance(fault.value, ServiceParked)
    assert service.state == "closed"


class Down:
    """An outside provider of everything that is down."""

    name = "outside"
    is_embedded = False

    def __init__(self) -> None:
        self.asked = 0

    def fail(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        self.asked += 1
        raise ProviderTimeout("no answer in time")

    understand = make = check = transcribe = look = read = read_line = fail


def all_refused(service: Service, ask: Callable[[], Any], down: Down) -> None:
    for _ in range(service.config.failure_threshold):
        with pytest.raises(ProviderTimeout):
            ask()
    asked = down.asked
    with pytest.raises(ServiceParked):
        ask()
    assert down.asked == asked


@pytest.mark.parametrize("what", ["understand", "make", "check"])
def test_language_model_is_behind_its_breaker(
    stand_in: Callable[[str], Service], monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    monkeypatch.setattr("apps.onboarding_api.services.llm.safety.refuse_personal", lambda _: None)
    monkeypatch.setattr(
        "apps.onboarding_api.services.llm.invariants.check_proposal", lambda _: SimpleNamespace()
    )
    down = Down()
    request: Any = SimpleNamespace(is_safe=True, text="", answers={}, uploads=(), proposal={})
    ask = getattr(LlmService(provider=down), what)
    all_refused(stand_in("llm"), lambda: ask(request), down)


def test_answer_outside_the_closed_set_is_no_sign_of_an_outage(stand_in: Callable[[str], Service]) -> None:
    service = stand_in("llm")
    provider: Any = SimpleNamespace(
        name="outside", is_embedded=False, understand=lambda _: SimpleNamespace(commands=["what?"])
    )
    request: Any = SimpleNamespace(is_safe=True, text="", flow=SimpleNamespace(slots=()))
    for _ in range(4):
        with pytest.raises(ProviderUnavailable) as fault:
            LlmService(provider=provider).understand(request)
        assert not isinstance(fault.value, ServiceParked)
    assert service.breaker.get_status()["failures"] == 0


def test_speech_is_behind_its_breaker(
    stand_in: Callable[[str], Service], monkeypatch: pytest.MonkeyPatch
) -> None:
    down = Down()
    here = "apps.onboarding_api.services.speech_service.service"
    monkeypatch.setattr(speech_registry, "get_speech_provider", lambda: down)
    monkeypatch.setattr(f"{here}.decode.decode_audio", lambda _: object())
    monkeypatch.setattr(f"{here}.hints.hints_for", lambda *_: object())
    all_refused(stand_in("speech"), lambda: speech.listen(b"RIFF", language="en", session_id="x"), down)


@pytest.mark.parametrize("what", ["read", "read_line"])
def test_reading_of_images_is_behind_its_breaker(stand_in: Callable[[str], Service], what: str) -> None:
    down = Down()
    ask = getattr(WithBreaker(down), what)
    all_refused(stand_in("vision"), lambda: ask(np.zeros((2, 2, 3))), down)


def test_provider_that_reads_images_is_handed_out_behind_its_breaker() -> None:
    assert isinstance(ocr_registry.get_ocr_provider(), WithBreaker)


def test_looking_at_scenes_is_behind_its_breaker(
    stand_in: Callable[[str], Service], monkeypatch: pytest.MonkeyPatch
) -> None:
    down = Down()
    monkeypatch.setattr(vision_registry, "get_vision_provider", lambda: down)
    here = "apps.onboarding_api.services.image_analysis.service"
    monkeypatch.setattr(f"{here}.preparing.clean", lambda _: SimpleNamespace(jpeg=b""))
    monkeypatch.setattr(f"{here}.quality.pixels", lambda _: None)
    all_refused(
        stand_in("vision"), lambda: OnboardingImageAnalysisService().analyze(b"x", session_id="x"), down
    )


def test_refusal_is_a_503_that_says_when(stand_in: Callable[[str], Service]) -> None:
    service = stand_in("llm")
    service.open()
    with pytest.raises(ServiceParked) as refusal:
        get_circuit_breaker("llm").call(service.answer)
    answer = to_problem(refusal.value, {"request": RequestFactory().get("/")})
    assert answer is not None
    assert (answer.status_code, answer.data["code"], answer.data["retryable"]) == (
        503,
        "service_parked",
        True,
    )
    assert 120 <= int(answer["Retry-After"]) <= 133


def test_admits_speaks_for_the_service(stand_in: Callable[[str], Service]) -> None:
    service = stand_in("llm")
    assert admits("llm") is None
    service.open()
    assert (admits("llm") or 0) > 119


@pytest.mark.django_db
def test_metrics_tell_states_and_changes(stand_in: Callable[[str], Service]) -> None:
    stand_in("speech")
    stand_in("llm").open()
    half_open = stand_in("vision")
    half_open.half_open()
    half_open.breaker.call(half_open.answer)
    lines = metrics.exposition().decode().splitlines()
    assert 'onboarding_breaker_state{service="speech"} 0.0' in lines
    assert 'onboarding_breaker_state{service="vision"} 1.0' in lines
    assert 'onboarding_breaker_state{service="llm"} 2.0' in lines
    assert 'onboarding_breaker_transitions_total{service="llm",to="open"} 1.0' in lines
    assert 'onboarding_breaker_transitions_total{service="vision",to="half_open"} 1.0' in lines
    assert 'onboarding_breaker_transitions_total{service="speech",to="open"} 0.0' in lines


def test_only_services_that_were_named_are_shown(settings: Any, stand_in: Callable[[str], Service]) -> None:
    get_circuit_breaker("of_a_test")
    assert registry.services_shown() == ("llm", "speech", "vision")
    settings.CIRCUIT_BREAKERS = replace(
        settings.CIRCUIT_BREAKERS, services=("llm", "speech", "vision", "sms")
    )
    assert "sms" in registry.services_shown()


@pytest.mark.django_db
def test_open_breaker_is_told_and_leaves_the_product_ready(
    stand_in: Callable[[str], Service], client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("_flow", "_workers"):  # nothing runs beside this test
        monkeypatch.setattr(health, name, lambda: "ok")
    for known in ("speech", "vision", "llm"):
        service = stand_in(known)
    assert client.get("/health/ready/").json()["parts"]["breakers"] == "ok"
    service.open()
    answer = client.get("/health/ready/")
    assert (answer.status_code, answer.json()["status"]) == (200, "ready")
    assert json.loads(answer.content)["parts"]["breakers"] == "degraded (llm open)"


def test_part_that_is_away_still_makes_it_not_ready() -> None:
    assert health.is_ready({"database": "ok", "breakers": "degraded (llm open)"})
    assert not health.is_ready({"database": "away (OperationalError)", "breakers": "ok"})


def test_status_of_opening_is_the_servers_time(stand_in: Callable[[str], Service]) -> None:
    service = stand_in("llm")
    service.open()
    opened_at = service.breaker.get_status()["opened_at"]
    assert opened_at is not None
    assert abs(datetime.fromisoformat(opened_at) - timezone.now()) < timedelta(seconds=5)
