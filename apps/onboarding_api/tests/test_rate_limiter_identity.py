"""Whose request it is: only trusted proxies are believed, and a network counts as one client."""

from __future__ import annotations

from hashlib import sha256

import pytest

from apps.onboarding_api.services.pii_integration import get_pii_service
from apps.onboarding_api.services.security import client_prefix, telling
from apps.onboarding_api.services.security.identity import Names

PROXIES = ("10.0.0.0/8", "2001:db8:ffff::/48")


def client(peer: str, forwarded_for: str = "", trusted: tuple[str, ...] = PROXIES) -> str:
    return client_prefix(peer=peer, forwarded_for=forwarded_for, trusted=trusted)


def test_a_forged_header_changes_nothing_where_no_proxy_is_trusted() -> None:
    forged = {client("203.0.113.7", f"198.51.100.{n}", trusted=()) for n in range(20)}
    assert forged == {"203.0.113.7"}


def test_a_forged_header_changes_nothing_from_an_address_that_is_no_proxy() -> None:
    assert client("203.0.113.7", "198.51.100.1") == "203.0.113.7"


def test_the_hop_that_the_proxy_saw_counts_and_nothing_to_the_left_of_it() -> None:
    assert client("10.0.0.1", "198.51.100.1, 203.0.113.7") == "203.0.113.7"
    assert client("10.0.0.1", "10.9.9.9, 203.0.113.7") == "203.0.113.7"


def test_a_chain_of_proxies_is_followed_to_its_end() -> None:
    assert client("10.0.0.1", "198.51.100.1, 203.0.113.7, 10.0.0.2, 10.0.0.3") == "203.0.113.7"
    assert client("10.0.0.1", "10.0.0.2") == "10.0.0.2"


@pytest.mark.parametrize("hop", ["unknown", "", "203.0.113.7.9", "<script>", "_hidden", "1" * 5_000])
def test_a_hop_that_is_no_address_ends_at_the_proxy_that_passed_it_on(hop: str) -> None:
    assert client("10.0.0.1", f"198.51.100.1, {hop}") == "10.0.0.1"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("203.0.113.7:4711", "203.0.113.7"),
        ('"203.0.113.7"', "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("[2001:db8:1:2:3:4:5:6]:443", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
    ],
)
def test_addresses_are_read_as_proxies_write_them(written: str, meant: str) -> None:
    assert client("10.0.0.1", written) == meant
    assert client(written, trusted=()) == meant


def test_proxies_may_be_ipv6_and_ipv4_in_its_clothes() -> None:
    assert client("2001:db8:ffff::9", "203.0.113.7") == "203.0.113.7"
    assert client("::ffff:10.0.0.1", "203.0.113.7") == "203.0.113.7"


def test_a_unix_socket_is_a_proxy_only_where_the_settings_say_so() -> None:
    assert client("", "203.0.113.7") == "unix"
    assert client("", "203.0.113.7", trusted=("unix",)) == "203.0.113.7"
    assert client("", "203.0.113.7, 10.0.0.2", trusted=("unix", *PROXIES)) == "203.0.113.7"
    assert client("garbage", "203.0.113.7") == "unknown"


def test_a_long_chain_is_cut() -> None:
    assert client("10.0.0.1", "203.0.113.7" + ", 10.0.0.2" * 5_000) == "10.0.0.2"


def test_names_need_the_secret_and_keep_values_apart() -> None:
    names = Names("one")
    assert names.digest(["a", "bc"]) != names.digest(["ab", "c"])
    assert names.digest(["a"]) != Names("another").digest(["a"])
    assert len(names.digest(["\udcff"])) == 16


@pytest.mark.parametrize("number", range(50))
def test_a_name_in_the_log_outlasts_the_scrubbing_of_logs(number: int) -> None:
    line = f"rate limit: decision=refused who=user:{telling.letters(sha256(b'%d' % number).digest())} critical=no"
    assert get_pii_service().scrub(line) == line
