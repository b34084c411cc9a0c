"""Who asks: the address behind trusted proxies, and names that tell nobody who it was."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from functools import cache
from hashlib import blake2b
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

UNIX = "unix"
_IPV6_PREFIX = 64  # one customer's network: each device in it has as many addresses as it likes
_MOST_HOPS = 32

Address = IPv4Address | IPv6Address
Networks = tuple[frozenset[str], tuple[IPv4Network | IPv6Network, ...]]


@cache
def networks(trusted: tuple[str, ...]) -> Networks:
    words = frozenset(one for one in trusted if one == UNIX)
    return words, tuple(ipaddress.ip_network(one) for one in trusted if one != UNIX)


def client_prefix(*, peer: str, forwarded_for: str, trusted: tuple[str, ...]) -> str:
    """The network that counts as one client: an IPv4 address, or the /64 of an IPv6 address; `unix` or `unknown`.

    `forwarded_for` (X-Forwarded-For, all of it) is believed from the right, and only as far as the hops are `trusted`
    proxies: what a client writes into it stands to the left of the first hop that is not.
    """
    words, known = networks(trusted)
    at = parse(peer)
    if at is None and not (not peer and UNIX in words):
        return "unknown" if peer else UNIX
    hops = [hop.strip() for hop in forwarded_for.split(",")][-_MOST_HOPS:] if forwarded_for else []
    while hops and (at is None or _is_in(at, known)):
        before = parse(hops.pop())
        if before is None:
            break  # a proxy passed on something that is no address: it is the last thing known
        at = before
    return UNIX if at is None else prefix_of(at)


def parse(text: str) -> Address | None:
    """An address as proxies write it: with a port, in brackets, with a zone, IPv4 in the clothes of IPv6."""
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found


def prefix_of(address: Address) -> str:
    if isinstance(address, IPv4Address):
        return str(address)
    return str(ipaddress.ip_network((address, _IPV6_PREFIX), strict=False))


def _is_in(address: Address, known: Iterable[IPv4Network | IPv6Network]) -> bool:
    return any(address in network for network in known if network.version == address.version)


class Names:
    """Names of identities that nobody can read back without the secret: a keyed hash of 128 bits."""

    def __init__(self, secret: str) -> None:
        self._key = blake2b(secret.encode(), digest_size=32, person=b"rate limiter").digest()

    def digest(self, values: Sequence[str]) -> bytes:
        """Of the values in order, each with its length: ("ab", "c") is not ("a", "bc")."""
        parts = [value.encode("utf-8", "backslashreplace") for value in values]
        framed = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
        return blake2b(framed, key=self._key, digest_size=16).digest()
