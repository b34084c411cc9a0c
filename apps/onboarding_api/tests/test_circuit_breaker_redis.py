"""What becomes of breakers when their Redis dies, hangs, refuses or forgets. The server is the test's own."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest

from apps.onboarding.errors import ServiceParked
from apps.onboarding_api.services.circuit_breaker.link import Link
from apps.onboarding_api.services.circuit_breaker.scripts import READ
from apps.onboarding_api.tests.breaker_world import Config, RedisServer, Service, redis_server, wait_until

Refuse = Callable[[RedisServer], object]
REFUSALS: dict[str, tuple[Refuse, Refuse]] = {
    "read-only": (
        lambda server: server.client.replicaof("127.0.0.1", "1"),
        lambda server: server.client.replicaof("NO", "ONE"),
    ),
    "full": (
        lambda server: server.client.config_set("maxmemory", "1"),
        lambda server: server.client.config_set("maxmemory", "0"),
    ),
    "without scripts": (
        lambda server: server.client.execute_command("ACL", "SETUSER", "default", "-evalsha", "-eval"),
        lambda server: server.client.execute_command("ACL", "SETUSER", "default", "+evalsha", "+eval"),
    ),
    "wrong type": (
        lambda server: [
            server.client.set(key, "not a hash") for key in server.client.scan_iter("breaker:*:state")
        ],
        lambda server: server.client.flushall(),
    ),
}


@pytest.fixture(scope="module")
def module_server() -> Iterator[RedisServer]:
    with redis_server() as running:
        yield running


@pytest.fixture
def server(module_server: RedisServer) -> Iterator[RedisServer]:
    """Up, empty and willing at the start of each test."""
    if module_server.process is None:
        module_server.start()
    module_server.client.flushall()
    yield module_server
    if module_server.process is None:
        module_server.start()


@pytest.fixture
def service(server: RedisServer) -> Service:
    return Service(url=server.url)


def is_shared(service: Service) -> bool:
    return service.breaker.get_status()["shared"]


def test_closed_breaker_costs_one_round_trip(server: RedisServer, service: Service) -> None:
    service.breaker.call(service.answer)  # connects, and hands over the script
    before = server.client.info("commandstats")
    for _ in range(50):
        service.breaker.call(service.answer)
    after = server.client.info("commandstats")
    sent = {
        name: after[name]["calls"] - before.get(name, {"calls": 0})["calls"]
        for name in after
        # TIME and HMGET are run by the script, within the server; INFO and its connection are this test's.
        if name not in {"cmdstat_time", "cmdstat_hmget", "cmdstat_info", "cmdstat_hello", "cmdstat_client"}
    }
    assert {name: n for name, n in sent.items() if n} == {"cmdstat_evalsha": 50}


def test_killed_while_closed_each_process_counts_alone(server: RedisServer, service: Service) -> None:
    service.breaker.call(service.answer)
    server.kill()
    other = service.another_process()
    service.fail(3)
    assert (service.state, is_shared(service)) == ("open", False)
    assert other.get_status()["state"] == "closed"


def test_killed_while_it_counts_the_count_goes_on(server: RedisServer, service: Service) -> None:
    service.fail(2)
    server.kill()
    service.fail(1)
    assert service.state == "open"


def test_killed_while_open_it_stays_open(server: RedisServer, service: Service) -> None:
    service.open()
    server.kill()
    with pytest.raises(ServiceParked) as refusal:
        service.breaker.call(service.answer)
    assert refusal.value.park_seconds > 119
    assert service.calls == 3


def test_killed_while_open_it_still_knows_since_when(server: RedisServer, service: Service) -> None:
    service.open()
    server.client.hincrby(f"breaker:{service.name}:state", "opened_ms", -60_000)
    shared = service.breaker.get_status()
    server.kill()
    alone = service.breaker.get_status()
    assert (shared["shared"], alone["shared"]) == (True, False)
    assert abs(alone["retry_in_seconds"] - shared["retry_in_seconds"]) < 5
    since = [datetime.fromisoformat(status["opened_at"] or "") for status in (shared, alone)]
    assert abs(since[1] - since[0]) < timedelta(seconds=5)


def test_killed_during_a_probe_its_outcome_still_counts(server: RedisServer) -> None:
    service = Service(url=server.url, config=Config(success_threshold=1))

    def answer_without_redis() -> str:
        server.kill()
        return "answer"

    service.half_open()
    assert service.breaker.call(answer_without_redis) == "answer"
    assert (service.state, is_shared(service)) == ("closed", False)


def test_killed_during_a_probe_that_fails_it_is_open(server: RedisServer, service: Service) -> None:
    def fail_without_redis() -> None:
        server.kill()
        service.time_out()

    service.half_open()
    with pytest.raises(ServiceParked):
        service.breaker.call(fail_without_redis)
    assert (service.state, is_shared(service)) == ("open", False)


def test_joins_again_when_redis_is_back(server: RedisServer, service: Service) -> None:
    service.breaker.call(service.answer)
    server.kill()
    service.fail(3)
    assert service.state == "open"
    server.start()
    wait_until(lambda: is_shared(service))
    assert service.state == "closed"  # what Redis says counts, and it has forgotten
    other = service.another_process()
    service.fail(3, breaker=other)
    assert service.state == "open"


def test_hanging_redis_costs_one_timeout_and_then_nothing_for_a_while(server: RedisServer) -> None:
    service = Service(url=server.url, pause_seconds=60)
    service.breaker.call(service.answer)
    with server.hanging():
        began = time.monotonic()
        service.breaker.call(service.answer)
        first = time.monotonic() - began
        began = time.monotonic()
        for _ in range(200):
            service.breaker.call(service.answer)
        rest = time.monotonic() - began
    assert service.calls == 202
    assert 0.15 < first < 1.5
    assert rest < 0.15  # less than one timeout for all of them


def test_pause_is_about_a_second_in_the_product(settings) -> None:
    assert settings.CIRCUIT_BREAKERS.redis_pause_seconds == 1


def test_threads_that_meet_an_absent_redis_do_not_all_wait_for_it(server: RedisServer) -> None:
    link = Link(server.url, pause_seconds=0.0)
    server.kill()
    assert link.run(READ, keys=("a", "b", "c"), reset_ms=1, arguments=()) is None
    link._pause_seconds = 60
    assert link._may_look_again()
    assert not any(link._may_look_again() for _ in range(5))


@pytest.mark.parametrize("how", REFUSALS)
def test_redis_that_refuses_to_write_does_not_keep_a_breaker_closed(
    server: RedisServer, service: Service, how: str
) -> None:
    refuse, allow = REFUSALS[how]
    service.fail(1)
    refuse(server)
    try:
        for _ in range(2):
            service.fail(1)
            # Long enough for each failure to look at Redis again, which can still be read where it is read-only.
            wait_until(lambda: (service.breaker._shared._link._away_until or 0) < time.monotonic())
        assert (service.state, is_shared(service), service.calls) == ("open", False, 3)
    finally:
        allow(server)
    wait_until(lambda: is_shared(service))


def test_emptied_while_open_it_is_closed_and_counts_anew(server: RedisServer, service: Service) -> None:
    service.open()
    server.client.flushall()
    assert service.breaker.call(service.answer) == "answer"
    assert service.state == "closed"
    service.fail(2)
    assert service.state == "closed"
    service.fail(1)
    assert service.state == "open"


def test_emptied_during_a_probe_its_failure_is_the_first_of_a_new_count(
    server: RedisServer, service: Service
) -> None:
    def fail_after_flush() -> None:
        server.client.flushall()
        service.time_out()

    service.half_open()
    with pytest.raises(ServiceParked):  # it was made on behalf of all, whatever became of the count
        service.breaker.call(fail_after_flush)
    assert (service.state, service.breaker.get_status()["failures"]) == ("closed", 1)


def test_script_that_redis_forgot_is_handed_over_again(server: RedisServer, service: Service) -> None:
    service.fail(2)
    server.client.script_flush()
    service.fail(1)
    assert (service.state, is_shared(service)) == ("open", True)


def test_server_whose_clock_is_behind_does_not_keep_it_open_for_long(
    server: RedisServer, service: Service
) -> None:
    service.open()
    key = f"breaker:{service.name}:state"
    server.client.hincrby(key, "opened_ms", 10 * 24 * 3600 * 1000)  # opened by a server ten days ahead
    assert (service.breaker.admits() or 0) <= 132.1
    with pytest.raises(ServiceParked):
        service.breaker.call(service.answer)
    service.let_reset_time_pass()
    assert service.breaker.admits() is None


def test_away_and_back_is_said_once_each(
    server: RedisServer, service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="celery.task")
    server.kill()
    for _ in range(20):
        service.breaker.call(service.answer)
    server.start()
    wait_until(lambda: is_shared(service))
    said = [
        record.getMessage() for record in caplog.records if record.getMessage().startswith("breakers: Redis")
    ]
    assert [line.split("Redis is ")[1][:4] for line in said] == ["away", "back"]


def test_transitions_are_unknown_while_redis_is_away(server: RedisServer, service: Service) -> None:
    service.open()
    assert service.breaker.transitions() == {"open": 1}
    server.kill()
    assert service.breaker.transitions() is None
