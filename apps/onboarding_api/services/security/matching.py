"""Which policies a request falls under."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from apps.onboarding_api.services.security.decisions import CONTENT_BYTES, Limit, RequestFacts
from apps.onboarding_api.services.security.identity import Names

_PREFIX = "limit"


@dataclass(frozen=True)
class Route:
    path: re.Pattern[str]
    methods: frozenset[str]
    content_types: tuple[str, ...]

    def match(self, method: str, path: str, content_type: str) -> Mapping[str, str] | None:
        """The named parts of the path, or None."""
        if self.methods and method not in self.methods:
            return None
        if self.content_types and not content_type.lower().startswith(self.content_types):
            return None
        found = self.path.fullmatch(path)
        return None if found is None else found.groupdict()


@dataclass(frozen=True)
class Rule:
    """A policy that a request falls under by its route; `parts` are the facts that its path gave."""

    policy: Any
    parts: Mapping[str, str]

    @cached_property
    def needs(self) -> frozenset[str]:
        return frozenset(self.policy.partition) - self.parts.keys()


def routes(patterns: Iterable[Any]) -> tuple[Route, ...]:
    """Of `RoutePattern`s of the settings."""
    return tuple(
        Route(
            path=re.compile(one.path, re.DOTALL),
            methods=frozenset(one.methods),
            content_types=tuple(kind.lower() for kind in one.content_types),
        )
        for one in patterns
    )


class Policies:
    """The policies of the settings (`RatePolicy`), ready to be asked."""

    def __init__(self, policies: Iterable[Any], *, names: Names, unknown_length_bytes: int) -> None:
        self._policies = tuple((policy, routes(policy.routes)) for policy in policies)
        self._names = names
        self._unknown_length_bytes = unknown_length_bytes

    def rules(self, *, method: str, path: str, content_type: str) -> tuple[Rule, ...]:
        """By route alone: what is not covered by any needs nobody's identity."""
        found = []
        for policy, its_routes in self._policies:
            for route in its_routes:
                parts = route.match(method, path, content_type)
                if parts is not None:
                    found.append(Rule(policy=policy, parts=parts))
                    break
        return tuple(found)

    def limits(self, rules: Iterable[Rule], facts: RequestFacts) -> tuple[Limit, ...]:
        """One for each rule whose partition is known."""
        found = []
        for rule in rules:
            policy = rule.policy
            values = [rule.parts.get(name) or getattr(facts, name) for name in policy.partition]
            if all(values):
                found.append(
                    Limit(
                        policy=policy.name,
                        key=self.key(policy.name, policy.partition, values),
                        quota=policy.quota,
                        window_seconds=policy.window_seconds,
                        cost=self._cost(policy, facts),
                        unit=policy.unit,
                    )
                )
        return tuple(found)

    def key(self, policy: str, partition: Iterable[str], values: Iterable[str]) -> str:
        """The name of a log: it tells the policy and nobody's identity."""
        return f"{_PREFIX}:{policy}:{self._names.digest([*partition, *values]).hex()}"

    def _cost(self, policy: Any, facts: RequestFacts) -> int:
        if policy.unit != CONTENT_BYTES:
            return 1
        return self._unknown_length_bytes if facts.content_bytes is None else facts.content_bytes
