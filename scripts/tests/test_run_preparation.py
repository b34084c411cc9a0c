"""What scripts/run decides before anything runs: ports, folders, secrets, environment."""

import base64
import os
import socket
import stat
import subprocess
from pathlib import Path

import pytest

from scripts.supervisor import (
    data_folder,
    data_lock,
    env_file,
    environment,
    local_secrets,
    options,
    programs,
    socket_dir,
    web_address,
)
from scripts.supervisor.errors import CannotGoOn
from scripts.supervisor.layout import ROOT, Layout
from scripts.supervisor.options import Options


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    made = Layout(data=tmp_path / "data")
    data_folder.ensure(made)
    return made


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


# Ports and addresses


def test_busy_port_is_said_in_one_line_before_anything_is_made(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = str(busy.getsockname()[1])
        called = subprocess.run(
            [str(ROOT / "scripts/run")],
            env={**os.environ, "PORT": port, "DATA_DIR": str(tmp_path / "data")},
            cwd="/",
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert called.returncode == 1
    assert called.stderr.startswith(f"Port {port} is already in use on 127.0.0.1")
    assert called.stderr.count("\n") == 1
    assert not (tmp_path / "data").exists()


def test_free_port_is_accepted() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    web_address.require_free("127.0.0.1", port)


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http", "80 80", "٨٠"])
def test_wrong_port_is_named(port: str) -> None:
    with pytest.raises(CannotGoOn, match="PORT="):
        options.parse([], {"PORT": port})


def test_unknown_host_is_named() -> None:
    with pytest.raises(CannotGoOn, match=r"HOST=999\.1\.1\.1 is not an address"):
        web_address.require_free("999.1.1.1", 8000)


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8001"),
        ("0.0.0.0", "http://127.0.0.1:8001"),
        ("::", "http://[::1]:8001"),
        ("localhost", "http://localhost:8001"),
    ],
)
def test_address_on_the_screen_can_be_opened_here(host: str, url: str) -> None:
    assert web_address.url(host, 8001) == url


# The command line


def test_defaults_are_those_of_the_manual() -> None:
    chosen = options.parse([], {})
    assert (chosen.host, chosen.port, chosen.layout.data) == ("127.0.0.1", 8000, ROOT / "var")
    assert chosen.workers
    assert not chosen.only_servers


def test_relative_data_dir_is_meant_from_the_repository(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert options.parse([], {"DATA_DIR": "var/two"}).layout.data == ROOT / "var/two"


def test_command_after_dashes_keeps_its_own_flags() -> None:
    chosen = options.parse(["--only-servers", "--", "psql", "--only-servers", "--", "x"], {})
    assert chosen.command == ("psql", "--only-servers", "--", "x")


@pytest.mark.parametrize("arguments", [["--only-servers"], ["--", "ls"], ["--throwaway"], ["--port", "1"]])
def test_calls_without_meaning_are_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        options.parse(arguments, {})
    assert left.value.code == 2
    assert "usage: scripts/run" in capsys.readouterr().err


def test_help_names_every_variable(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        options.parse(["--help"], {})
    assert left.value.code == 0
    shown = capsys.readouterr().out
    for name in ("PORT", "HOST", "DATA_DIR", "DATABASE_URL", "REDIS_URL", "DEMO_PASSWORD"):
        assert f"\n  {name} " in shown


# Secrets and files


def test_secrets_are_made_once_and_kept_closed(layout: Layout) -> None:
    old = os.umask(0o000)
    try:
        first = local_secrets.ensure(layout)
    finally:
        os.umask(old)
    assert local_secrets.ensure(layout) == first
    assert mode(layout.secrets) == 0o600
    assert len(first["DJANGO_SECRET_KEY"]) >= 50
    key_id, _, key = first["SEALING_KEYS"].partition(":")
    assert key_id == "k1"
    assert len(base64.urlsafe_b64decode(key)) == 32


def test_missing_secret_is_added_and_the_kept_one_stays(layout: Layout) -> None:
    env_file.write(layout.secrets, {"SEALING_KEYS": "k2:abc"}, heading="x")
    complete = local_secrets.ensure(layout)
    assert complete["SEALING_KEYS"] == "k2:abc"
    assert env_file.read(layout.secrets) == complete


def test_lost_sealing_keys_are_never_replaced_in_silence(layout: Layout) -> None:
    layout.postgres.mkdir()
    (layout.postgres / "PG_VERSION").write_text("18\n")
    with pytest.raises(CannotGoOn, match="put the file back"):
        local_secrets.ensure(layout)
    assert not layout.secrets.exists()


def test_env_file_reads_values_as_they_stand(tmp_path: Path) -> None:
    path = tmp_path / "env"
    path.write_text("# heading\n\nA=1\nURL=postgresql://u@/db?host=/x&y=z\n #B=2\nC = spaced \nnothing\n")
    assert env_file.read(path) == {"A": "1", "URL": "postgresql://u@/db?host=/x&y=z", "C": "spaced"}
    assert env_file.read(tmp_path / "absent") == {}


def test_data_folder_is_closed_to_others_under_any_umask(tmp_path: Path) -> None:
    made = Layout(data=tmp_path / "open")
    old = os.umask(0o000)
    try:
        data_folder.ensure(made)
    finally:
        os.umask(old)
    assert {mode(made.data), mode(made.run), mode(made.logs)} == {0o700}


def test_data_dir_that_is_a_file_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotGoOn, match=r"DATA_DIR .* cannot be used"):
        data_folder.ensure(Layout(data=tmp_path / "file"))


def test_lock_of_a_dead_process_is_free(layout: Layout) -> None:
    layout.lock.write_text("999999999 1")
    descriptor = data_lock.hold(layout)
    assert data_lock.running(layout) == str(os.getpid())
    with pytest.raises(CannotGoOn, match="Another copy"):
        data_lock.require_free(layout)
    os.close(descriptor)
    data_lock.require_free(layout)


@pytest.mark.parametrize("name", ["short", "x" * 100, "with space", "प्रशासन"])
def test_socket_folder_is_short_and_plain_wherever_the_data_lies(tmp_path: Path, name: str) -> None:
    made = Layout(data=tmp_path / name)
    data_folder.ensure(made)
    folder = socket_dir.ensure(made, account=None)
    try:
        assert len(os.fsencode(folder / ".s.PGSQL.5432.lock")) <= 107
        assert socket_dir.PLAIN.fullmatch(str(folder))
        assert mode(folder) == 0o700
        assert socket_dir.ensure(made, account=None) == folder
    finally:
        folder.rmdir()


# The children's environment


def _options(layout: Layout) -> Options:
    return Options(layout=layout, host="127.0.0.1", port=8123)


def test_caller_wins_over_kept_secrets_but_an_empty_value_does_not(layout: Layout) -> None:
    secrets = {"DJANGO_SECRET_KEY": "kept", "SEALING_KEYS": "kept"}
    caller = {"DJANGO_SECRET_KEY": "mine", "SEALING_KEYS": "", "LLM_MODEL": "m"}
    built = environment.build(
        _options(layout), secrets=secrets, addresses={"REDIS_URL": "unix:///x"}, caller=caller
    )
    assert (built["DJANGO_SECRET_KEY"], built["SEALING_KEYS"]) == ("mine", "kept")
    assert built["LLM_MODEL"] == "m"
    assert built["REDIS_URL"] == "unix:///x"
    assert (built["PORT"], built["DATA_DIR"]) == ("8123", str(layout.data))


@pytest.mark.parametrize(
    ("named", "module"),
    [
        ("", "intelliwiz_config.settings.local"),
        ("intelliwiz_config.settings.test", "intelliwiz_config.settings.test"),
        ("someproject.settings", "intelliwiz_config.settings.local"),
    ],
)
def test_settings_of_another_project_are_not_ours(named: str, module: str) -> None:
    assert environment.settings_module({"DJANGO_SETTINGS_MODULE": named}) == module


def test_servers_are_embedded_only_where_no_address_is_given() -> None:
    assert environment.embedded({}) == {"postgres", "redis"}
    assert environment.embedded({"DATABASE_URL": "postgresql://x"}) == {"redis"}
    assert environment.embedded({"DATABASE_URL": "", "REDIS_URL": "redis://x"}) == {"postgres"}


def test_servers_see_no_secret() -> None:
    assert set(environment.for_servers({"PATH": "/bin", "LLM_API_KEY": "k"})) == {"PATH", "LC_ALL", "TZ"}


def test_two_copies_name_their_worker_nodes_apart(tmp_path: Path) -> None:
    def nodes(port: str) -> set[str]:
        commands = [each.command for each in programs.background(suffix=port, schedule=tmp_path)]
        return {command[command.index("--hostname") + 1] for command in commands if "--hostname" in command}

    assert nodes("8000") == {"conversation-8000@%h", "media-8000@%h"}
    assert not nodes("8000") & nodes("8001")
