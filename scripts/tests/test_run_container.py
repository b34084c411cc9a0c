"""The container files name things that exist, and start the same processes as scripts/run."""

import importlib.util
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.supervisor import postgres, program, programs
from scripts.supervisor.layout import ROOT

OURS = ("migrate", "web", "worker-conversation", "worker-default", "worker-media", "keeper", "beat")


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]


def flags(command: tuple[str, ...] | list[str]) -> list[str]:
    """A command without the interpreter's path."""
    return list(command)[1:]


def test_every_process_of_the_product_is_a_service(services: dict[str, Any]) -> None:
    assert set(services) == {*OURS, "postgres", "redis"}


@pytest.mark.parametrize("name", OURS)
def test_service_starts_something_that_exists(services: dict[str, Any], name: str) -> None:
    command = services[name]["command"]
    assert command[0] == "python"
    if command[1] == "manage.py":
        assert list(ROOT.glob(f"apps/*/management/commands/{command[2]}.py"))
    else:
        assert importlib.util.find_spec(command[2])


@pytest.mark.parametrize("name", OURS)
def test_service_runs_with_production_settings_and_real_servers(services: dict[str, Any], name: str) -> None:
    environment = services[name]["environment"]
    assert environment["DJANGO_SETTINGS_MODULE"] == "intelliwiz_config.settings.production"
    assert (ROOT / "intelliwiz_config/settings/production.py").exists()
    assert environment["DATABASE_URL"].endswith("@postgres:5432/onboarding")
    assert environment["REDIS_URL"] == "redis://redis:6379/0"
    assert services[name]["env_file"] == ".env"


def test_postgres_writes_no_value_into_its_log(services: dict[str, Any]) -> None:
    options = [word for setting in postgres.DISCREET for word in ("-c", setting)]
    assert services["postgres"]["command"] == ["postgres", *options]
    assert set(postgres.DISCREET) <= set(postgres.SETTINGS)


def test_logs_are_for_nobody_else(tmp_path: Path) -> None:
    log = tmp_path / "postgres.log"
    log.touch(0o644)
    program.open_log(log).close()
    program.open_log(tmp_path / "new.log").close()
    assert [path.stat().st_mode & 0o777 for path in (log, tmp_path / "new.log")] == [0o600] * 2


def test_web_starts_as_in_scripts_run(services: dict[str, Any]) -> None:
    same = flags(programs.web(host="0.0.0.0", port=8000).command)
    assert flags(services["web"]["command"]) == same
    image = re.search(r"^CMD (\[.*\])$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert image
    assert flags(json.loads(image[1])) == same


def test_workers_take_every_queue_and_start_as_in_scripts_run(services: dict[str, Any]) -> None:
    workers = {name: services[name]["command"] for name in OURS if name.startswith("worker-")}

    def queues(command: list[str]) -> list[str]:
        return command[command.index("--queues") + 1].split(",")

    here = [queue for node in programs.NODES for queue in node.queues.split(",")]
    assert sorted(queue for command in workers.values() for queue in queues(command)) == sorted(here)
    for name, command in workers.items():
        assert name == f"worker-{queues(command)[0]}"
        node = programs.WorkerNode(
            name=queues(command)[0],
            queues=queues(command)[0],
            concurrency=int(command[command.index("--concurrency") + 1]),
        )
        expected = flags(programs.worker(node, suffix="x").command)
        assert flags(command) == [part.replace("-x@", "@") for part in expected]


def test_keeper_beat_and_migration_start_as_in_scripts_run(services: dict[str, Any]) -> None:
    assert flags(services["keeper"]["command"]) == flags(programs.keeper().command)
    assert flags(services["migrate"]["command"]) == flags(programs.prepare().command)
    assert flags(services["beat"]["command"]) == flags(
        programs.beat(schedule=Path("/data/beat-schedule")).command
    )


def test_everything_waits_for_the_migration_and_the_servers(services: dict[str, Any]) -> None:
    for name in OURS[1:]:
        assert services[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    assert set(services["migrate"]["depends_on"]) == {"postgres", "redis"}
    assert services["migrate"]["restart"] == "no"


def test_redis_never_throws_keys_away_and_keeps_them(services: dict[str, Any]) -> None:
    command = " ".join(services["redis"]["command"])
    assert "--maxmemory-policy noeviction" in command
    assert "--appendonly yes" in command
    assert "ports" not in services["redis"]
    assert "ports" not in services["postgres"]


def test_web_is_published_on_loopback_only(services: dict[str, Any]) -> None:
    assert services["web"]["ports"] == ["127.0.0.1:${PORT:-8000}:8000"]


def test_image_runs_as_an_ordinary_user_with_a_health_check() -> None:
    text = (ROOT / "Dockerfile").read_text()
    assert re.search(r"^USER onboarding$", text, re.MULTILINE)
    assert "HEALTHCHECK" in text
    assert "libmagic1" in text


def test_no_secret_and_no_local_data_gets_into_the_image() -> None:
    ignored = (ROOT / ".dockerignore").read_text().split()
    assert {".env", ".git", "var", ".venv"} <= set(ignored)


def test_example_names_every_variable_production_demands() -> None:
    example = (ROOT / ".env.example").read_text()
    for name in ("DJANGO_SECRET_KEY", "SEALING_KEYS", "DJANGO_ALLOWED_HOSTS", "POSTGRES_PASSWORD"):
        assert re.search(rf"^{name}=", example, re.MULTILINE)
