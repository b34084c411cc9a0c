"""What a breaker lets through, refuses and counts, on the real Redis of the test run and without any."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from pybreaker import CircuitBreakerError

from apps.onboarding.errors import InvalidInput, ProviderTimeout, ProviderUnavailable, ServiceParked
from apps.onboarding_api.services.circuit_breaker import forget_on_close, on_close
from apps.onboarding_api.tests.breaker_world import Config, Service, wait_until

NOWHERE = "unix:///nowhere/redis.sock?db=0"


@pytest.fixture
def service() -> Iterator[Service]:
    one = Service()
    yield one
    one.forget()


@pytest.fixture(params=["shared", "alone"])
def either(request: pytest.FixtureRequest) -> Iterator[Service]:
    """A service with a short reset time: with Redis, and in a process that has none."""
    config = Config(reset_timeout_seconds=0.15, probe_seconds=1)
    one = Service(config=config, url="" if request.param == "shared" else NOWHERE)
    yield one
    one.forget()


def reset_time_is_over(service: Service) -> None:
    wait_until(lambda: service.breaker.admits() is None)


def is_answered(service: Service) -> bool:
    try:
        service.breaker.call(service.answer)
    except ServiceParked:
        return False
    return True


def test_closed_breaker_hands_on_arguments_and_answer(either: Service) -> None:
    assert either.breaker.call(lambda a, b: (a, b), 1, b=2) == (1, 2)


def test_failure_while_closed_is_raised_as_it_came(either: Service) -> None:
    with pytest.raises(ProviderTimeout):
        either.breaker.call(either.time_out, fallback=lambda: pytest.fail("not while it is closed"))


def test_opens_at_the_threshold_and_calls_nothing_any_more(either: Service) -> None:
    either.fail(2)
    assert either.state == "closed"
    either.fail(1)
    with pytest.raises(ServiceParked) as refusal:
        either.breaker.call(either.answer)
    assert either.calls == 3
    assert isinstance(refusal.value.__cause__, CircuitBreakerError)


def test_fallback_answers_while_it_is_open(either: Service) -> None:
    either.open()
    assert either.breaker.call(either.answer, fallback=lambda: "instead") == "instead"
    assert either.calls == 3


def test_success_in_between_starts_the_count_again(either: Service) -> None:
    either.fail(2)
    either.breaker.call(either.answer)
    either.fail(2)
    assert either.state == "closed"


def test_faults_of_the_input_neither_count_nor_clear_the_count(either: Service) -> None:
    either.fail(2)
    for _ in range(9):
        with pytest.raises(InvalidInput):
            either.breaker.call(either.mind_the_input)
    assert (either.state, either.breaker.get_status()["failures"]) == ("closed", 2)
    either.fail(1)
    assert either.state == "open"


def test_refusal_says_when_to_come_back_with_jitter(service: Service) -> None:
    service.open()
    seconds = set()
    for _ in range(20):
        with pytest.raises(ServiceParked) as refusal:
            service.breaker.call(service.answer)
        seconds.add(refusal.value.park_seconds)
        assert refusal.value.service == service.name
    assert 119 < min(seconds) <= max(seconds) < 132.1
    assert len(seconds) > 15


def test_probe_that_fails_opens_anew_and_is_not_its_callers_failure(either: Service) -> None:
    either.open()
    reset_time_is_over(either)
    with pytest.raises(ServiceParked) as parked:
        either.breaker.call(either.time_out)
    assert isinstance(parked.value.__cause__, ProviderTimeout)
    assert parked.value.park_seconds > 0
    assert either.state == "open"
    assert either.breaker.admits() is not None


def test_probe_that_fails_goes_to_the_fallback(either: Service) -> None:
    either.open()
    reset_time_is_over(either)
    assert either.breaker.call(either.time_out, fallback=lambda: "instead") == "instead"
    assert either.state == "open"


def test_refusal_after_a_probe_obeys_the_time_its_provider_asked_for(service: Service) -> None:
    def busy() -> None:
        raise ProviderUnavailable("too many requests", retry_after=900)

    service.half_open()
    with pytest.raises(ServiceParked) as parked:
        service.breaker.call(busy)
    assert parked.value.park_seconds == 900


def test_closes_after_the_successes_it_asks_for(either: Service) -> None:
    either.open()
    reset_time_is_over(either)
    either.breaker.call(either.answer)
    assert either.state == "half_open"
    either.breaker.call(either.answer)
    status = either.breaker.get_status()
    assert (status["state"], status["failures"], status["successes"], status["opened_at"]) == (
        "closed", 0, 0, None,
    )  # fmt: skip


def test_failure_after_a_success_while_half_open_begins_again(either: Service) -> None:
    either.open()
    reset_time_is_over(either)
    either.breaker.call(either.answer)
    with pytest.raises(ServiceParked):
        either.breaker.call(either.time_out)
    reset_time_is_over(either)
    either.breaker.call(either.answer)
    assert either.state == "half_open"


@pytest.mark.parametrize("ended_by", [InvalidInput("no"), SystemExit(1), KeyboardInterrupt(), TypeError()])
def test_probe_that_proves_nothing_gives_its_permit_back(service: Service, ended_by: BaseException) -> None:
    def end() -> None:
        raise ended_by

    service.half_open()
    with pytest.raises(type(ended_by)):
        service.breaker.call(end)
    assert service.breaker.admits() is None
    assert service.breaker.call(service.answer) == "answer"


def test_one_probe_at_a_time(either: Service) -> None:
    either.open()
    reset_time_is_over(either)
    inside, go_on = threading.Event(), threading.Event()

    def probe() -> str:
        inside.set()
        assert go_on.wait(10)
        return "probed"

    with ThreadPoolExecutor(1) as pool:
        probing = pool.submit(either.breaker.call, probe)
        assert inside.wait(10)
        with pytest.raises(ServiceParked) as refusal:
            either.breaker.call(either.answer)
        go_on.set()
        assert probing.result(10) == "probed"
    assert 1 <= refusal.value.park_seconds <= 3


def test_permit_of_a_lost_probe_runs_out(either: Service) -> None:
    either.open()
    reset_time_is_over(either)
    inside, go_on = threading.Event(), threading.Event()

    def lost() -> str:
        inside.set()
        assert go_on.wait(10)
        raise ProviderTimeout("too late")

    with ThreadPoolExecutor(1) as pool:
        probing = pool.submit(either.breaker.call, lost)
        assert inside.wait(10)
        assert either.breaker.admits() is not None
        wait_until(
            lambda: is_answered(either)
        )  # not `admits`: a slow Redis would let each process decide for itself
        either.breaker.call(either.answer)
        assert either.state == "closed"
        go_on.set()
        with pytest.raises(ServiceParked):
            probing.result(10)
    assert either.breaker.get_status()["failures"] == 1  # it counts as what it is by now: one failure


def test_probe_that_lost_its_permit_decides_nothing_over_the_one_that_has_it(service: Service) -> None:
    service.half_open()
    slow, quick = service.another_process(), service.another_process()

    def second() -> str:
        return "second"

    def first() -> None:
        # The permit runs out while the first probe is under way, and a second probe holds it at the end.
        client = service.breaker._shared._link._client
        client.set(f"breaker:{service.name}:permit", "of the second probe")
        raise ProviderTimeout("too late")

    with pytest.raises(ServiceParked):
        slow.call(first)
    assert service.state == "half_open"
    with pytest.raises(ServiceParked):
        quick.call(second)


def test_nothing_is_locked_while_calls_run(either: Service) -> None:
    together = threading.Barrier(4, timeout=10)
    with ThreadPoolExecutor(4) as pool:
        # Each call waits inside until all four are inside: behind a lock none would ever return.
        assert len([*pool.map(lambda _: either.breaker.call(together.wait), range(4))]) == 4


def test_failures_of_calls_that_ran_together_all_count(either: Service) -> None:
    together = threading.Barrier(3, timeout=10)

    def fail_together() -> None:
        together.wait()
        raise ProviderTimeout("all at once")

    with ThreadPoolExecutor(3) as pool:
        calls = [pool.submit(either.breaker.call, fail_together) for _ in range(3)]
    assert [type(call.exception()) for call in calls] == [ProviderTimeout] * 3
    assert either.state == "open"


def test_straggler_does_not_lengthen_the_time_it_is_open(service: Service) -> None:
    def while_others_fail() -> None:
        service.open()
        service.let_reset_time_pass()
        raise ProviderTimeout("last one home")

    with pytest.raises(ProviderTimeout):
        service.breaker.call(while_others_fail)
    assert service.breaker.admits() is None


def test_status_is_whole_and_json(service: Service) -> None:
    service.open()
    status = service.breaker.get_status()
    assert json.loads(json.dumps(status)) == status
    assert status | {"opened_at": "", "retry_in_seconds": 0} == {
        "service": service.name,
        "state": "open",
        "failures": 3,
        "fail_max": 3,
        "reset_timeout": 120,
        "successes": 0,
        "opened_at": "",
        "retry_in_seconds": 0,
        "shared": True,
        "last_error_class": "apps.onboarding.errors.ProviderTimeout",
    }
    assert 119 < status["retry_in_seconds"] <= 120


def test_admits_says_what_a_call_would_meet_and_takes_no_permit(service: Service) -> None:
    assert service.breaker.admits() is None
    service.open()
    assert 119 < (service.breaker.admits() or 0) < 132.1
    service.let_reset_time_pass()
    assert [service.breaker.admits() for _ in range(3)] == [None] * 3
    assert service.state == "open"  # asking is not probing
    assert service.breaker.call(service.answer) == "answer"


@pytest.mark.django_db  # closing releases parked tasks
def test_each_change_is_one_log_line(either: Service, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="celery.task")
    either.open()
    reset_time_is_over(either)
    either.breaker.call(either.answer)
    either.breaker.call(either.answer)
    lines = [
        (record.levelname, record.getMessage().split()[2])
        for record in caplog.records
        if record.getMessage().startswith(f"breaker {either.name}")
    ]
    assert lines == [("WARNING", "open"), ("INFO", "half_open"), ("INFO", "closed")]


def test_changes_are_counted_for_all_processes(service: Service) -> None:
    service.half_open()
    service.breaker.call(service.answer)
    service.another_process().call(service.answer)
    assert service.breaker.transitions() == {"open": 1, "half_open": 1, "closed": 1}


def test_who_waits_for_the_closing_is_told_once_and_cannot_spoil_it(either: Service) -> None:
    told: list[str] = []

    def crash(name: str) -> None:
        raise RuntimeError(name)

    try:
        on_close(crash)
        on_close(told.append)
        on_close(told.append)
        either.open()
        reset_time_is_over(either)
        either.breaker.call(either.answer)
        assert told == []
        assert either.breaker.call(either.answer) == "answer"
    finally:
        forget_on_close(crash)
        forget_on_close(told.append)
    assert told == [either.name]
