"""When a start may skip the preparation of the embedded database, and when not."""

from pathlib import Path

import pytest

from scripts.supervisor import prepared
from scripts.supervisor.layout import Layout


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in (
        "manage.py",
        "requirements.txt",
        "apps/a/models.py",
        "apps/a/flow.yaml",
        "apps/a/tests/test_a.py",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("first")
    monkeypatch.setattr(prepared, "ROOT", tmp_path)
    return tmp_path


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    made = Layout(data=tmp_path / "data")
    made.postgres.mkdir(parents=True)
    (made.postgres / "PG_VERSION").write_text("18\n")
    return made


def test_nothing_new_is_current_and_forgetting_ends_that(tree: Path, layout: Layout) -> None:
    now = prepared.fingerprint(layout, {"A": "1"})
    assert not prepared.is_current(layout, now)
    prepared.remember(layout, now)
    assert prepared.is_current(layout, prepared.fingerprint(layout, {"A": "1"}))
    prepared.forget(layout)
    assert not prepared.is_current(layout, now)


@pytest.mark.parametrize(
    "name", ["manage.py", "requirements.txt", "apps/a/models.py", "apps/a/flow.yaml", "apps/new.py"]
)
def test_changed_or_added_file_of_the_product_prepares_again(tree: Path, layout: Layout, name: str) -> None:
    before = prepared.fingerprint(layout, {})
    (tree / name).write_text("second")
    assert prepared.fingerprint(layout, {}) != before


def test_tests_and_the_terminal_mean_nothing(tree: Path, layout: Layout) -> None:
    before = prepared.fingerprint(layout, {"SHLVL": "1", "SSH_TTY": "/dev/pts/1"})
    (tree / "apps/a/tests/test_a.py").write_text("second")
    assert prepared.fingerprint(layout, {"SHLVL": "2"}) == before


def test_changed_setting_prepares_again(tree: Path, layout: Layout) -> None:
    assert prepared.fingerprint(layout, {"LLM_PROVIDER": "x"}) != prepared.fingerprint(layout, {})


def test_new_data_folder_has_never_been_prepared(tree: Path, layout: Layout) -> None:
    before = prepared.fingerprint(layout, {})
    (layout.postgres / "PG_VERSION").rename(layout.data / "old")
    (layout.postgres / "PG_VERSION").write_text("18\n")
    assert prepared.fingerprint(layout, {}) != before
