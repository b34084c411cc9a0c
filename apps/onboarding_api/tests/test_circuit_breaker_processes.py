"""One breaker in several real processes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from apps.onboarding_api.tests.breaker_world import BreakerProcess, Config, Service, processes, wait_until


@pytest.fixture
def make() -> Iterator[Callable[..., Service]]:
    made: list[Service] = []

    def build(**config: float) -> Service:
        made.append(Service(config=Config(**config)))  # type: ignore[arg-type]  # whole numbers where those are asked for
        return made[-1]

    yield build
    for one in made:
        one.forget()


def all_do(running: list[BreakerProcess], word: str) -> list[list[str]]:
    """All at once: told first, heard afterwards."""
    for one in running:
        one.say(word)
    return [one.hear() for one in running]


def test_failures_of_four_processes_at_once_are_all_counted(make: Callable[..., Service]) -> None:
    service = make(failure_threshold=401)
    with processes(service, 4) as running:
        said = all_do(running, "fail 100")
    assert [word for words in said for word in words] == ["raised"] * 400
    assert (service.state, service.breaker.get_status()["failures"]) == ("closed", 400)
    service.fail(1)
    assert service.state == "open"


def test_threshold_is_one_for_all_processes(make: Callable[..., Service]) -> None:
    service = make(failure_threshold=3)
    with processes(service, 3) as running:
        assert [one.do("fail")[0] for one in running] == ["raised"] * 3
        assert [one.do("ok")[0] for one in running] == ["parked"] * 3
        assert {one.do("status")["state"] for one in running} == {"open"}
    assert service.breaker.transitions() == {"open": 1}


def test_one_probe_at_a_time_in_all_processes(make: Callable[..., Service]) -> None:
    service = make(failure_threshold=1, success_threshold=2)
    service.half_open()
    with processes(service, 4) as running:
        for one in running:
            one.say("hold")
        first = [one.hear() for one in running]
        assert sorted(map(str, first)) == ["['parked']"] * 3 + ["inside"]
        prober = running[first.index("inside")]
        others = [one for one in running if one is not prober]
        assert [one.do("ok") for one in others] == [["parked"]] * 3
        assert prober.do("ok") == ["answered"]
        # The second success closes it for all, whoever makes it.
        assert others[0].do("ok") == ["answered"]
        assert {one.do("status")["state"] for one in running} == {"closed"}


def test_one_probe_in_each_reset_time_while_the_service_stays_down(make: Callable[..., Service]) -> None:
    service = make(failure_threshold=1)
    service.open()
    with processes(service, 3) as running:
        for _ in range(3):
            service.let_reset_time_pass()
            before = (service.breaker.transitions() or {}).get("half_open", 0)
            said = [word for words in all_do(running, "fail 20") for word in words]
            assert said == ["parked"] * 60  # the failed probe is parked as well
            assert (service.breaker.transitions() or {})["half_open"] == before + 1


def test_probe_whose_process_is_killed_lets_another_in(make: Callable[..., Service]) -> None:
    service = make(failure_threshold=1, success_threshold=1, probe_seconds=1.5)
    service.half_open()
    with processes(service, 2) as (doomed, other):
        assert doomed.do("hold") == "inside"
        doomed.kill()
        assert other.do("ok") == ["parked"]
        wait_until(lambda: other.do("ok") == ["answered"])
        assert service.state == "closed"


def test_processes_need_not_agree_on_the_time(make: Callable[..., Service]) -> None:
    service = make(failure_threshold=2, success_threshold=1)
    day = 86_400.0
    with processes(service, 3, skews=(-day, 0.0, day)) as (behind, right, ahead):
        assert [ahead.do("fail"), behind.do("fail")] == [["raised"], ["raised"]]
        assert [one.do("ok") for one in (behind, right, ahead)] == [["parked"]] * 3
        waits = [one.do("status")["retry_in_seconds"] for one in (behind, right, ahead)]
        assert all(100 < wait <= 120 for wait in waits)
        service.let_reset_time_pass()
        assert behind.do("ok") == ["answered"]
        assert {one.do("status")["state"] for one in (behind, right, ahead)} == {"closed"}


def test_wrong_clock_does_not_matter_without_redis(make: Callable[..., Service]) -> None:
    service = make(failure_threshold=1, reset_timeout_seconds=60)
    service.url = "unix:///nowhere/redis.sock?db=0"
    with processes(service, 1, skews=(86_400.0,)) as (ahead,):
        assert [ahead.do("fail"), ahead.do("ok")] == [["raised"], ["parked"]]
        status = ahead.do("status")
    assert (status["state"], status["shared"]) == ("open", False)
    assert 50 < status["retry_in_seconds"] <= 60
