"""Fixtures of the whole test run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from apps.onboarding_api.tests.running_stack import RunningStack, start_stack


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """Web server, prefork workers and keeper as real processes, on a database of their own."""
    with start_stack(folder=tmp_path_factory.mktemp("stack")) as running:
        yield running
