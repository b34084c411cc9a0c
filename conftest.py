"""Fixtures of the whole test run."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any

import pytest

from apps.onboarding_api.tests import conformance
from apps.onboarding_api.tests.running_stack import RunningStack, start_stack


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """Web server, prefork workers and keeper as real processes, on a database of their own."""
    with start_stack(folder=tmp_path_factory.mktemp("stack")) as running:
        yield running


@pytest.fixture(scope="session", autouse=True)
def answers_are_as_described() -> Iterator[None]:
    """What the tests are answered is what `/api/schema/` promises to who writes a client."""
    with conformance.watched():
        yield


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failure on a running stack shows what its processes wrote last: the reason is mostly there."""
    report = yield
    if report.failed:
        given: dict[str, Any] = getattr(item, "funcargs", {})
        for running in given.values():
            if isinstance(running, RunningStack):
                report.sections += [
                    (f"last of {name}.log", running.log(name)[-3_000:]) for name in running.processes
                ]
    return report
