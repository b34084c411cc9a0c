"""The rate limiter's promises, with a real Redis that is killed, frozen, locked and emptied."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from apps.onboarding_api.services.security import RequestFacts, headers
from apps.onboarding_api.services.security.host_table import HostTable
from apps.onboarding_api.services.security.limiter import COUNTS
from apps.onboarding_api.tests.rate_limiter_world import (
    CRITICAL,
    Clock,
    World,
    allowed,
    ask,
    open_breaker,
    policy,
)
from scripts.limiter_model import server as servers
from scripts.limiter_model.server import Server

CRITICAL_PATH = CRITICAL.path


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with servers.running() as running:
        yield running


@pytest.fixture
def world(server: Server, tmp_path: Path) -> Iterator[World]:
    if server.process is None:
        server.start()
    server.client.flushall()
    found = World(server, tmp_path)
    yield found
    found.close()


# exactness


def test_exactly_the_quota_passes_fifty_threads(world: World) -> None:
    limiter = world.limiter(policy("user", 10), redis_timeout_seconds=20)
    start = threading.Barrier(50)

    def once(_: int) -> bool:
        start.wait()
        return ask(limiter).allowed

    with ThreadPoolExecutor(50) as pool:
        assert sum(pool.map(once, range(50))) == 10


def test_what_one_limit_refuses_uses_up_none(world: World) -> None:
    limiter = world.limiter(policy("user", 10), policy("ip", 3, by=("ip",)))
    assert allowed(limiter, 20) == 3
    assert allowed(limiter, 20, ip="192.0.2.2") == 3
    last = ask(limiter)
    assert {state.policy: state.remaining for state in last.limits} == {"user": 4, "ip": 0}
    assert last.violated == ("ip",)


def test_a_window_slides_and_never_holds_more_than_the_quota(world: World) -> None:
    limiter = world.limiter(policy("user", 4))
    assert allowed(limiter, 2) == 2
    world.let_pass(30)
    assert allowed(limiter, 5) == 2
    world.let_pass(30.5)
    assert allowed(limiter, 5) == 2


def test_bytes_are_charged_by_size(world: World) -> None:
    limiter = world.limiter(policy("upload-bytes", 5_000, unit="content-bytes"))
    assert ask(limiter, content_bytes=3_000).allowed
    refused = ask(limiter, content_bytes=2_001)
    assert not refused.allowed
    assert refused.limits[0].remaining == 2_000
    assert ask(limiter, content_bytes=2_000).allowed


def test_a_body_of_unknown_length_costs_the_largest_that_is_taken(world: World) -> None:
    limiter = world.limiter(policy("upload-bytes", 5_000, unit="content-bytes"), unknown_length_bytes=4_000)
    assert ask(limiter, content_bytes=None).limits[0].remaining == 1_000


def test_what_is_larger_than_the_quota_never_fits_and_is_not_told_to_wait(world: World) -> None:
    limiter = world.limiter(policy("upload-bytes", 5_000, unit="content-bytes"))
    refused = ask(limiter, content_bytes=5_001)
    assert not refused.allowed
    assert refused.retry_after is None
    assert "Retry-After" not in headers.fields(refused)
    assert ask(limiter, content_bytes=5_000).allowed


def test_a_large_quota_shares_entries_and_admits_no_more(world: World) -> None:
    limiter = world.limiter(policy("user", 1_500, window=3_600))
    assert allowed(limiter, 1_520) == 1_500
    (log,) = world.server.client.scan_iter("limit:user:*")
    assert int(world.server.client.llen(log)) < 1_000


def test_a_policy_whose_partition_is_unknown_does_not_apply(world: World) -> None:
    limiter = world.limiter(policy("user", 1), policy("session", 2, by=("user", "session")))
    assert ask(limiter, user=None).mode == "unlimited"
    assert [state.policy for state in ask(limiter).limits] == ["user"]
    assert [state.policy for state in ask(limiter, user="8", session="s").limits] == ["user", "session"]


def test_clients_sessions_and_resources_can_be_limited(world: World) -> None:
    limiter = world.limiter(*(policy(name, 2, by=(name,)) for name in ("client", "session", "resource")))
    for name in ("client", "session", "resource"):
        assert [ask(limiter, **{name: "a"}).allowed for _ in range(3)] == [True, True, False]
        assert ask(limiter, **{name: "b"}).allowed


def test_identities_are_kept_apart(world: World) -> None:
    limiter = world.limiter(policy("pair", 1, by=("user", "session")))
    assert ask(limiter, user="ab", session="c").allowed
    assert ask(limiter, user="a", session="bc").allowed
    assert not ask(limiter, user="ab", session="c").allowed


def test_no_user_and_no_address_can_be_read_in_redis(world: World) -> None:
    limiter = world.limiter(policy("user", 5), policy("ip", 5, by=("ip",)))
    ask(limiter, user="asha-7733", ip="198.51.100.77")
    client: Any = world.server.client
    kept = b" ".join(client.keys("*")) + b" ".join(
        b" ".join(client.lrange(k, 0, -1)) for k in client.keys("limit:*")
    )
    assert b"asha" not in kept
    assert b"198.51" not in kept


def test_a_server_whose_clock_was_set_back_neither_admits_more_nor_locks_anybody_out_for_longer(
    world: World,
) -> None:
    limiter = world.limiter(policy("user", 3))
    assert allowed(limiter, 3) == 3
    world.let_pass(-3_600)  # the entries lie an hour in the future
    refused = ask(limiter)
    assert not refused.allowed
    assert refused.retry_after == 60
    world.let_pass(60)
    assert allowed(limiter, 5) == 3


def test_clocks_of_the_processes_do_not_matter(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    limiter, other = world.limiter(policy("user", 4)), world.limiter(policy("user", 4))
    assert allowed(limiter, 2) == 2
    original = time.time
    monkeypatch.setattr(time, "time", lambda: original() + 90)
    assert allowed(other, 5) == 2
    assert allowed(limiter, 5) == 0


# what is told


def test_retry_after_header_calculation_accuracy(world: World) -> None:
    """Whoever waits `Retry-After` seconds is admitted, whoever comes a second earlier is not."""
    limiter = world.limiter(policy("user", 3))
    for _ in range(3):
        assert ask(limiter).allowed
        world.let_pass(5)
    refused = ask(limiter)
    assert refused.limits[0].reset_seconds is not None
    assert refused.retry_after in (44, 45)
    assert 0 <= refused.retry_after - refused.limits[0].reset_seconds < 1
    world.let_pass(refused.retry_after - 2)
    early = ask(limiter)
    assert not early.allowed
    assert early.retry_after in (1, 2)
    world.let_pass(2)
    assert ask(limiter).allowed
    assert not ask(limiter).allowed


def test_retry_after_is_that_of_the_limit_that_lasts_longest(world: World) -> None:
    limiter = world.limiter(policy("user", 2, window=60), policy("ip", 2, window=300, by=("ip",)))
    allowed(limiter, 2)
    refused = ask(limiter)
    assert refused.violated == ("user", "ip")
    assert refused.retry_after == 300


def test_retry_after_for_bytes_waits_until_enough_of_them_are_free(world: World) -> None:
    limiter = world.limiter(policy("upload-bytes", 900, unit="content-bytes"))
    for _ in range(3):
        assert ask(limiter, content_bytes=300).allowed
        world.let_pass(10)
    assert ask(limiter, content_bytes=300).retry_after in (30, 31)
    assert ask(limiter, content_bytes=600).retry_after in (40, 41)


def test_headers_are_those_of_the_draft(world: World) -> None:
    limiter = world.limiter(
        policy("uploads", 10, window=300),
        policy("upload-bytes", 52_428_800, window=300, unit="content-bytes"),
    )
    first = headers.fields(ask(limiter, content_bytes=1_000))
    assert first == {
        "RateLimit-Policy": '"uploads";q=10;w=300, "upload-bytes";q=52428800;qu="content-bytes";w=300',
        "RateLimit": '"uploads";r=9;t=300, "upload-bytes";r=52427800;t=300',
    }
    allowed(limiter, 9, content_bytes=0)
    world.let_pass(88)
    refused = headers.fields(ask(limiter, content_bytes=0))
    assert refused["RateLimit"].startswith('"uploads";r=0;t=21')
    assert refused["RateLimit"].endswith(', "upload-bytes";r=52427800')
    assert refused["Retry-After"] == refused["RateLimit"].partition(";t=")[2].partition(",")[0]


def test_every_decision_is_counted_and_what_was_no_plain_yes_is_logged(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    limiter = world.limiter(policy("user", 2))
    with caplog.at_level(logging.INFO, logger="security"):
        allowed(limiter, 3, user="asha-7733")
    (line,) = [record.getMessage() for record in caplog.records]
    assert "decision=refused mode=redis limits=user violated=user retry_after=60" in line
    assert "asha" not in line
    assert limiter.counts() == {"allowed": 2, "refused:user": 1}
    assert world.server.client.hget(COUNTS, "allowed") == b"2"


# without Redis


def test_cache_failure_circuit_breaker_opens(world: World) -> None:
    limiter = world.limiter()
    world.server.kill()
    states = []
    for n in range(5):
        assert ask(limiter, user=f"u{n}").mode == "fallback"
        states.append(limiter.breaker.state)
    assert states == ["closed"] * 4 + ["open"]


def test_threshold_is_the_one_of_the_settings(world: World) -> None:
    limiter = world.limiter(circuit_breaker_threshold=2)
    world.server.kill()
    states = []
    for _ in range(2):
        ask(limiter)
        states.append(limiter.breaker.state)
    assert states == ["closed", "open"]


def test_failures_that_are_not_in_a_row_do_not_open(world: World) -> None:
    limiter = world.limiter(policy("user", 1_000))
    for _ in range(3):
        world.server.kill()
        for n in range(3):
            ask(limiter, user=f"u{n}")
        world.server.start()
        assert ask(limiter).mode == "redis"
    assert limiter.breaker.state == "closed"


def test_an_open_breaker_does_not_ask_redis(world: World) -> None:
    limiter = world.limiter()
    world.server.kill()
    open_breaker(limiter)
    world.server.start()
    assert ask(limiter).mode == "fallback"
    assert world.server.client.keys("limit*") == []


def test_circuit_breaker_auto_reset_after_timeout(world: World) -> None:
    limiter = world.limiter()
    world.server.kill()
    open_breaker(limiter)
    world.server.start()
    world.clock.now += 299
    assert ask(limiter).mode == "fallback"
    world.clock.now += 1
    states = [limiter.breaker.state]
    assert ask(limiter).mode == "redis"
    states.append(limiter.breaker.state)
    assert states == ["half_open", "closed"]


def test_a_failed_try_leaves_it_open_for_another_reset_time(world: World) -> None:
    limiter = world.limiter()
    world.server.kill()
    open_breaker(limiter)
    world.clock.now += 300
    assert ask(limiter).mode == "fallback"
    world.server.start()
    world.clock.now += 299
    assert ask(limiter).mode == "fallback"
    world.clock.now += 1
    assert ask(limiter).mode == "redis"


def test_the_background_finds_redis_long_before_the_reset_time(world: World) -> None:
    limiter = world.limiter(probe_seconds=0.05)
    world.server.kill()
    open_breaker(limiter)
    world.server.start()
    end = time.monotonic() + 20
    while limiter.breaker.state != "closed" and time.monotonic() < end:
        time.sleep(0.01)
    assert ask(limiter).mode == "redis"


def test_critical_resource_fails_closed_on_cache_failure(world: World) -> None:
    limiter = world.limiter()
    world.server.kill()
    for _ in range(7):  # before the breaker opens, and after
        decision = ask(limiter, path=CRITICAL_PATH, method="POST")
        assert (decision.allowed, decision.mode) == (False, "fail_closed")
        assert decision.retry_after is not None
    assert ask(limiter, path=CRITICAL_PATH, method="GET").mode == "fallback"
    assert limiter.table.counts()["fail_closed:refused"] == 7


def test_fallback_cache_provides_conservative_limits(world: World) -> None:
    limiter = world.limiter(policy("user", 600))
    world.server.kill()
    decisions = [ask(limiter) for _ in range(60)]
    assert [decision.allowed for decision in decisions] == [True] * 50 + [False] * 10
    assert decisions[-1].retry_after == 3_600
    assert headers.fields(decisions[0])["RateLimit-Policy"] == '"fallback";q=50;w=3600'
    assert ask(limiter, user="somebody-else").allowed
    world.host_clock.now += 3_599
    assert not ask(limiter).allowed
    world.host_clock.now += 1
    assert ask(limiter).allowed


def test_fallback_goes_by_address_where_nobody_is_signed_in(world: World) -> None:
    limiter = world.limiter(policy("ip", 600, by=("ip",)))
    world.server.kill()
    assert allowed(limiter, 60, user=None) == 50
    assert allowed(limiter, 1, user=None, ip="192.0.2.9") == 1


def test_fallback_hits_are_counted_back_once_when_redis_returns(world: World) -> None:
    limiter = world.limiter(policy("user", 20))
    world.server.kill()
    assert allowed(limiter, 15) == 15
    world.server.start()
    limiter.look()
    limiter.look()
    assert ask(limiter).limits[0].remaining == 4
    assert limiter.journal.is_empty()


def test_fallback_hits_of_a_process_that_ended_are_counted_back_by_another(world: World) -> None:
    limiter = world.limiter(policy("user", 20))
    world.server.kill()
    assert allowed(limiter, 15) == 15
    limiter.close()
    world.server.start()
    other = world.limiter(policy("user", 20))
    other.look()
    assert ask(other).limits[0].remaining == 4


def test_hits_that_redis_counted_before_its_answer_was_lost_are_not_counted_twice(world: World) -> None:
    """A frozen server carries out what it has received when it is thawed."""
    limiter = world.limiter(policy("user", 20))
    ask(limiter)
    world.server.freeze()
    try:
        assert ask(limiter).mode == "fallback"
    finally:
        world.server.thaw()
    limiter.look()
    assert ask(limiter).limits[0].remaining == 17


def test_hits_older_than_their_window_are_not_counted_back(world: World) -> None:
    limiter = world.limiter(policy("user", 20))
    world.server.kill()
    allowed(limiter, 15)
    world.host_clock.now += 61
    world.server.start()
    limiter.look()
    assert ask(limiter).limits[0].remaining == 19


def test_hits_counted_back_keep_their_age(world: World) -> None:
    limiter = world.limiter(policy("user", 1))
    world.server.kill()
    assert ask(limiter).allowed
    world.host_clock.now += 40
    world.server.start()
    limiter.look()
    assert ask(limiter).retry_after in (20, 21)


@pytest.mark.parametrize("fault", ["frozen", "read-only", "password"])
def test_a_redis_that_cannot_count_is_no_error_and_is_found_again(world: World, fault: str) -> None:
    begin, end = {
        "frozen": (world.server.freeze, world.server.thaw),
        "read-only": (world.server.make_read_only, world.server.make_writable),
        "password": (world.server.change_password, world.server.change_password_back),
    }[fault]
    limiter = world.limiter(policy("user", 1_000))
    assert ask(limiter).mode == "redis"
    begin()
    try:
        modes = {ask(limiter).mode for _ in range(8)}
        state = limiter.breaker.state
    finally:
        end()
    assert (modes, state) == ({"fallback"}, "open")
    assert limiter.look() is False
    assert ask(limiter).mode == "redis"


def test_an_emptied_redis_without_scripts_goes_on_at_once(world: World) -> None:
    limiter = world.limiter()
    assert allowed(limiter, 5) == 3
    world.server.forget()
    assert ask(limiter).mode == "redis"


def test_a_frozen_redis_holds_up_no_more_than_five_checks(world: World) -> None:
    """Each of them for the timeout; the rest do not wait."""
    limiter = world.limiter(redis_timeout_seconds=0.5)
    ask(limiter)
    world.server.freeze()
    try:
        waits = []
        for n in range(30):
            began = time.monotonic()
            ask(limiter, user=f"u{n}")
            waits.append(time.monotonic() - began)
    finally:
        world.server.thaw()
    assert sum(wait >= 0.5 for wait in waits) == 5


# the table of the host


def table(folder: Path, clock: Clock, **more: int) -> HostTable:
    return HostTable(folder, quota=more.get("quota", 5), window_seconds=60, clock=clock)


def test_two_tables_on_one_file_count_together(tmp_path: Path) -> None:
    clock = Clock()
    one, two = table(tmp_path, clock), table(tmp_path, clock)
    taken = [(one, two)[n % 2].take(kind="user", identity=b"i" * 16).allowed for n in range(8)]
    assert taken == [True] * 5 + [False] * 3


def test_a_full_bucket_admits_nobody_new_until_a_place_is_free(tmp_path: Path) -> None:
    clock = Clock()
    one = table(tmp_path, clock)
    same_bucket = [(1024 * n).to_bytes(8, "big") + b"\0" * 8 for n in range(1, 10)]
    assert [one.take(kind="address", identity=each).allowed for each in same_bucket] == [True] * 8 + [False]
    assert one.take(kind="user", identity=same_bucket[8]).allowed  # users have places of their own
    clock.now += 60
    assert one.take(kind="address", identity=same_bucket[8]).allowed


def test_a_file_that_cannot_be_used_leaves_the_process_a_table_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("a file where the folder should be")
    one = table(tmp_path / "run", Clock())
    assert sum(one.take(kind="user", identity=b"i" * 16).allowed for _ in range(8)) == 5
    assert not one.is_shared


def test_a_torn_file_is_begun_anew(tmp_path: Path) -> None:
    clock = Clock()
    (tmp_path / "rate-limiter-5.table").write_bytes(os.urandom(5_000))
    assert sum(table(tmp_path, clock).take(kind="user", identity=b"i" * 16).allowed for _ in range(8)) == 5


def test_after_a_restart_of_the_machine_admissions_count_as_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(now=50_000)
    assert table(tmp_path, clock).take(kind="user", identity=b"i" * 16).remaining == 4
    from apps.onboarding_api.services.security import host_table

    monkeypatch.setattr(host_table, "_boot_id", lambda: b"another".ljust(36))
    clock.now = 10  # the boot clock began again
    again = table(tmp_path, clock)
    assert again.take(kind="user", identity=b"i" * 16).remaining == 3


def test_rules_say_what_is_limited(world: World) -> None:
    limiter = world.limiter()
    assert limiter.rules(method="GET", path="/health/ready/") == ()
    assert limiter.check(RequestFacts(method="GET", path="/metrics", user="7")).mode == "unlimited"
