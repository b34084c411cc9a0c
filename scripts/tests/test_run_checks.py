"""scripts/test: one verdict over pytest and the static checks."""

import sys
from pathlib import Path

import pytest

from scripts.supervisor import checks

PASS = (sys.executable, "-c", "print('fine')")
FAIL = (sys.executable, "-c", "print('line too long'); raise SystemExit(1)")


def pytest_that(code: int) -> tuple[str, ...]:
    return (sys.executable, "-c", f"print('.'); print('=== 3 passed ==='); raise SystemExit({code})")


@pytest.mark.parametrize(
    ("tests", "static", "verdict"),
    [(0, PASS, 0), (0, FAIL, 1), (1, PASS, 1), (2, PASS, 2), (5, FAIL, 5)],
)
def test_verdict_is_zero_only_if_all_passed(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tests: int,
    static: tuple[str, ...],
    verdict: int,
) -> None:
    monkeypatch.delenv("PYTEST_WORKERS", raising=False)
    monkeypatch.setattr(checks, "PYTEST", pytest_that(tests))
    monkeypatch.setattr(checks, "CHECKS", (("style", static),))
    assert checks.main([]) == verdict
    shown = capsys.readouterr().out.splitlines()
    assert shown[-1] == "=== 3 passed ==="
    assert ("FAILED  style" in shown) == (static is FAIL)
    assert ("line too long" in shown) == (static is FAIL)


def test_two_processes_run_the_tests_unless_the_environment_says_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("PYTEST_WORKERS", raising=False)
    assert checks._workers() == ["-n", "2"]
    monkeypatch.setenv("PYTEST_WORKERS", "4")
    assert checks._workers() == ["-n", "4"]
    monkeypatch.setenv("PYTEST_WORKERS", "0")
    assert checks._workers() == []


def test_every_static_check_of_the_house_runs() -> None:
    names = {name for name, _ in checks.CHECKS}
    assert names == {"ruff check", "ruff format", "import contracts", "migrations", "django check", "mypy"}


def test_what_a_server_ran_out_of_is_told(tmp_path: Path) -> None:
    log = tmp_path / "postgres.log"
    log.write_text("LOG:  ready\nERROR:  duplicate key value\nERROR:  out of shared memory\n")
    assert checks.shortages(log) == ["From postgres.log:", "ERROR:  out of shared memory"]


def test_where_a_server_wrote_nothing_nothing_is_told(tmp_path: Path) -> None:
    assert checks.shortages(tmp_path / "postgres.log") == []
